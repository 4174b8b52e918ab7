#include "tests/simulation/services/receipts_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "platform/projection/consistency.h"
#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "risk/domain/assess.h"
#include "risk/domain/band.h"
#include "risk/receipts/assessed.h"
#include "risk/receipts/past_scores.h"
#include "risk/receipts/recompute.h"
#include "risk/rules/built_in.h"
#include "tests/simulation/agreement.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/services/projections.h"
#include "tests/simulation/services/read_late.h"
#include "tests/simulation/services/recorded.h"
#include "tests/simulation/services/watched_process.h"

namespace twinledger::simulation {
namespace {

using log::PartitionId;
using risk::Assessed;
using risk::Subject;
using risk::events::v1::AssessmentRecorded;

// The rows of risk, rebuilt from zero.
struct Rebuilt {
  explicit Rebuilt(const Evidence& evidence) {
    for (const auto& [partition, records] : evidence.log) {
      views.push_back(*projection::PartitionView::Open(store, ProjectionOf(Part::kRisk),
                                                       evidence.founding, partition));
      for (const auto& record : records) static_cast<void>(views.back()->Consume(*record));
      tips[partition] = views.back()->chain().sequence;
    }
  }
  store::MemoryStore store;
  std::vector<std::unique_ptr<projection::PartitionView>> views;
  store::Cut tips;
};

bool Says(const AssessmentRecorded& receipt, const Assessed& assessed) {
  return receipt.band() == static_cast<int>(assessed.assessment.band()) &&
         receipt.records() == static_cast<int>(assessed.assessment.records()) &&
         receipt.facts_sha256() == assessed.facts_sha256 &&
         receipt.rule_set_digest() == risk::Tl1().digest() &&
         receipt.engine_version() == risk::kEngineVersion;
}

bool SaysTheSame(const AssessmentRecorded& a, const AssessmentRecorded& b) {
  return a.band() == b.band() && a.records() == b.records() &&
         a.facts_sha256() == b.facts_sha256() && a.rule_set_digest() == b.rule_set_digest() &&
         a.engine_version() == b.engine_version() &&
         a.pending_retraction_count() == b.pending_retraction_count() &&
         std::ranges::equal(a.pending_retractions(), b.pending_retractions());
}

// Where there is no receipt, there is nothing to tell.
bool IsNothing(const Assessed& assessed) {
  const risk::v1::Assessment& assessment = assessed.assessment;
  return assessment.band() == risk::v1::BAND_BASELINE &&
         assessment.records() == risk::v1::RECORDS_SUFFICIENT &&
         std::ranges::all_of(assessment.outcomes(), [](const auto& one) {
           return one.outcome() == risk::v1::OUTCOME_NO_HIT;
         });
}

class ReceiptsJudgement {
 public:
  ReceiptsJudgement(const ServicesEvidence& evidence, const std::map<PartitionId, RawChain>& chains,
                    Coverage& coverage)
      : evidence_(evidence),
        coverage_(coverage),
        rebuilt_(evidence.log),
        recorded_(ReadRecorded(chains)) {}

  std::vector<std::string> Deliver() {
    CheckInputs();
    for (const auto& [subject, receipts] : recorded_.receipts) {
      CheckOrder(subject, receipts);
      CheckAlerts(subject, receipts);
      CheckRecomputed(subject);
    }
    if (recorded_.alerts != alerts_due_) {
      Wrong(fmt::format("R4 {} alerts where {} are due", recorded_.alerts, alerts_due_));
    }
    const auto councils = risk::ScoredCouncils(store::CutReader(rebuilt_.store));
    for (const std::string& council : *councils) CheckDays(council);
    for (std::string& wrong : CheckReadLate(evidence_.processes.looks, rebuilt_.store, coverage_)) {
      Wrong(std::move(wrong));
    }
    return std::move(wrong_);
  }

 private:
  void Wrong(std::string what) { wrong_.push_back(std::move(what)); }

