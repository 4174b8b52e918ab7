#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "twinledger/command/program.h"

namespace twinledger::client {
namespace {

// Where the client has nothing to offer, the shell offers files.
constexpr const char* kBash = R"(_twinledger() {
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  local IFS=$'\n'
  COMPREPLY=($(twinledger __complete -- "${words[@]}" 2>/dev/null | cut -f1))
}
complete -o default -F _twinledger twinledger
)";

constexpr const char* kZsh = R"(#compdef twinledger
_twinledger() {
  local -a candidates
  local line
  while IFS=$'\t' read -r word description; do
    candidates+=("${word//:/\\:}:$description")
  done < <(twinledger __complete -- "${words[@]:1:$((CURRENT-1))}" 2>/dev/null)
  if (( ${#candidates} )); then _describe twinledger candidates; else _files; fi
}
compdef _twinledger twinledger
)";

constexpr const char* kFish = R"(function __twinledger_complete
  set -l words (commandline -opc) (commandline -ct)
  twinledger __complete -- $words[2..-1] 2>/dev/null
end
complete -c twinledger -a '(__twinledger_complete)'
)";

void AddScript(Command group, const std::string& shell, const std::string& example,
               const char* script) {
  Command command = group.Add(shell, "the completion script for " + shell, example);
  command.OnRun([script](Session& session) {
    if (session.format() == Format::kTable) {
      session.terminal().out << script;
      return ExitCode::kDone;
    }
    Printer printer =
        session.Print({.kind = "completion", .columns = {{"script", "SCRIPT"}}, .single = true});
    printer.Row({{"script", script}});
    printer.Finish();
    return ExitCode::kDone;
  });
}

}  // namespace

void AddCompletion(Command root, const Program& program) {
  const std::string fish_example =
      "twinledger completion fish > ~/.config/fish/completions/twinledger.fish";
  Command group = root.Group("completion", "completion of this client in a shell",
                             "source <(twinledger completion bash)\n" + fish_example);
  AddScript(group, "bash", "source <(twinledger completion bash)", kBash);
  AddScript(group, "zsh", "twinledger completion zsh > ~/.zfunc/_twinledger", kZsh);
  AddScript(group, "fish", fish_example, kFish);

  Command complete =
      root.Add("__complete", "candidates for a shell", "twinledger __complete -- council g");
  complete.Hide();  // For the scripts alone.
  auto words = std::make_shared<std::vector<std::string>>();
  complete.Rest("words", *words, "the command line so far; the last word is unfinished");
  complete.OnRun([&program, words](Session& session) {
    for (const Candidate& candidate : program.Complete(*words)) {
      session.terminal().out << candidate.word << '\t' << candidate.description << '\n';
    }
    return ExitCode::kDone;
  });
}

}  // namespace twinledger::client
