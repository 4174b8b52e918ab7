// Names of resources, as clients write them (AIP-122).
//
//   councils/{slug}      councils/{slug}/relationships/{uuid}      councils/{slug}/alerts/{uuid}
#pragma once

#include <string>
#include <string_view>

#include "platform/rpc/violations.h"
#include "risk/projection/risk_view.h"

namespace twinledger::risk {

std::string NameOf(const Subject& subject);
std::string AlertName(const std::string& council_id, const std::string& alert_id);
std::string RecordName(const std::string& council_id, const std::string& record_id);

// What is wrong with the name is added to `wrong`; the ids are then not to be used.
Subject ReadSubject(std::string_view field, std::string_view name, rpc::Violations& wrong);

// Of names that have been read before, or that we made.
Subject SubjectIn(std::string_view name);

struct AlertId {
  std::string council_id;
  std::string alert_id;
};
AlertId AlertIn(std::string_view name);

}  // namespace twinledger::risk
