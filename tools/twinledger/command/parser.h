// What CLI11 does not do as we want it: help that begins with examples, errors that name the
// nearest word, completion.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "twinledger/command/program.h"

namespace twinledger::client {

class ParsedApp final : public CLI::App {
 public:
  Action chosen;
};

std::shared_ptr<CLI::FormatterBase> ExamplesFirst();

// Refuses an option's empty value, which a script gives whose variable is not set: it would be
// taken for none, and mean "now" or "all".
CLI::Validator NotEmpty();

// The deepest command that the command line named.
const CLI::App& DeepestParsed(const CLI::App& app);

// What is wrong with a command line that CLI11 refused.
Error UsageError(const CLI::App& app, const CLI::ParseError& error);

std::vector<Candidate> Candidates(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace twinledger::client
