// Offices that stand where no person is known by a handle. A closed list, so that no name of a
// person is written in its place.
//
//   office = title [ "-" number ]      "mayor", "member-2"
#pragma once

#include <span>
#include <string_view>

namespace twinledger::engagement {

bool IsOffice(std::string_view text);
std::span<const std::string_view> Titles();

}  // namespace twinledger::engagement
