#include "registry/domain/partner.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const PartnerId kPartnerId("0b1c9b5e-0000-4000-8000-000000000001");

Decision GivenWhen(const std::vector<std::string>& given, const PartnerCommand& when) {
  std::optional<Partner> partner;
  for (const std::string& text : given) {
    partner = Evolve(partner.value_or(Partner()), EventOf(text));
  }
  return Decide(kPartnerId, partner, when, Now());
}

const std::string kXiamenFields =
    R"pb(display_name: "Xiamen" country: "CN" level: PARTNER_LEVEL_MUNICIPAL)pb";
const std::string kPartnerRegistered =
    R"pb(partner_registered { partner_id: "0b1c9b5e-0000-4000-8000-000000000001" fields {)pb" +
    kXiamenFields + "} }";

TEST(PartnerTest, RegisteringRecordsWhatIsKnown) {
  EXPECT_THAT(GivenWhen({}, RegisterPartner{Parse<events::v1::PartnerFields>(kXiamenFields)}),
              Records(kPartnerRegistered));
}

TEST(PartnerTest, RegisteringTheSameAgainRecordsNothing) {
  EXPECT_THAT(GivenWhen({kPartnerRegistered},
                        RegisterPartner{Parse<events::v1::PartnerFields>(kXiamenFields)}),
              Records());
}

TEST(PartnerTest, AmendingRecordsTheNewValue) {
  EXPECT_THAT(GivenWhen({kPartnerRegistered},
                        AmendPartner{kEtag,
                                     Parse<events::v1::PartnerFields>(R"pb(name_local: "厦门")pb"),
                                     {"name_local"}}),
              Records(R"pb(partner_amended {
                             partner_id: "0b1c9b5e-0000-4000-8000-000000000001"
                             fields { name_local: "厦门" }
                             paths: "name_local"
                           })pb"));
}

TEST(PartnerTest, RefusesWhatTheRulesForbid) {
  const events::v1::PartnerFields own_parent =
      Parse<events::v1::PartnerFields>(R"pb(parent_id: "0b1c9b5e-0000-4000-8000-000000000001")pb");
  const struct {
    std::string name;
    std::vector<std::string> given;
    PartnerCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"register another under the same id",
       {kPartnerRegistered},
       RegisterPartner{},
       Rejection::kPartnerExists,
       kEtag},
      {"amend what is not there",
       {},
       AmendPartner{kEtag, {}, {"region"}},
       Rejection::kPartnerNotFound,
       ""},
      {"amend an old version",
       {kPartnerRegistered},
       AmendPartner{"older", {}, {"region"}},
       Rejection::kEtagMismatch,
       kEtag},
      {"register as its own parent", {}, RegisterPartner{own_parent}, Rejection::kOwnParent, ""},
      {"amend to its own parent",
       {kPartnerRegistered},
       AmendPartner{kEtag, own_parent, {"parent_id"}},
       Rejection::kOwnParent,
       ""},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(PartnerTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2027);
  EXPECT_THAT(Decide(kPartnerId, std::nullopt, RegisterPartner{}, context),
              Refuses(Rejection::kDateInFuture, "2027"));
}

}  // namespace
}  // namespace twinledger::registry
