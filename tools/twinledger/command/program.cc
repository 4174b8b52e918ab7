#include "twinledger/command/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "twinledger/command/parser.h"

namespace twinledger::client {

Command Command::Group(const std::string& name, const std::string& description,
                       const std::string& examples) {
  Command group = Add(name, description, examples);
  group.app_->require_subcommand(1);
  return group;
}

Command Command::Add(const std::string& name, const std::string& description,
                     const std::string& examples) {
  CLI::App* command = app_->add_subcommand(name, description);
  command->footer(examples);
  return Command(*command);
}

void Command::Hide() { app_->group(""); }

void Command::TakeAnything() {
  app_->fallthrough(false);  // Else the root is asked, which takes nothing that it does not know.
  app_->allow_extras();
}

void Command::Required(const std::string& name, std::string& target, const std::string& help) {
  app_->add_option(name, target, help)->required()->type_name("");
}

void Command::Optional(const std::string& name, std::string& target, const std::string& help) {
  app_->add_option(name, target, help)->type_name("");
}

void Command::Rest(const std::string& name, std::vector<std::string>& target,
                   const std::string& help) {
  app_->add_option(name, target, help)->type_name("");
}

void Command::Option(const std::string& flags, std::string& target, const std::string& help) {
  app_->add_option(flags, target, help)->type_name("VALUE")->check(NotEmpty());
}

void Command::Repeatable(const std::string& flags, std::vector<std::string>& target,
                         const std::string& help) {
  app_->add_option(flags, target, help)
      ->type_name("VALUE")
      ->allow_extra_args(false)
      ->check(NotEmpty());
}

void Command::Flag(const std::string& flags, bool& target, const std::string& help) {
  app_->add_flag(flags, target, help);
}

void Command::OnRun(Action action) {
  CLI::App* root = app_;
  while (root->get_parent() != nullptr) root = root->get_parent();
  app_->callback(
      [root, action = std::move(action)] { static_cast<ParsedApp*>(root)->chosen = action; });
}

void Command::OnRunHere(Action action) {
  OnRun([action = std::move(action)](Session& session) {
    for (const std::string_view name : {"as", "credentials", "server"}) {
      const Setting& setting = session.settings().find(name)->second;
      if (!setting.source.starts_with("flag ")) continue;
      return session.Fail(Error{
          .code = Code::kInvalidArgument,
          .message = fmt::format("{} has no meaning here: this command reads files of this machine "
                                 "and asks no server; leave it out",
                                 setting.source.substr(std::string_view("flag ").size())),
          .reason = "NOTHING_IS_ASKED",
          .metadata = {{"setting", std::string(name)}}});
    }
    return action(session);
  });
}

class Program::Parser {
 public:
  ParsedApp app;
  std::map<std::string, std::string> flags;
};

Program::Program(const std::string& description, const std::string& examples)
    : parser_(std::make_unique<Parser>()) {
  ParsedApp& app = parser_->app;
  app.name("twinledger");
  app.description(description);
  app.footer(examples);
  app.formatter(ExamplesFirst());
  app.fallthrough();  // Before any command is added: they inherit it.
  app.require_subcommand(1);
  app.set_version_flag("--version", TWINLEDGER_VERSION, "the version of this client");
  for (const SettingName& setting : kSettings) {
    const std::string name(setting.name);
    const std::string flag =
        name == "output" ? "-o," + std::string(setting.flag) : std::string(setting.flag);
    const std::string help = setting.built_in.empty()
                                 ? std::string(setting.help)
                                 : fmt::format("{} [{}]", setting.help, setting.built_in);
    const auto keep = [this, name](const std::string& value) { parser_->flags[name] = value; };
    app.add_option_function<std::string>(flag, keep, help)->type_name("VALUE")->check(NotEmpty());
  }
  app.add_flag_callback(
      "--utc", [this] { parser_->flags["time_zone"] = "utc"; }, "times in tables in UTC");
}

Program::~Program() = default;

Command Program::root() { return Command(parser_->app); }

Result<Action> Program::Parse(int argc, const char* const* argv, std::ostream& out) {
  ParsedApp& app = parser_->app;
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    out << app.help();  // Of the command that was named.
    return Action([](Session&) { return ExitCode::kDone; });
  } catch (const CLI::CallForVersion& version) {
    out << version.what() << '\n';
    return Action([](Session&) { return ExitCode::kDone; });
  } catch (const CLI::ParseError& error) {
    return UsageError(app, error);
  }
  return app.chosen;
}

const std::map<std::string, std::string>& Program::flags() const { return parser_->flags; }

std::vector<Candidate> Program::Complete(const std::vector<std::string>& words) const {
  return Candidates(parser_->app, words);
}

}  // namespace twinledger::client
