#include "tests/support/history_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "platform/log/archive/accepted_records.h"

namespace twinledger::support {
namespace {

using Kind = HistoryEvent::Kind;

struct Placed {
  log::PartitionId partition;
  const CommitFact* fact = nullptr;

  std::string Position() const { return fmt::format("{}/{}", ToString(partition), fact->sequence); }
};

// Commits by request. Foundings and other commits of the log itself have requests of nobody.
using ByRequest = std::unordered_map<std::string, std::vector<Placed>>;

ByRequest Index(const LogFacts& log) {
  ByRequest index;
  for (const auto& [partition, facts] : log.partitions) {
    for (const CommitFact& fact : facts) index[fact.request_id].push_back({partition, &fact});
  }
  return index;
}

void CheckLog(const LogFacts& log, const ByRequest& index, std::vector<std::string>& violations) {
  for (const auto& [request, places] : index) {
    if (places.size() > 1) {
      violations.push_back(fmt::format("L2 request {} has {} commits, at {} and {}", request,
                                       places.size(), places[0].Position(), places[1].Position()));
    }
  }
  for (const auto& [partition, facts] : log.partitions) {
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].sequence != i + 1) {
        violations.push_back(fmt::format("L5 {} has sequence {} where {} belongs",
                                         ToString(partition), facts[i].sequence, i + 1));
      }
      if (i > 0 && facts[i].record_time_us < facts[i - 1].record_time_us) {
        violations.push_back(fmt::format("L5 {}/{} was recorded before its predecessor",
                                         ToString(partition), facts[i].sequence));
      }
    }
  }
  if (log.voids > 0) violations.push_back(fmt::format("L8 {} void records", log.voids));
}

// What one request went through.
struct Course {
  std::int64_t first_invoke_ns = 0;
  std::optional<HistoryEvent> first_ok;
  Kind last = Kind::kInvoke;
};

class HistoryCheck {
 public:
  HistoryCheck(const ByRequest& index, std::vector<std::string>& violations)
      : index_(index), violations_(violations) {}

  void Take(const HistoryEvent& event) {
    Course& course = courses_[event.request_id];
    if (course.first_invoke_ns == 0) course.first_invoke_ns = event.at_ns;
    if (event.kind == Kind::kOk) TakeOk(event, course);
    if (event.kind == Kind::kFail && index_.contains(event.request_id)) {
      Add("L3 request {} failed ({}) and is in the log at {}", event.request_id, event.what,
          index_.at(event.request_id)[0].Position());
    }
    course.last = event.kind;
  }

  void Finish() {
    for (const auto& [request, course] : courses_) {
      const bool settled =
          course.last == Kind::kOk || course.last == Kind::kRefused || course.last == Kind::kFail;
      if (!settled) Add("L4 request {} was never settled", request);
    }
    CheckRealTime();
  }

 private:
  template <class... Values>
  void Add(fmt::format_string<Values...> text, Values&&... values) {
    violations_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void TakeOk(const HistoryEvent& event, Course& course) {
    const auto places = index_.find(event.request_id);
    const bool there =
        places != index_.end() && std::ranges::any_of(places->second, [&](const Placed& placed) {
          return placed.Position() == event.what && placed.fact->hash == event.commit_hash;
        });
    if (!there) {
      Add("L1 request {} was acknowledged at {} with hash {}, and is not there", event.request_id,
          event.what, event.commit_hash);
    }
    if (!course.first_ok) course.first_ok = event;
    if (course.first_ok->what != event.what || course.first_ok->commit_hash != event.commit_hash) {
      Add("L4 request {} was answered with {} first and {} later", event.request_id,
          course.first_ok->what, event.what);
    }
  }

  // Goes through time: at each first invoke, all that was answered before must stand before.
  void CheckRealTime() {
    struct Moment {
      std::int64_t at_ns;
      bool is_ok;
      std::string request;
    };
    std::vector<Moment> moments;
    for (const auto& [request, course] : courses_) {
      moments.push_back({course.first_invoke_ns, false, request});
      if (course.first_ok) moments.push_back({course.first_ok->at_ns, true, request});
    }
    std::ranges::sort(moments, {}, &Moment::at_ns);
    std::map<log::PartitionId, log::Sequence> answered;
    for (const Moment& moment : moments) {
      const auto places = index_.find(moment.request);
      if (places == index_.end()) continue;
      const Placed& placed = places->second[0];
      log::Sequence& highest = answered[placed.partition];
      if (moment.is_ok) {
        highest = std::max(highest, placed.fact->sequence);
      } else if (placed.fact->sequence <= highest) {
        Add("L6 request {} stands at {}, before {}, which was answered before it was sent",
            moment.request, placed.Position(), highest);
      }
    }
  }

  const ByRequest& index_;
  std::vector<std::string>& violations_;
  std::map<std::string, Course> courses_;
};

}  // namespace

Result<LogFacts> ReadLogFacts(log::EventLog& log, const log::Founding& founding) {
  LogFacts facts;
  const auto visit = [&facts](const log::PartitionId& partition, const log::ReadRecord&,
                              const log::AcceptedRecord& record) -> Result<void> {
    ++facts.records;
    for (const log::AcceptedCommit& accepted : record.commits) {
      facts.partitions[partition].push_back({accepted.commit.sequence(), crypto::Hex(accepted.hash),
                                             accepted.commit.request_id(),
                                             accepted.commit.record_time_us()});
    }
    return {};
  };
  TL_TRY(const log::Readings readings, log::ReadAccepted(log, founding, visit));
  for (const auto& [partition, reading] : readings) facts.voids += reading.voids;
  return facts;
}

std::vector<std::string> Violations(const std::vector<HistoryEvent>& history, const LogFacts& log) {
  std::vector<std::string> violations;
  const ByRequest index = Index(log);
  CheckLog(log, index, violations);
  HistoryCheck check(index, violations);
  for (const HistoryEvent& event : history) check.Take(event);
  check.Finish();
  return violations;
}

}  // namespace twinledger::support
