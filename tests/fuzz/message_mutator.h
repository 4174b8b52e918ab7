// Changes to messages that keep them messages: what a fuzzer that knows bytes alone would hardly
// find.
#pragma once

#include <google/protobuf/message.h>

#include <random>
#include <string>
#include <vector>

namespace twinledger::testing {

// What fields are set to, mostly: few, so that what must agree often does. At least one of each.
struct Vocabulary {
  std::vector<std::string> texts;  // UTF-8.
  std::vector<std::string> bytes = {""};
};

// Sets, clears, adds, removes or alters one field, somewhere in `message`.
void MutateMessage(google::protobuf::Message& message, const Vocabulary& words,
                   std::minstd_rand& dice);

}  // namespace twinledger::testing
