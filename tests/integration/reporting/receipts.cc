#include "tests/integration/reporting/receipts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>

#include "platform/projection/store_folder.h"

namespace twinledger::reporting {
namespace {

constexpr const char* kStream = "risk";

// Keeps no rows.
class NoRows final : public projection::Projection {
 public:
  std::string_view name() const override { return kStream; }
  std::uint32_t schema_version() const override { return 1; }
  std::vector<std::string> streams() const override { return {kStream}; }
  std::optional<projection::Unapplicable> Apply(const log::PartitionId&, const log::AcceptedCommit&,
                                                store::RowWriter&) const override {
    return std::nullopt;
  }
};

const NoRows kNoRows;

class ReceiptsModule final : public server::Module {
 public:
  ReceiptsModule(const server::ModuleContext& context, std::unique_ptr<projection::Runner> runner)
      : runner_(std::move(runner)),
        writer_(context.log, *runner_, context.founding, kStream, context.keys.writers.at(kStream),
                context.clock, context.random) {}

  std::string_view name() const override { return kStream; }
  std::optional<server::Projected> projected() override {
    return server::Projected{kNoRows, *runner_};
  }
  writer::Writer* writer() const override { return &writer_; }
  std::vector<server::HostedService> services() override { return {}; }
  writer::Writer& recorder() { return writer_; }

 private:
  std::unique_ptr<projection::Runner> runner_;
  mutable writer::Writer writer_;  // As a module hands it out.
};

}  // namespace

server::OpenModule Receipts::Opener() {
  return [this](const server::ModuleContext& context) -> Result<std::unique_ptr<server::Module>> {
    TL_TRY(projection::OpenedStore opened,
           projection::OpenStore(context.data.projection(kStream), kNoRows, context.founding));
    TL_TRY(std::unique_ptr<projection::Runner> runner,
           projection::Runner::Open(context.log, context.founding, kNoRows, std::move(opened.store),
                                    context.clock));
    auto module = std::make_unique<ReceiptsModule>(context, std::move(runner));
    writer_ = &module->recorder();
    return std::unique_ptr<server::Module>(std::move(module));
  };
}

void Receipts::Record(const std::string& council,
                      const std::vector<risk::events::v1::RiskEvent>& events) {
  Submit("council", council, events);
}

void Receipts::RecordOfNewerProgram(const std::string& type, const std::string& id) {
  risk::events::v1::RiskEvent event;
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(99, "");
  Submit(type, id, {event});
}

void Receipts::Submit(const std::string& type, const std::string& id,
                      const std::vector<risk::events::v1::RiskEvent>& events) {
  writer::Command command;
  command.key.set_type(type);
  command.key.set_id(id);
  command.method = "twinledger.risk.process";
  command.actor = "service/risk";
  command.request_id = fmt::format("00000000-0000-4000-9000-{:012}", ++requests_);
  command.decide = [events](const store::RowReader&,
                            const writer::DecisionContext&) -> Result<writer::Decision> {
    writer::Events decided;
    for (const auto& event : events) decided.events.push_back(event.SerializeAsString());
    return writer::Decision(decided);
  };
  std::promise<std::string> told;
  writer_->Submit(std::move(command), SystemClock().Monotonic() + std::chrono::minutes(2),
                  [&told](const Result<writer::Outcome>& outcome) {
                    told.set_value(outcome.ok() ? "" : outcome.error().message);
                  });
  EXPECT_EQ(told.get_future().get(), "");
}

}  // namespace twinledger::reporting
