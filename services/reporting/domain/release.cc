#include "reporting/domain/release.h"

namespace twinledger::reporting {

bool IsFor(Audience audience, ReleaseClass release_class) {
  switch (release_class) {
    case engagement::events::v1::RELEASE_CLASS_PUBLIC:
      return true;
    case engagement::events::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY:
      return audience >= Audience::kCouncil;
    case engagement::events::v1::RELEASE_CLASS_UNSPECIFIED:
    case engagement::events::v1::RELEASE_CLASS_AGENCY:
    case engagement::events::v1::ReleaseClass_INT_MIN_SENTINEL_DO_NOT_USE_:
    case engagement::events::v1::ReleaseClass_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return audience == Audience::kAgency;
}

}  // namespace twinledger::reporting
