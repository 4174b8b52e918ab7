// Names between clients and the log: sealed once, the same bytes for the same text, opened where
// they were sealed.
#include "registry/rpc/sealed_texts.h"

#include <gmock/gmock.h>

#include "platform/base/check.h"
#include "platform/crypto/system_random.h"
#include "platform/store/memory_store.h"
#include "registry/projection/sealed_fields.h"
#include "registry/rpc/sealed_answers.h"
#include "registry/rpc/translation.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kRegistered = "principal_registered";

// A keyring of a data directory of its own.
struct KeyringFolder {
  KeyringFolder() {
    constexpr std::string_view kLogId = "6f1d9f0a-5b1e-4f0e-9a55-3d0f6f3f1c11";
    TL_CHECK(keyring::CreateKeyring(data, kLogId, random).ok());
    auto opened = keyring::Keyring::Open(data, kLogId, random);
    TL_CHECK(opened.ok());
    keyring = *std::move(opened);
  }

  testing::TempDirectory folder;
  crypto::SystemRandom random;
  DataDirectory data{folder.path() / "data"};
  std::unique_ptr<keyring::Keyring> keyring;
};

class SealedTextsTest : public ::testing::Test {
 protected:
  v1::Principal Brook() {
    return Parse<v1::Principal>(
        R"pb(display_name: "Lee Brook" aliases: "L. Brook" aliases: "Brooky" role: "attache")pb");
  }

  // A row as the projection would have it.
  Principal RowOf(const PrincipalId& id, const v1::Principal& wished,
                  const std::string& request_id = "r1") {
    Principal row;
    row.set_principal_id(id.value());
    row.set_kind(events::v1::PRINCIPAL_KIND_PERSON);
    EXPECT_TRUE(texts_.Seal({OwnerOf(id), kRegistered, request_id}, wished, *row.mutable_fields()));
    NoteSealing(row.fields(), SealedPaths(row.fields()), kRegistered, request_id,
                *row.mutable_sealed());
    return row;
  }

  KeyringFolder here_;
  SealedTexts texts_{*here_.keyring};
  const PrincipalId id_{"p1"};
};

TEST_F(SealedTextsTest, WhatIsSealedSaysNothingAndComesBack) {
  const Principal row = RowOf(id_, Brook());
  EXPECT_THAT(row.SerializeAsString(), Not(HasSubstr("Brook")));
  v1::Principal opened;
  const auto state = texts_.Open(OwnerOf(id_), row.sealed(), row.fields(), opened);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(*state, v1::SEALED_STATE_SHOWN);
  EXPECT_EQ(opened.DebugString(), Brook().DebugString());
}

TEST_F(SealedTextsTest, TheSameTextKeepsItsBytesAndAnotherDoesNot) {
  const Principal row = RowOf(id_, Brook());
  v1::Principal wished = Brook();
  wished.set_role("consul");
  Principal again = RowOf(id_, wished, "r2");
  EXPECT_NE(again.fields().display_name_sealed(), row.fields().display_name_sealed());
  texts_.KeepSame(OwnerOf(id_), row.sealed(), row.fields(), wished, *again.mutable_fields());
  EXPECT_EQ(again.fields().display_name_sealed(), row.fields().display_name_sealed());
  EXPECT_EQ(again.fields().aliases_sealed(1), row.fields().aliases_sealed(1));
  EXPECT_NE(again.fields().role_sealed(), row.fields().role_sealed());
}

TEST_F(SealedTextsTest, ATextOpensInItsOwnPlaceAlone) {
  const Principal row = RowOf(id_, Brook());
  const auto fails = [&](const SealedOwner& owner, const Principal& altered) {
    v1::Principal opened;
    const auto state = texts_.Open(owner, altered.sealed(), altered.fields(), opened);
    return !state.ok() && state.error().reason == "SEALED_FIELD_DAMAGED";
  };
  EXPECT_TRUE(fails(OwnerOf(PrincipalId("p2")), row));
  Principal swapped = row;
  swapped.mutable_fields()->mutable_aliases_sealed()->SwapElements(0, 1);
  EXPECT_TRUE(fails(OwnerOf(id_), swapped));
  Principal of_another_request = row;
  of_another_request.mutable_sealed(0)->set_request_id("r2");
  EXPECT_TRUE(fails(OwnerOf(id_), of_another_request));
  Principal without_note = row;
  without_note.clear_sealed();
  EXPECT_TRUE(fails(OwnerOf(id_), without_note));
}

