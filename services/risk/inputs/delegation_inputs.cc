#include "risk/inputs/delegation_inputs.h"

#include <algorithm>
#include <optional>

#include "risk/domain/bounds.h"
#include "risk/inputs/answers.h"
#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;

constexpr int kNoticeWorkingDays = 5;
constexpr std::int64_t kAnyNumber = kCountMax;

bool NeedsLeave(int conduct) {
  return conduct == ev::DELEGATION_CONDUCT_LEFT_GROUP ||
         conduct == ev::DELEGATION_CONDUCT_RECORDED ||
         conduct == ev::DELEGATION_CONDUCT_PLUGGED_IN_DEVICE;
}

// Whether somebody came onto the list too late, as far as both days are known.
std::optional<bool> IsAddedLate(const ev::DelegationMember& member,
                                const std::optional<Period>& arrival,
                                const std::vector<Day>& holidays) {
  const std::optional<Period> added = PeriodOf(member.added_on());
  if (!added || !arrival) return std::nullopt;
  const auto late = [&](Day from, Day to) {
    return WithinWorkingDays(from, to, kNoticeWorkingDays - 1, holidays);
  };
  if (late(added->first, arrival->last)) return true;
  return late(added->last, arrival->first) ? std::nullopt : std::optional(false);
}

}  // namespace

Choices ReadDelegation(const RecordFields& fields) {
  const ev::Delegation& delegation = fields.delegation();
  AnyOf visits;
  AnyOf breach;
  if (IsNamedUnknown(fields, "delegation.sites")) visits.Add(std::nullopt);
  if (delegation.conduct().empty()) breach.Add(std::nullopt);
  for (const int conduct : delegation.conduct()) breach.Add(NeedsLeave(conduct));
  for (const auto& site : delegation.sites()) {
    visits.Add(!site.asset_id().empty());
    const std::optional<bool> escorted = IsYes(site.escorted());
    breach.Add(escorted ? std::optional(!*escorted) : std::nullopt);
  }
  Choices choices;
  Say("delegation.visits_asset", visits.answer(), choices);
  Say("delegation.breach", breach.answer(), choices);
  return choices;
}

Count DelegatesInQuestion(const RecordFields& fields, const std::vector<Day>& holidays) {
  const ev::Delegation& delegation = fields.delegation();
  const std::optional<Period> arrival = PeriodOf(fields.occur_date());
  Count count;
  std::int64_t listed = 0;
  for (const auto& member : delegation.members()) {
    if (member.person().has_official_id()) continue;  // Of the council itself.
    ++listed;
    AnyOf in_question;
    in_question.Add(IsAddedLate(member, arrival, holidays));
    const std::optional<bool> identified = IsYes(member.identity_checked());
    in_question.Add(identified ? std::optional(!*identified) : std::nullopt);
    const std::optional<bool> answer = in_question.answer();
    if (answer == true) ++count.least;
    if (answer != false) ++count.most;
  }
  if (delegation.has_size_arrived()) {
    count.most += std::max<std::int64_t>(0, delegation.size_arrived() - listed);
  } else if (listed == 0) {
    count.most = kAnyNumber;  // Nobody says who came.
  }
  return count;
}

}  // namespace twinledger::risk
