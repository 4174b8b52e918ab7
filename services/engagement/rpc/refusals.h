// What the caller of a rejected command is told: code, message with the remedy, details.
#pragma once

#include <string_view>

#include "engagement/domain/decision.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::engagement {

// `name` is the resource name of what the command was about.
log::v1::Refusal RefusalOf(const Rejected& rejected, std::string_view name);

}  // namespace twinledger::engagement