  static std::string NameOf(const Subject& subject) {
    return subject.council_id + "/" + subject.relationship_id;
  }

  const std::vector<RecordedReceipt>& ReceiptsOf(const Subject& subject) const {
    static const std::vector<RecordedReceipt> none;
    const auto found = recorded_.receipts.find(subject);
    return found == recorded_.receipts.end() ? none : found->second;
  }

  void CheckInputs() {
    std::map<std::string, std::string> places;
    for (const RecordedRequest& request : recorded_.requests) {
      const auto input = evidence_.processes.inputs.find(request.id);
      if (input == evidence_.processes.inputs.end()) continue;
      const auto [first, added] = places.emplace(input->second, request.place);
      if (added) continue;
      Wrong(
          fmt::format("R1 doubled at {} and {}: {}", first->second, request.place, input->second));
    }
    for (const auto& [what, times] : recorded_.outcomes) coverage_.Saw(what, times);
  }

  void CheckOrder(const Subject& subject, const std::vector<RecordedReceipt>& receipts) {
    std::set<std::string> inputs;
    const RecordedReceipt* before = nullptr;
    for (const RecordedReceipt& one : receipts) {
      AssessmentRecorded input = one.receipt;
      input.clear_previous_receipt();
      if (!inputs.insert(InputOf(input)).second) {
        Wrong("R1 a second receipt of one input: " + one.event);
      }
      if (one.receipt.previous_receipt() != (before ? before->event : "")) {
        Wrong("R1 a receipt that was made after another one than stands before it: " + one.event);
      }
      if (before != nullptr) CheckAfter(*before, one);
      before = &one;
    }
    if (receipts.size() > 1) coverage_.Saw("several receipts of " + Kind(subject));
  }

  static std::string Kind(const Subject& subject) {
    return subject.is_council() ? "a council" : "a relationship";
  }

  void CheckAfter(const RecordedReceipt& before, const RecordedReceipt& one) {
    if (one.receipt.as_of() < before.receipt.as_of()) Wrong("R1 of an older day: " + one.event);
    const store::Cut read = risk::PositionsOf(one.receipt);
    for (const auto& [partition, sequence] : risk::PositionsOf(before.receipt)) {
      const auto found = read.find(partition);
      if (found == read.end() || found->second < sequence) {
        Wrong("R1 of an older position: " + one.event);
      }
    }
    if (SaysTheSame(before.receipt, one.receipt)) Wrong("R1 nothing has changed: " + one.event);
    if (one.receipt.facts_sha256() == before.receipt.facts_sha256()) {
      coverage_.Saw("band changed as days passed");
    }
  }

  void CheckAlerts(const Subject& subject, const std::vector<RecordedReceipt>& receipts) {
    int band = risk::events::v1::BAND_BASELINE;
    for (const RecordedReceipt& one : receipts) {
      const int from = std::exchange(band, one.receipt.band());
      const bool due = from != band;
      alerts_due_ += due ? 1 : 0;
      const bool told = one.alert && one.alert->from_band() == from &&
                        one.alert->to_band() == band && one.alert->day() == one.receipt.as_of() &&
                        one.alert->r() == one.receipt.r();
      if (due ? !told : one.alert.has_value()) {
        Wrong(fmt::format("R4 alert of {} at {}: bands {} to {}", NameOf(subject), one.event, from,
                          band));
      }
      if (due) coverage_.Saw(band > from ? "band rose" : "band fell");
    }
  }

  void CheckRecomputed(const Subject& subject) {
    const auto visited = risk::VisitReceipts(
        store::CutReader(rebuilt_.store), subject, [&](const risk::Receipt& receipt) {
          const auto again = risk::Recompute(rebuilt_.store, rebuilt_.tips, receipt, risk::Tl1());
          if (!again) {
            Wrong("R3 " + receipt.row.event() + ": " + again.error().message);
            return true;
          }
          for (const risk::Comparison& one : *again) {
            if (!one.same()) Wrong("R3 " + receipt.row.event() + " has another " + one.what);
          }
          return true;
        });
    if (!visited) Wrong("R3 " + visited.error().message);
  }

