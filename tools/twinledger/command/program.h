// The command tree. Each file of this folder adds one group of commands to it; run.cc puts them
// together.
//
// CLI11 stands behind it, in program.cc alone: it is slow to compile.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/command/session.h"

namespace CLI {
class App;
}

namespace twinledger::client {

using Action = std::function<ExitCode(Session&)>;

// One command, or a group of them. Targets of its options must live as long as its action does: the
// action owns them. Threads: confined to one.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  // `examples` open the help, one a line.
  Command Group(const std::string& name, const std::string& description,
                const std::string& examples);
  Command Add(const std::string& name, const std::string& description, const std::string& examples);
  void Hide();
  // Words and flags that this program does not know are no error of usage.
  void TakeAnything();

  void Required(const std::string& name, std::string& target, const std::string& help);
  void Optional(const std::string& name, std::string& target, const std::string& help);
  void Rest(const std::string& name, std::vector<std::string>& target, const std::string& help);
  void Option(const std::string& flags, std::string& target, const std::string& help);
  void Repeatable(const std::string& flags, std::vector<std::string>& target,
                  const std::string& help);
  void Flag(const std::string& flags, bool& target, const std::string& help);

  void OnRun(Action action);
  // Of a command that works on this machine's files and asks no server: it refuses the flags that
  // say which server, and as whom.
  void OnRunHere(Action action);

 private:
  CLI::App* app_;
};

// A word that may follow on a command line that is being typed.
struct Candidate {
  std::string word;
  std::string description;
};

// The whole tree, and what a command line asked of it. Threads: confined to one.
class Program {
 public:
  Program(const std::string& description, const std::string& examples);
  ~Program();

  Command root();

  // The action that was asked for; help, already printed to `out`, is an action that does nothing.
  // INVALID_ARGUMENT names what is wrong and the nearest word that exists.
  Result<Action> Parse(int argc, const char* const* argv, std::ostream& out);

  // Settings that were given as flags, by name.
  const std::map<std::string, std::string>& flags() const;

  // `words` are those behind the program's name; the last one is unfinished, perhaps empty.
  std::vector<Candidate> Complete(const std::vector<std::string>& words) const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

void AddConfig(Command root);
void AddCompletion(Command root, const Program& program);
void AddVersion(Command root);
void AddGenerate(Command root);

}  // namespace twinledger::client
