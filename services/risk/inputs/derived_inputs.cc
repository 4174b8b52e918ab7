#include "risk/inputs/derived_inputs.h"

#include "risk/inputs/benefit_inputs.h"
#include "risk/inputs/delegation_inputs.h"
#include "risk/inputs/journey_inputs.h"

namespace twinledger::risk {

std::vector<Choices> ReadingsOf(const engagement::events::v1::RecordFields& fields) {
  switch (fields.content_case()) {
    case RecordFields::kGift:
      return {ReadGift(fields.gift())};
    case RecordFields::kHospitality:
      return {ReadHospitality(fields.hospitality())};
    case RecordFields::kTravel:
      return ReadTravel(fields);
    case RecordFields::kDevice:
      return {ReadDevice(fields.device())};
    case RecordFields::kDelegation:
      return {ReadDelegation(fields)};
    case RecordFields::CONTENT_NOT_SET:
      break;
  }
  return {Choices()};
}

}  // namespace twinledger::risk