  // A council on one day, as the log had it by the end of it.
  struct DayOfCouncil {
    Day day = 0;
    store::Cut end;
    risk::CouncilInputs inputs;
  };

  void CheckDays(const std::string& council) {
    DayOfCouncil at;
    auto inputs = risk::ReadCouncilInputs(store::CutReader(rebuilt_.store), council);
    if (inputs->records.empty()) return;
    Day first = evidence_.today;
    for (const risk::RecordInputs& record : inputs->records) {
      first = std::min(first, record.revisions.front().recorded);
    }
    std::vector<const Look*> looks;
    for (const Look& look : evidence_.processes.looks) {
      if (look.council == council) looks.push_back(&look);
    }
    if (looks.empty()) return Wrong("R2 nobody looked at " + council);
    // Where clocks differ, what is recorded can be of a day before the first look at its council.
    const Day begun = (*std::ranges::min_element(looks, {}, &Look::first))->first;
    pure_.clear();
    on_time_ = true;
    for (at.day = std::max(first, begun); at.day <= evidence_.today; ++at.day) {
      auto end = projection::CutAt(rebuilt_.store, rebuilt_.tips, EndOf(at.day));
      if (*end != at.end) {
        at.end = *std::move(end);
        inputs = risk::ReadCouncilInputs(store::CutReader(rebuilt_.store, at.end), council);
        if (!inputs) return Wrong("R2 " + inputs.error().message);
        at.inputs = *std::move(inputs);
      }
      CheckDay(council, at, looks);
    }
  }

  bool SawAll(const Look& look, const store::Cut& end) const {
    return std::ranges::all_of(look.read,
                               [&](const auto& read) { return read.second >= end.at(read.first); });
  }

  // When what is recorded of a day must be right: `receipts` were read by a process that has seen
  // all of the day and holds it for settled, since it looked at it or since it began behind it.
  // Receipts behind `since` can be of another that had seen less.
  struct Moment {
    log::Sequence receipts = 0;
    log::Sequence since = 0;

    friend auto operator<=>(const Moment&, const Moment&) = default;
  };

  std::set<Moment> MomentsOf(const DayOfCouncil& at, const std::vector<const Look*>& looks) const {
    std::set<Moment> moments;
    std::map<std::size_t, const Look*> before;  // Of each life.
    std::optional<log::Sequence> passed;        // Receipts when the first look went behind the day.
    bool in_time = true;  // All that went behind it had read all of it when they looked at it.
    for (auto look = looks.begin(); look != looks.end(); ++look) {
      const Look& one = **look;
      const Look* const its_last = std::exchange(before[one.life], &one);
      const bool saw_all = SawAll(one, at.end);
      if (LastOf(one) > at.day) {
        const bool late = one.first > at.day && its_last != nullptr && !SawAll(*its_last, at.end);
        in_time = in_time && saw_all && !late;
        if (!passed) passed = one.receipts;
        if (its_last == nullptr && one.first > at.day && in_time)
          moments.insert({one.receipts, *passed});
      }
      if (at.day < one.first || !saw_all) continue;
      if (at.day <= one.settled) moments.insert({one.receipts, one.receipts});
      if (at.day != one.missing) continue;
      const auto next = std::find_if(look + 1, looks.end(),
                                     [&](const Look* other) { return other->life == one.life; });
      if (next == looks.end() || (*next)->first <= at.day) continue;
      coverage_.Saw("day checked once its receipts were recorded");
      moments.insert({(*next)->receipts, one.receipts});
    }
    return moments;
  }

  static Day LastOf(const Look& look) { return look.missing.value_or(look.settled); }

