#include "risk/rules/built_in.h"

#include <string>

#include "platform/base/check.h"

namespace twinledger::risk {

const Rules& Tl1() {
  static const Rules rules = [] {
    Result<Rules> parsed = Rules::Parse(std::string(kTl1Text), "TL-1");
    TL_CHECK(parsed.ok());  // A test loads it, too.
    return *std::move(parsed);
  }();
  return rules;
}

}  // namespace twinledger::risk
