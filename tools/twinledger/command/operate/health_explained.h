// What a server's health means, for the person who has to do something about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "twinledger/operations/v1/operations.pb.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {

// How much a finding matters.
enum class Weight {
  kNote,   // Passes by itself, or can wait for an office hour.
  kWrong,  // Something is not served, not recorded or not known, and stays so.
};

struct Explained {
  Weight weight = Weight::kWrong;
  std::string where = {};  // "registry/3", "risk", or "the server".
  std::string what = {};   // In plain words.
  std::string todo = {};   // What to do.
  std::string log = {};    // The reason that stands in the server's log; empty if there is no line.
  std::string metric = {};   // That shows it.
  std::string runbook = {};  // Where to read on.
};

// Of each finding, those that are wrong first. One that this client does not know is wrong.
std::vector<Explained> Explain(const operations::v1::GetHealthResponse& health);

// What is right: a line for each service that has nothing wrong.
std::vector<std::string> RightOf(const operations::v1::GetHealthResponse& health);

Json ToJson(const Explained& explained);

// Some lines.
std::string ToText(const Explained& explained);

}  // namespace twinledger::client