  // A day is passed by where a process began behind it, not having read all of it: it was late.
  bool PassedBy(const DayOfCouncil& at, const std::vector<const Look*>& looks) const {
    const auto behind =
        std::ranges::find_if(looks, [&](const Look* look) { return look->first > at.day; });
    return behind != looks.end() && !SawAll(**behind, at.end);
  }

  void CheckDay(const std::string& council, const DayOfCouncil& at,
                const std::vector<const Look*>& looks) {
    const bool looked_at = std::ranges::any_of(
        looks, [&](const Look* look) { return at.day >= look->first && at.day <= LastOf(*look); });
    if (!looked_at && !PassedBy(at, looks)) {
      return Wrong(fmt::format("R2 nobody looked at {} on day {}", council, at.day));
    }
    std::set<Moment> moments = MomentsOf(at, looks);
    const log::Sequence end = rebuilt_.tips.at(RiskPartitionOf(council));
    if (at.day == evidence_.today) moments.insert({end, end});
    std::optional<log::Sequence> in_time;
    if (moments.empty()) {
      on_time_ = false;
      coverage_.Saw("day of which something came late");
    } else {
      in_time = moments.rbegin()->receipts;
    }
    // However late it came: no later day was assessed, so this one still can be.
    if (at.day >= LastAssessedDay(recorded_, council)) {
      if (!in_time) coverage_.Saw("day of which something came late checked");
      moments.insert({end, end});
    }
    if (moments.empty()) return;
    coverage_.Saw("day checked");
    const std::vector<risk::Facts> facts = *risk::FactsOf(at.inputs, risk::Tl1(), at.day);
    std::set<std::vector<const RecordedReceipt*>> known;  // Looks that read the same ones agree.
    for (const Moment& moment : moments) {
      std::vector<const RecordedReceipt*> last;
      for (const risk::Facts& one : facts) last.push_back(LastOf(one.subject, moment.receipts));
      if (known.insert(std::move(last)).second) CheckMoment(at, facts, moment);
    }
    if (!in_time) return;
    for (const risk::Facts& one : facts) CheckBand(one.subject, at, *in_time);
  }

  // The last receipt that was recorded up to a moment.
  const RecordedReceipt* LastOf(const Subject& subject, log::Sequence moment) const {
    const RecordedReceipt* last = nullptr;
    for (const RecordedReceipt& one : ReceiptsOf(subject)) {
      if (one.sequence <= moment) last = &one;
    }
    return last;
  }

  PartitionId RiskPartitionOf(const std::string& council) const {
    return {std::string(risk::kStream),
            log::PartitionOf(risk::CouncilKey(council), evidence_.log.founding.root.partitions())};
  }

  // What the last receipts said that were read then, against what the engine says.
  void CheckMoment(const DayOfCouncil& at, const std::vector<risk::Facts>& facts,
                   const Moment& moment) {
    const PartitionId partition = RiskPartitionOf(at.inputs.council_id);
    const store::CutReader receipts(rebuilt_.store, store::Cut{{partition, moment.receipts}});
    std::vector<Assessed> all;
    for (const risk::Facts& one : facts) {
      const auto before =
          risk::PastScores(risk::Tl1()).BeforeDay(rebuilt_.store, receipts, one.subject, at.day);
      auto assessed = one.subject.is_council()
                          ? risk::AssessWhole(one, all, risk::Tl1(), *before)
                          : risk::AssessRelationship(one, risk::Tl1(), *before);
      const RecordedReceipt* last = LastOf(one.subject, moment.receipts);
      const bool of_less = last != nullptr && last->sequence > moment.since &&
                           !Reaches(risk::PositionsOf(last->receipt), at.inputs.positions);
      if (of_less && !Says(last->receipt, *assessed)) {
        coverage_.Saw("day assessed by one that had read less");
        on_time_ = false;
      } else {
        CheckSaid(last, at.day, *assessed);
      }
      all.push_back(*std::move(assessed));
    }
  }

