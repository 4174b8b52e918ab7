// A small domain with rules worth breaking: an account holds a number, is created once, changed
// under a version that the client saw, and closed for good. For tests of the platform.
//
//   (nothing) --create--> open --add--> open --close--> closed
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/projection/projection.h"
#include "platform/writer/command.h"

namespace twinledger::testing {

// A row's text is the number, with "!" behind it once closed.
struct Account {
  std::int64_t number = 0;
  bool closed = false;
  log::Sequence version = 0;  // Of the commit that wrote it; 0 if there is none.

  std::string Text() const { return std::to_string(number) + (closed ? "!" : ""); }
};

struct AccountCommand {
  enum class Kind { kCreate, kAdd, kClose };
  Kind kind = Kind::kCreate;
  std::string account;
  std::int64_t by = 0;
  log::Sequence etag = 0;  // The version that it is about; for kCreate nothing.

  std::string Text() const {
    return std::to_string(static_cast<int>(kind)) + " " + account + " " + std::to_string(by) + " " +
           std::to_string(etag);
  }
};

struct AccountDecision {
  std::string event;    // Empty: unchanged, or refused.
  std::string refusal;  // Empty: not refused.
};

inline AccountDecision DecideAccount(const Account& account, const AccountCommand& command) {
  const bool exists = account.version != 0;
  if (command.kind == AccountCommand::Kind::kCreate) {
    return exists ? AccountDecision{"", "ALREADY_EXISTS"} : AccountDecision{"create", ""};
  }
  if (!exists) return {"", "NOT_FOUND"};
  if (command.kind == AccountCommand::Kind::kClose) {
    return account.closed ? AccountDecision{} : AccountDecision{"close", ""};
  }
  if (account.closed) return {"", "CLOSED"};
  if (command.etag != account.version) return {"", "STALE"};
  return command.by == 0 ? AccountDecision{} : AccountDecision{std::to_string(command.by), ""};
}

inline Account EvolveAccount(Account account, const std::string& event, log::Sequence sequence) {
  account.version = sequence;
  if (event == "create") return account;
  if (event == "close") {
    account.closed = true;
    return account;
  }
  account.number += std::stoll(event);
  return account;
}

class AccountProjection final : public projection::Projection {
 public:
  static constexpr store::TableId kAccounts = 16;

  static Account Parse(const store::RowVersion& row) {
    return {std::stoll(row.bytes), row.bytes.back() == '!', row.sequence};
  }
  static Result<Account> Read(const store::RowReader& rows, const std::string& account) {
    TL_TRY(const std::optional<store::RowVersion> row, rows.Find(kAccounts, {account}));
    return row ? Parse(*row) : Account{};
  }

  std::string_view name() const override { return "accounts"; }
  std::uint32_t schema_version() const override { return 1; }
  std::vector<std::string> streams() const override { return {"registry"}; }

  std::optional<projection::Unapplicable> Apply(const log::PartitionId&,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override {
    const log::v1::Commit& commit = accepted.commit;
    Result<Account> account = Read(rows, commit.key().id());
    if (!account) return projection::Unapplicable{account.error().message};
    for (const std::string& event : commit.events()) {
      account = EvolveAccount(*account, event, commit.sequence());
    }
    rows.PutBytes(kAccounts, {commit.key().id()}, account->Text());
    return std::nullopt;
  }
};

inline log::v1::EntityKey AccountKey(const std::string& account) {
  log::v1::EntityKey key;
  key.set_type("account");
  key.set_id(account);
  return key;
}

inline writer::Command WriterCommand(const AccountCommand& command, const std::string& actor,
                                     const std::string& request_id) {
  writer::Command made;
  made.key = AccountKey(command.account);
  made.method = "test.Accounts/Change";
  made.actor = actor;
  made.request_id = request_id;
  made.digest = crypto::Sha256({actor, "/", command.Text()});
  made.decide = [command](const store::RowReader& rows,
                          const writer::DecisionContext&) -> Result<writer::Decision> {
    TL_TRY(const Account account, AccountProjection::Read(rows, command.account));
    const AccountDecision decision = DecideAccount(account, command);
    if (!decision.refusal.empty()) {
      log::v1::Refusal refusal;
      refusal.set_code(static_cast<int>(Code::kFailedPrecondition));
      refusal.set_reason(decision.refusal);
      return writer::Decision(std::move(refusal));
    }
    writer::Events events;
    if (!decision.event.empty()) events.events.push_back(decision.event);
    return writer::Decision(std::move(events));
  };
  return made;
}

}  // namespace twinledger::testing
