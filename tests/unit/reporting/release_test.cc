#include "reporting/domain/release.h"

#include <gtest/gtest.h>

namespace twinledger::reporting {
namespace {

namespace events = engagement::events::v1;

TEST(ReleaseTest, ARecordIsForThoseThatItsClassReaches) {
  struct Case {
    ReleaseClass release_class;
    bool is_public;
    bool council;
    bool agency;
  };
  for (const Case& one : {Case{events::RELEASE_CLASS_PUBLIC, true, true, true},
                          Case{events::RELEASE_CLASS_COUNCIL_AND_AGENCY, false, true, true},
                          Case{events::RELEASE_CLASS_AGENCY, false, false, true},
                          Case{events::RELEASE_CLASS_UNSPECIFIED, false, false, true}}) {
    SCOPED_TRACE(events::ReleaseClass_Name(one.release_class));
    EXPECT_EQ(IsFor(Audience::kPublic, one.release_class), one.is_public);
    EXPECT_EQ(IsFor(Audience::kCouncil, one.release_class), one.council);
    EXPECT_EQ(IsFor(Audience::kAgency, one.release_class), one.agency);
  }
}

}  // namespace
}  // namespace twinledger::reporting
