#include "engagement/domain/record.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "engagement/domain/contradictions.h"
#include "engagement/domain/sealed_paths.h"

namespace twinledger::engagement {
namespace {

using state::v1::RECORD_STATE_RETRACTED;
using state::v1::RECORD_STATE_RETRACTION_PENDING;
using state::v1::RECORD_STATE_RETURNED;
using state::v1::RECORD_STATE_SUBMITTED;
using state::v1::RECORD_STATE_VERIFIED;

// What forbids a command, or nothing. Several are asked in the order that a person would.
using Verdict = std::optional<Rejected>;

Verdict FirstOf(std::initializer_list<Verdict> verdicts) {
  for (const Verdict& verdict : verdicts) {
    if (verdict) return verdict;
  }
  return std::nullopt;
}

Verdict Forbid(Rejection rejection, std::string standing = {}) {
  return Rejected{rejection, std::move(standing)};
}

tl::unexpected<Rejected> Refuse(const Verdict& verdict) { return tl::make_unexpected(*verdict); }

Verdict ContentForbids(const RecordFields& fields, const Context& context) {
  const Contradictions contradictions = ContradictionsOf(fields);
  if (!contradictions.empty()) return Forbid(Rejection::kContradiction, ToText(contradictions));
  const Contradictions early = FutureDatesOf(fields, context.today);
  if (!early.empty()) return Forbid(Rejection::kDateInFuture, ToText(early));
  return std::nullopt;
}

// A device that names a journey names one of the same council.
Verdict TravelForbids(const Situation& situation, const RecordFields& fields) {
  const std::string& travel = fields.device().travel_record_id();
  if (travel.empty()) return std::nullopt;
  const bool found = situation.travel && situation.travel->record_id() == travel &&
                     situation.travel->fields().has_travel() &&
                     situation.travel->state() != RECORD_STATE_RETRACTED;
  return found ? std::nullopt : Forbid(Rejection::kTravelNotFound, travel);
}

// Accounts of one person differ in their role: "council/hutt-city/officer/k7".
std::string PersonOf(const std::string& account) {
  const std::size_t name = account.rfind('/');
  if (name == std::string::npos || name == 0) return account;
  const std::size_t role = account.rfind('/', name - 1);
  if (role == std::string::npos) return account;
  return account.substr(0, role) + account.substr(name);
}

Verdict CouncilForbids(const Situation& situation) {
  const auto status =
      situation.council_status.value_or(registry::events::v1::COUNCIL_STATUS_ACTIVE);
  if (status == registry::events::v1::COUNCIL_STATUS_ACTIVE) return std::nullopt;
  return Forbid(Rejection::kCouncilNotActive, registry::events::v1::CouncilStatus_Name(status));
}

// Whoever checks is somebody else than whoever wrote.
Verdict CheckForbidden(const Record& record, const Context& context) {
  if (record.state() == RECORD_STATE_RETRACTED) return Forbid(Rejection::kRetracted);
  if (record.state() != RECORD_STATE_SUBMITTED &&
      record.state() != RECORD_STATE_RETRACTION_PENDING) {
    return Forbid(Rejection::kNotSubmitted, state::v1::RecordState_Name(record.state()));
  }
  const std::string person = PersonOf(context.actor);
  if (std::ranges::any_of(BarredFromCheck(record),
                          [&](const std::string& maker) { return PersonOf(maker) == person; })) {
    return Forbid(Rejection::kOwnRecord, context.actor);
  }
  return std::nullopt;
}

// What was taken back is written no more.
Verdict RetractionForbids(const Record& record) {
  if (record.state() == RECORD_STATE_RETRACTED) return Forbid(Rejection::kRetracted);
  if (record.state() != RECORD_STATE_RETRACTION_PENDING) return std::nullopt;
  return Forbid(Rejection::kRetractionPending, record.retractor());
}

template <class Kind>
Kind& Identify(const Situation& situation, Kind* kind) {
  kind->set_council_id(situation.council_id.value());
  kind->set_record_id(situation.record_id.value());
  return *kind;
}

Decision DecideOn(const Situation& situation, const Submit& command, const Context& context) {
  if (situation.record) {
    const Record& current = *situation.record;
    if (const Verdict no = RetractionForbids(current)) return Refuse(no);
    if (DifferingPaths(current.fields(), command.fields).empty()) return Events{};
    return Reject(Rejection::kRecordExists, context.current_etag);
  }
  const auto no = FirstOf({CouncilForbids(situation), ContentForbids(command.fields, context),
                           TravelForbids(situation, command.fields)});
  if (no) return Refuse(no);
  Event event;
  *Identify(situation, event.mutable_record_submitted()).mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const AmendRecord& command, const Context& context) {
  const Record& current = *situation.record;
  if (const Verdict no = RetractionForbids(current)) return Refuse(no);
  const RecordFields::ContentCase content = current.fields().content_case();
  const bool fits = command.fields.content_case() == content ||
                    command.fields.content_case() == RecordFields::CONTENT_NOT_SET;
  if (!fits || !std::ranges::all_of(command.paths, [&](const std::string& path) {
        return HasPath(content, path);
      })) {
    return Reject(Rejection::kOtherKind, NameOf(content));
  }
  Amendment amendment = Amend(current.fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  const auto no = FirstOf(
      {ContentForbids(amendment.result, context), TravelForbids(situation, amendment.result)});
  if (no) return Refuse(no);
  Event event;
  auto& amended = Identify(situation, event.mutable_record_amended());
  *amended.mutable_fields() = std::move(amendment.values);
  amended.mutable_paths()->Assign(amendment.paths.begin(), amendment.paths.end());
  amended.set_reason_sealed(command.reason_sealed);
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Retract& command, const Context&) {
  if (const Verdict no = RetractionForbids(*situation.record)) return Refuse(no);
  Event event;
  Identify(situation, event.mutable_record_retracted()).set_reason_sealed(command.reason_sealed);
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Verify& command, const Context& context) {
  const Record& current = *situation.record;
  const bool checked =
      current.state() == RECORD_STATE_VERIFIED || current.state() == RECORD_STATE_RETRACTED;
  if (checked && current.checker() == context.actor) return Events{};
  if (const Verdict no = CheckForbidden(current, context)) return Refuse(no);
  Event event;
  auto& verified = Identify(situation, event.mutable_record_verified());
  verified.mutable_evidence()->Add(command.evidence.begin(), command.evidence.end());
  verified.set_note_sealed(command.note_sealed);
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Return& command, const Context& context) {
  if (const Verdict no = CheckForbidden(*situation.record, context)) return Refuse(no);
  Event event;
  Identify(situation, event.mutable_record_returned()).set_reason_sealed(command.reason_sealed);
  return Events{std::move(event)};
}

// Folds one event into a record.
class Folding {
 public:
  Folding(Record record, const Event& event, const Told& told)
      : record_(std::move(record)), told_(told) {
    const auto* kind =
        event.GetReflection()->GetOneofFieldDescriptor(event, Event::descriptor()->oneof_decl(0));
    if (kind != nullptr) event_type_ = kind->name();
  }

  void Submitted(const events::v1::RecordSubmitted& submitted) {
    record_ = Record();
    record_.set_council_id(submitted.council_id());
    record_.set_record_id(submitted.record_id());
    *record_.mutable_fields() = submitted.fields();
    record_.set_state(RECORD_STATE_SUBMITTED);
    record_.add_makers(told_.actor);
    record_.add_writers(told_.actor);
    for (const std::string& path : SealedPathsOf(record_.fields())) Seal(path, true);
  }

  void Amended(const events::v1::RecordAmended& amended) {
    for (const std::string& path : amended.paths()) {
      CopyPath(amended.fields(), path, *record_.mutable_fields());
      RecordFields alone;
      CopyPath(amended.fields(), path, alone);
      Seal(path, HoldsSealed(alone));
    }
    Explain(amended.reason_sealed());
    if (record_.state() == RECORD_STATE_VERIFIED) record_.clear_makers();
    NoteActor(*record_.mutable_makers());
    NoteActor(*record_.mutable_writers());
    record_.set_state(RECORD_STATE_SUBMITTED);
    record_.clear_checker();
    record_.clear_check_evidence();
    Seal(kCheckEvidencePath, false);
  }

  // Of a retraction that is pending it says that this is right.
  void Verified(const events::v1::RecordVerified& verified) {
    record_.set_state(EndRetraction() ? RECORD_STATE_RETRACTED : RECORD_STATE_VERIFIED);
    record_.set_checker(told_.actor);
    *record_.mutable_check_evidence() = verified.evidence();
    Seal(kCheckEvidencePath, std::ranges::any_of(verified.evidence(), [](const auto& evidence) {
           return HoldsSealed(evidence);
         }));
    Explain(verified.note_sealed());
  }

  // A retraction that is not to be leaves the record, and who checked it, as they were.
  void Returned(const events::v1::RecordReturned& returned) {
    const state::v1::RecordState before = record_.state_before_retraction();
    if (EndRetraction()) {
      record_.set_state(before);
    } else {
      record_.set_state(RECORD_STATE_RETURNED);
      record_.set_checker(told_.actor);
    }
    Explain(returned.reason_sealed());
  }

  void Retracted(const events::v1::RecordRetracted& retracted) {
    record_.set_state_before_retraction(record_.state());
    record_.set_state(RECORD_STATE_RETRACTION_PENDING);
    record_.set_retractor(told_.actor);
    Explain(retracted.reason_sealed());
  }

  Record Take() { return std::move(record_); }

 private:
  // Whether one was pending.
  bool EndRetraction() {
    record_.clear_retractor();
    record_.clear_state_before_retraction();
    return record_.state() == RECORD_STATE_RETRACTION_PENDING;
  }

  void NoteActor(google::protobuf::RepeatedPtrField<std::string>& accounts) const {
    if (std::ranges::find(accounts, told_.actor) == accounts.end()) *accounts.Add() = told_.actor;
  }

  // The version's reason takes the place of the one before.
  void Explain(const std::string& reason_sealed) {
    record_.set_reason_sealed(reason_sealed);
    Seal(kReasonPath, !reason_sealed.empty());
  }

  void Seal(const std::string& path, bool holds_sealed) {
    if (!holds_sealed) return NoteSealed(path, std::nullopt, record_);
    NoteSealed(path, Sealing{event_type_, told_.request_id, record_.fields().marking()}, record_);
  }

  Record record_;
  const Told& told_;
  std::string event_type_;
};

}  // namespace

std::vector<std::string> BarredFromCheck(const Record& record) {
  if (record.state() != RECORD_STATE_RETRACTION_PENDING) {
    return {record.makers().begin(), record.makers().end()};
  }
  std::vector<std::string> barred(record.writers().begin(), record.writers().end());
  if (std::ranges::find(barred, record.retractor()) == barred.end()) {
    barred.push_back(record.retractor());
  }
  return barred;
}

Decision Decide(const Situation& situation, const RecordCommand& command, const Context& context) {
  return std::visit(
      [&](const auto& wish) -> Decision {
        if constexpr (requires { wish.etag; }) {
          if (!situation.record) return Reject(Rejection::kRecordNotFound);
          if (wish.etag != context.current_etag) {
            return Reject(Rejection::kEtagMismatch, context.current_etag);
          }
        }
        return DecideOn(situation, wish, context);
      },
      command);
}

Record Evolve(Record record, const Event& event, const Told& told) {
  Folding folding(std::move(record), event, told);
  switch (event.kind_case()) {
    case Event::kRecordSubmitted:
      folding.Submitted(event.record_submitted());
      break;
    case Event::kRecordAmended:
      folding.Amended(event.record_amended());
      break;
    case Event::kRecordRetracted:
      folding.Retracted(event.record_retracted());
      break;
    case Event::kRecordVerified:
      folding.Verified(event.record_verified());
      break;
    case Event::kRecordReturned:
      folding.Returned(event.record_returned());
      break;
    case Event::KIND_NOT_SET:  // Written by a newer program: kept, verified, not understood.
      break;
  }
  return folding.Take();
}

}  // namespace twinledger::engagement
