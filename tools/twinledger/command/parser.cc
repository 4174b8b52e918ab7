#include "twinledger/command/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/base/nearest.h"

namespace twinledger::client {
namespace {

class ExamplesFirstFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
    std::string help = "Examples:\n";
    const std::string examples = app->get_footer();
    for (std::size_t start = 0; start < examples.size();) {
      const std::size_t end = std::min(examples.find('\n', start), examples.size());
      help += "  " + examples.substr(start, end - start) + "\n";
      start = end + 1;
    }
    help += "\n" + make_description(app) + make_usage(app, std::move(name)) + "\n";
    help += make_positionals(app) + make_groups(app, mode) + make_subcommands(app, mode);
    if (app->get_parent() != nullptr) {
      help += "\nOptions of every command (output, server, credentials): twinledger --help\n";
    }
    return help;
  }
};

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  std::vector<const CLI::App*> commands =
      app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
  return commands;
}

std::vector<std::string> NamesOf(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  return names;
}

// Of the command and of all above it.
std::vector<const CLI::Option*> OptionsOf(const CLI::App& app) {
  std::vector<const CLI::Option*> options;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      const bool help_again = level != &app && option->check_lname("help");
      if (!option->get_lnames().empty() && !help_again) options.push_back(option);
    }
  }
  return options;
}

std::string PathOf(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return PathOf(*app.get_parent()) + " " + app.get_name();
}

std::string Describe(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& at = DeepestParsed(app);
  const std::string where = PathOf(at);
  const std::vector<std::string> extras = app.remaining(true);
  const std::vector<std::string> commands = NamesOf(CommandsOf(at));
  if (!extras.empty()) {
    const std::string& word = extras.front();
    if (word.starts_with("-")) {
      std::vector<std::string> options;
      for (const CLI::Option* option : OptionsOf(at)) {
        options.push_back("--" + option->get_lnames().front());
      }
      const std::string nearest = Nearest(word.substr(0, word.find('=')), options);
      return fmt::format(
          "{} has no option \"{}\"; {}", where, word,
          nearest.empty() ? "--help shows which it has" : fmt::format("did you mean {}?", nearest));
    }
    if (commands.empty()) return fmt::format("{} does not expect \"{}\"", where, word);
    const std::string nearest = Nearest(word, commands);
    return fmt::format("{} has no command \"{}\"; {}", where, word,
                       nearest.empty() ? fmt::format("it has: {}", fmt::join(commands, ", "))
                                       : fmt::format("did you mean \"{}\"?", nearest));
  }
  if (!commands.empty()) {
    return fmt::format("{} needs a command: {}", where, fmt::join(commands, ", "));
  }
  return fmt::format("{}: {}", where, error.what());
}

}  // namespace

std::shared_ptr<CLI::FormatterBase> ExamplesFirst() {
  return std::make_shared<ExamplesFirstFormatter>();
}

CLI::Validator NotEmpty() {
  return {[](const std::string& value) {
            return value.empty() ? "\"\" is no value: give one, or leave the option out" : "";
          },
          ""};
}

const CLI::App& DeepestParsed(const CLI::App& app) {
  const CLI::App* deepest = &app;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
  return *deepest;
}

Error UsageError(const CLI::App& app, const CLI::ParseError& error) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{} (help: {} --help)", Describe(app, error),
                                      PathOf(DeepestParsed(app))),
               .reason = "USAGE"};
}

std::vector<Candidate> Candidates(const CLI::App& app, const std::vector<std::string>& words) {
  const std::string unfinished = words.empty() ? "" : words.back();
  const CLI::App* at = &app;
  const CLI::Option* pending = nullptr;  // The option whose value comes next.
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (pending != nullptr) {
      pending = nullptr;
      continue;
    }
    const std::vector<const CLI::App*> commands = CommandsOf(*at);
    const auto command = std::ranges::find(commands, words[i], &CLI::App::get_name);
    if (command != commands.end()) at = *command;
    for (const CLI::Option* option : OptionsOf(*at)) {
      if (option->check_name(words[i]) && option->get_items_expected_max() > 0) pending = option;
    }
  }
  std::vector<Candidate> candidates;
  if (pending != nullptr) {
    if (pending->check_lname("output")) {
      candidates = {{"table", ""}, {"json", ""}, {"jsonl", ""}, {"csv", ""}};
    }
  } else if (unfinished.starts_with("-")) {
    for (const CLI::Option* option : OptionsOf(*at)) {
      candidates.push_back({"--" + option->get_lnames().front(), option->get_description()});
    }
  } else {
    for (const CLI::App* command : CommandsOf(*at)) {
      candidates.push_back({command->get_name(), command->get_description()});
    }
  }
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !candidate.word.starts_with(unfinished);
  });
  return candidates;
}

}  // namespace twinledger::client
