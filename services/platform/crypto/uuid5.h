// UUID version 5 (RFC 9562): the same namespace and name give the same id, everywhere and for ever.
#pragma once

#include <string>
#include <string_view>

namespace twinledger::crypto {

// REQUIRES: `space` is a UUID as text.
std::string Uuid5(std::string_view space, std::string_view name);

}  // namespace twinledger::crypto
