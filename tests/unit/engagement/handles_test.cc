#include "engagement/rpc/handles.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> HandlesOf(
    const std::string& text, const std::function<bool(const std::string& path)>& given =
                                 [](const std::string&) { return true; }) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  std::vector<std::string> shown;
  for (const Handle& handle : HandlesIn(record, given)) {
    const bool official = handle.in == Handle::Register::kOfficials;
    const bool asset = handle.in == Handle::Register::kAssets;
    shown.push_back(handle.field +
                    (official ? " official "
                     : asset  ? " asset "
                              : " principal ") +
                    handle.id);
  }
  return shown;
}

TEST(HandlesTest, ThoseOfBothSidesOfAGiftAreFound) {
  EXPECT_THAT(HandlesOf("gift { recipient { official_id: 'o1' } donor { principal_id: 'p1' } }"),
              ElementsAre("record.gift.recipient.official_id official o1",
                          "record.gift.donor.principal_id principal p1"));
}

TEST(HandlesTest, ThoseInListsAreNamedByTheirPlace) {
  EXPECT_THAT(HandlesOf("delegation { members { person { office: 'mayor' } } "
                        "members { person { principal_id: 'p1' } } "
                        "sites { name: 'a port' } sites { asset_id: 'a1' } }"),
              ElementsAre("record.delegation.members[1].person.principal_id principal p1",
                          "record.delegation.sites[1].asset_id asset a1"));
}

TEST(HandlesTest, OnlyThoseInTheFieldsThatAreGivenCount) {
  const std::string gift = "gift { recipient { official_id: 'o1' } donor { principal_id: 'p1' } }";
  EXPECT_THAT(HandlesOf(gift, [](const std::string& path) { return path == "gift.donor"; }),
              ElementsAre("record.gift.donor.principal_id principal p1"));
}

TEST(HandlesTest, ARecordOfOfficesHasNone) {
  EXPECT_THAT(HandlesOf("gift { recipient { office: 'mayor' } donor { office: 'mayor' } "
                        "description: 'official_id' offered_on { year: 2026 } }"),
              IsEmpty());
}

}  // namespace
}  // namespace twinledger::engagement