  static bool Reaches(const store::Cut& read, const store::Cut& positions) {
    return std::ranges::all_of(positions, [&](const auto& position) {
      const auto found = read.find(position.first);
      return found != read.end() && found->second >= position.second;
    });
  }

  void CheckSaid(const RecordedReceipt* last, Day day, const Assessed& assessed) {
    const std::string what = fmt::format("{} on day {}", NameOf(assessed.subject), day);
    if (last == nullptr) {
      if (!IsNothing(assessed)) Wrong("R2 no receipt of " + what);
    } else if (last->receipt.as_of() > day) {
      coverage_.Saw("a later day was assessed before");
    } else if (!Says(last->receipt, assessed)) {
      Wrong(fmt::format("R2 {}: {} says {}, which the engine does not", what, last->event,
                        risk::events::v1::Band_Name(last->receipt.band())));
    }
  }

  // Of a subject, R of the days up to one and its band, by the engine's R alone.
  struct Pure {
    std::map<Day, std::int64_t> r;
    risk::v1::Band band = risk::v1::BAND_BASELINE;
  };

  void CheckBand(const Subject& subject, const DayOfCouncil& at, log::Sequence moment) {
    Pure& pure = pure_[subject];
    std::int64_t highest = 0;
    for (const auto& [day, r] : pure.r) {
      if (day > at.day - risk::Tl1().set().falling().days()) highest = std::max(highest, r);
    }
    const std::int64_t r = *risk::ScoreOf(at.inputs, subject, risk::Tl1(), at.day);
    pure.r[at.day] = r;
    pure.band = risk::BandOfDay(r, pure.band, highest, risk::Tl1());
    const RecordedReceipt* last = nullptr;
    for (const RecordedReceipt& one : ReceiptsOf(subject)) {
      if (one.receipt.as_of() <= at.day) last = &one;
    }
    // Recorded by who had not seen all, and thought this day to be the last.
    if (last != LastOf(subject, moment)) on_time_ = false;
    if (!on_time_) return;
    coverage_.Saw("band checked");
    const int band = last == nullptr ? risk::events::v1::BAND_BASELINE : last->receipt.band();
    if (band == static_cast<int>(pure.band)) return;
    Wrong(fmt::format("R5 {} on day {}: band {} by its receipts, {} by R of each day",
                      NameOf(subject), at.day, band, static_cast<int>(pure.band)));
  }

  const ServicesEvidence& evidence_;
  Coverage& coverage_;
  const Rebuilt rebuilt_;
  const Recorded recorded_;
  std::uint64_t alerts_due_ = 0;
  bool on_time_ = true;  // Of the council that is looked at.
  std::map<Subject, Pure> pure_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> JudgeReceipts(const ServicesEvidence& evidence,
                                       const std::map<PartitionId, RawChain>& chains,
                                       Coverage& coverage) {
  return ReceiptsJudgement(evidence, chains, coverage).Deliver();
}

std::vector<std::string> JudgeServices(const ServicesEvidence& evidence, Coverage& coverage) {
  std::vector<std::string> wrong = JudgeLog(evidence.log);
  std::map<PartitionId, RawChain> chains;
  for (const auto& [partition, records] : evidence.log.log) {
    chains.emplace(partition, ReadChain(evidence.log, partition));
    if (partition.stream != risk::kStream) continue;
    coverage.Saw("void record of assessments", chains.at(partition).voids.size());
  }
  const auto add = [&](std::vector<std::string> more) {
    wrong.insert(wrong.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  };
  for (const Part part : kParts) {
    add(CheckReplicas(evidence.log, ProjectionOf(part),
                      evidence.replicas.at(static_cast<std::size_t>(part)), chains));
  }
  add(JudgeReceipts(evidence, chains, coverage));
  return wrong;
}

}  // namespace twinledger::simulation