TEST_F(SealedTextsTest, ACheckAloneMakesNoKeyAndTheTextComesBack) {
  Principal row;
  ASSERT_TRUE(texts_.Seal({OwnerOf(id_), kRegistered, "r1", true}, Brook(), *row.mutable_fields()));
  EXPECT_EQ(here_.keyring->Counts().keys, 0u);
  v1::Principal opened;
  EXPECT_TRUE(texts_.Open(OwnerOf(id_), row.sealed(), row.fields(), opened).ok());
  EXPECT_EQ(opened.DebugString(), Brook().DebugString());
}

TEST_F(SealedTextsTest, WhereTheKeyIsMissingThatIsSaidAndNothingShown) {
  const Principal row = RowOf(id_, Brook());
  const KeyringFolder elsewhere;
  v1::Principal opened;
  const auto state =
      SealedTexts(*elsewhere.keyring).Open(OwnerOf(id_), row.sealed(), row.fields(), opened);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(*state, v1::SEALED_STATE_KEY_NOT_HERE);
  EXPECT_EQ(opened.DebugString(), "");
}

TEST_F(SealedTextsTest, NamesAreForTheirCouncilAndTheAgencysOfficers) {
  using identity::Role;
  const auto may = [](Role role, const std::string& council, const std::string& of) {
    return MayReadNames({.role = role, .account = "k1", .council = council}, of);
  };
  for (const Role role : {Role::kCouncilOfficer, Role::kCouncilApprover}) {
    EXPECT_TRUE(may(role, "hutt-city", "hutt-city"));
    EXPECT_FALSE(may(role, "hutt-city", "nelson-city"));
    EXPECT_FALSE(may(role, "hutt-city", ""));
  }
  for (const Role role : {Role::kAgencyAnalyst, Role::kAgencyApprover}) {
    EXPECT_TRUE(may(role, "", "hutt-city"));
    EXPECT_TRUE(may(role, "", ""));
  }
  for (const Role role : {Role::kRuleAuthor, Role::kAuditor, Role::kOperator, Role::kService}) {
    EXPECT_FALSE(may(role, "", "hutt-city"));
    EXPECT_FALSE(may(role, "", ""));
  }
}

TEST_F(SealedTextsTest, AHistoryNamesWhatChangedAndShowsItToThoseWhoMayReadIt) {
  v1::Principal renamed = Brook();
  renamed.set_display_name("Lea Brook");
  std::vector<RecordVersion<Principal>> versions(2);
  versions[1].version.row = RowOf(id_, Brook());
  versions[0].version.row = RowOf(id_, renamed, "r2");
  texts_.KeepSame(OwnerOf(id_), versions[1].version.row.sealed(), versions[1].version.row.fields(),
                  renamed, *versions[0].version.row.mutable_fields());
  for (state::v1::SealedField& note : *versions[0].version.row.mutable_sealed()) {
    if (note.path() != "display_name_sealed") note.set_request_id("r1");
  }
  store::MemoryStore store;
  const store::CutReader rows(store, std::nullopt);
  const auto changes = [&](identity::Role role) {
    const rpc::CallerIdentity caller{.role = role, .account = "k1", .council = ""};
    const auto history = CallerView(texts_, caller).Show(versions, rows);
    EXPECT_TRUE(history.ok());
    std::vector<std::string> told;
    for (const fields::Change& change : history->front().changes) {
      told.push_back(change.path + ": " + change.before.value_or("-") + " to " +
                     change.after.value_or("-"));
    }
    return told;
  };
  EXPECT_THAT(changes(identity::Role::kAgencyAnalyst),
              ElementsAre("display_name: Lee Brook to Lea Brook"));
  EXPECT_THAT(changes(identity::Role::kAuditor), ElementsAre("display_name: - to -"));
}

}  // namespace
}  // namespace twinledger::registry
