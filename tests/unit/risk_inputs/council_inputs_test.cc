// What is read of a council, and from how far in the log.
#include "risk/inputs/council_inputs.h"

#include "risk/inputs/donor_groups.h"
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

using ::testing::ElementsAre;

// All of it as text.
std::string TextOf(const CouncilInputs& inputs) {
  std::string text = inputs.council_id + "\n";
  if (inputs.reporting_since) text += ToText(*inputs.reporting_since) + "\n";
  for (const std::string& id : inputs.relationships) text += "relationship " + id + "\n";
  for (const RecordInputs& record : inputs.records) {
    for (const Revision& revision : record.revisions) {
      text += record.record_id + " " + ToText(revision.recorded) + " " +
              log::ToString(revision.partition) + "/" + std::to_string(revision.sequence) + " " +
              state::v1::RecordState_Name(revision.state) + " " +
              revision.fields.ShortDebugString() + "\n";
    }
  }
  for (const auto& [id, criticality] : inputs.assets) {
    text += "asset " + id + " " + v1::Criticality_Name(criticality) + "\n";
  }
  for (const auto& [id, group] : inputs.donor_groups) text += "donor " + id + " " + group + "\n";
  for (const auto& [partition, sequence] : inputs.positions) {
    text += log::ToString(partition) + " " + std::to_string(sequence) + "\n";
  }
  return text;
}

log::PartitionId PartitionOf(const std::string& stream, const std::string& type,
                             const std::string& id) {
  log::v1::EntityKey key;
  key.set_type(type);
  key.set_id(id);
  return {stream, log::PartitionOf(key, kPartitions)};
}

TEST(CouncilInputsTest, ACouncilThatIsNotRegisteredIsNotFound) {
  Ledger ledger;
  const auto inputs = ReadCouncilInputs(store::CutReader(ledger.store()), "nowhere");
  ASSERT_FALSE(inputs.ok());
  EXPECT_EQ(inputs.error().code, Code::kNotFound);
  EXPECT_EQ(inputs.error().reason, "COUNCIL_NOT_FOUND");
}

TEST(CouncilInputsTest, AllCouncilsAreListedInOrder) {
  Ledger ledger;
  EXPECT_EQ(ledger.Register(kToday, "council_registered { council_id: 'carterton-district' }",
                            "council/carterton-district"),
            "");
  const auto councils = ScoredCouncils(store::CutReader(ledger.store()));
  ASSERT_TRUE(councils.ok());
  EXPECT_THAT(*councils, ElementsAre("carterton-district", "hutt-city"));
}

TEST(CouncilInputsTest, RevisionsAreOldestFirstWithTheirPlaces) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 2, GiftOn(kToday - 9));
  ledger.Step("record_verified", "e1", kToday - 1);
  const CouncilInputs inputs = ledger.Read();
  ASSERT_EQ(inputs.records.size(), 1u);
  ASSERT_EQ(inputs.records[0].revisions.size(), 2u);
  const Revision& first = inputs.records[0].revisions[0];
  const Revision& second = inputs.records[0].revisions[1];
  EXPECT_EQ(first.state, state::v1::RECORD_STATE_SUBMITTED);
  EXPECT_EQ(first.recorded, kToday - 2);
  EXPECT_EQ(first.partition, PartitionOf("engagement", "council", kHutt));
  EXPECT_EQ(first.sequence, 1u);
  EXPECT_EQ(second.state, state::v1::RECORD_STATE_VERIFIED);
  EXPECT_EQ(second.sequence, 2u);
}

TEST(CouncilInputsTest, ReportingMayBeginWithAMonth) {
  Ledger ledger;
  EXPECT_FALSE(ledger.Read().reporting_since);
  EXPECT_EQ(ledger.Register(kToday,
                            "council_reporting_since_set { council_id: 'hutt-city' "
                            "reporting_since { year: 2025 month: 7 } }"),
            "");
  EXPECT_EQ(ledger.Read().reporting_since, On("2025-07-01"));
}

TEST(CouncilInputsTest, PositionsAreThoseOfTheLastCommitsThatWroteOfIt) {
  Ledger ledger;
  ledger.Principal("p1", "principal_registered { principal_id: 'p1' }");
  ledger.Principal("p2", "principal_registered { principal_id: 'p2' }");
  ledger.Submit("e1", kToday - 2, GiftOn(kToday - 9));
  ledger.Step("record_verified", "e1", kToday - 1);
  const std::string read = TextOf(ledger.Read());
  const store::Cut positions = ledger.Read().positions;
  EXPECT_EQ(positions.at(PartitionOf("engagement", "council", kHutt)), 2u);
  EXPECT_EQ(positions.count(PartitionOf("registry", "principal", "p1")), 1u);

  // Others write, also in the same partitions.
  for (int i = 0; i < 20; ++i) {
    const std::string id = "other-" + std::to_string(i);
    EXPECT_EQ(
        ledger.Register(kToday, "council_registered { council_id: '" + id + "' }", "council/" + id),
        "");
    EXPECT_EQ(
        ledger.Engage(kToday, "record_submitted { council_id: '" + id + "' record_id: 'e' }", id),
        "");
    ledger.Principal(id, "principal_registered { principal_id: '" + id + "' }");
  }
  EXPECT_EQ(TextOf(ledger.Read()), read);
  EXPECT_EQ(TextOf(ledger.Read(positions)), read);
  EXPECT_NE(ledger.tips(), positions);

  // What comes later is not seen at them.
  ledger.Submit("e2", kToday, GiftOn(kToday - 9));
  EXPECT_EQ(TextOf(ledger.Read(positions)), read);
  EXPECT_NE(TextOf(ledger.Read()), read);
}

