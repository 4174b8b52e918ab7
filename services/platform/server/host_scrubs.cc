// What a host reads again in the background.
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/projection/serving_folder.h"
#include "platform/server/host.h"
#include "platform/server/scrub_memory.h"

namespace twinledger::server {

std::unique_ptr<LogScrub> Host::MakeScrub() const {
  ScrubPlan plan;
  if (settings_.scrub_hours > 0) plan.period = std::chrono::hours(settings_.scrub_hours);
  if (settings_.kafka) {
    plan = RememberedScrubPlan(plan.period, settings_.data_dir, world_.clock.Now());
  }
  return std::make_unique<LogScrub>(*log_.log, log_.founding, world_.clock, std::move(plan));
}

std::unique_ptr<StoreScrub> Host::MakeStoreScrub() const {
  StoreScrubPlan plan;
  if (settings_.scrub_hours > 0) plan.period = std::chrono::hours(settings_.scrub_hours);
  std::vector<const store::KeyValueStore*> stores;
  for (const std::unique_ptr<Module>& module : modules_) {
    const std::optional<Projected> projected = module->projected();
    if (!projected) continue;
    stores.push_back(&projected->runner.store());
    const projection::ServingFolder folders(settings_.data_dir.projections(),
                                            std::string(module->name()));
    plan.first_at_once = plan.first_at_once || clean_stop_.Left(folders.Current());
  }
  return std::make_unique<StoreScrub>(std::move(stores), world_.clock, plan);
}

}  // namespace twinledger::server