TEST(CouncilInputsTest, OnePositionLessAndSomethingIsMissing) {
  Ledger ledger;
  EXPECT_EQ(ledger.Register(kToday,
                            "strategic_asset_registered { council_id: 'hutt-city' "
                            "asset_id: 'port' }"),
            "");
  ledger.Principal("p1",
                   "principal_registered { principal_id: 'p1' fields { donor_group_id: 'g' } }");
  ledger.Submit("e1", kToday - 2, GiftOn(kToday - 9));
  const std::string read = TextOf(ledger.Read());
  const store::Cut positions = ledger.Read().positions;
  for (const auto& [partition, sequence] : positions) {
    store::Cut shorter = positions;
    --shorter[partition];
    EXPECT_NE(TextOf(ledger.Read(shorter)), read) << log::ToString(partition);
  }
}

// Principals by id, each as "donor group>merged into".
std::string GroupAmong(const std::map<std::string, std::string>& donors, const std::string& id) {
  const auto group =
      DonorGroupOf(id, [&](const std::string& at) -> Result<std::optional<state::v1::DonorRow>> {
        const auto found = donors.find(at);
        if (found == donors.end()) return std::optional<state::v1::DonorRow>();
        state::v1::DonorRow row;
        const std::size_t into = found->second.find('>');
        row.set_donor_group_id(found->second.substr(0, into));
        row.set_merged_into_id(found->second.substr(into + 1));
        return std::optional(row);
      });
  EXPECT_TRUE(group.ok());
  return group.ok() ? *group : "";
}

TEST(DonorGroupsTest, AMergedPrincipalIsTheOneThatItWasMergedInto) {
  EXPECT_EQ(GroupAmong({{"a", ">"}}, "a"), "a");
  EXPECT_EQ(GroupAmong({{"a", "g>"}}, "a"), "g");
  EXPECT_EQ(GroupAmong({}, "a"), "a");
  EXPECT_EQ(GroupAmong({{"a", ">b"}, {"b", ">"}}, "a"), "b");
  EXPECT_EQ(GroupAmong({{"a", "g>b"}, {"b", "h>"}}, "a"), "h");
  EXPECT_EQ(GroupAmong({{"a", "g>b"}, {"b", ">"}}, "a"), "b");
  EXPECT_EQ(GroupAmong({{"a", ">b"}, {"b", ">c"}, {"c", "g>"}}, "a"), "g");
  EXPECT_EQ(GroupAmong({{"a", ">b"}}, "a"), "b");
}

TEST(DonorGroupsTest, PrincipalsThatWereMergedInACircleAreOne) {
  const std::map<std::string, std::string> circle{
      {"a", ">b"}, {"b", "g>c"}, {"c", ">b"}, {"self", "s>self"}};
  EXPECT_EQ(GroupAmong(circle, "a"), "g");
  EXPECT_EQ(GroupAmong(circle, "b"), "g");
  EXPECT_EQ(GroupAmong(circle, "c"), "g");
  EXPECT_EQ(GroupAmong(circle, "self"), "s");
}

TEST(DonorGroupsTest, GiftsOfAGroupAreSummedAfterMerges) {
  Ledger ledger;
  ledger.Principal("p1",
                   "principal_registered { principal_id: 'p1' fields { donor_group_id: 'g' } }");
  ledger.Principal("p2", "principal_registered { principal_id: 'p2' }");
  ledger.Submit("e1", kToday, GiftOn(kToday));
  ledger.Submit("e2", kToday, HospitalityOn(kToday, "host { principal_id: 'p2' }"));
  const auto group = [&](const std::string& id) {
    return FactIn(ledger.Extract(), id + "/A1")->group();
  };
  EXPECT_EQ(group("e1"), "g");
  EXPECT_EQ(group("e2"), "p2");
  ledger.Principal("p2", "principal_merged { principal_id: 'p2' into_id: 'p1' }");
  EXPECT_EQ(group("e2"), "g");
  ledger.Principal("p1", "principal_amended { principal_id: 'p1' paths: 'donor_group_id' }");
  EXPECT_EQ(group("e2"), "p1");
  ledger.Principal("p2", "principal_merged { principal_id: 'p2' }");
  EXPECT_EQ(group("e2"), "p2");
}

}  // namespace
}  // namespace twinledger::risk
