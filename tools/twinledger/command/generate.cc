#include "twinledger/generate/generate.h"

#include <memory>
#include <string>

#include "platform/base/whole_number.h"
#include "twinledger/command/program.h"

namespace twinledger::client {
namespace {

struct GenerateFlags {
  std::string councils = "78";
  std::string years = "3";
  std::string engagements = "1000";
  std::string seed = "1";
  std::string until = GenerateOptions().until;
  std::string out;
};

template <class Number>
Result<Number> ReadNumber(const char* flag, const std::string& text) {
  if (const auto number = WholeNumber<Number>(text)) return *number;
  return Error{.code = Code::kInvalidArgument,
               .message = std::string(flag) + ": \"" + text + "\" is no whole number from 0",
               .reason = "VALUE_MALFORMED"};
}

Result<GenerateOptions> OptionsOf(const GenerateFlags& flags) {
  GenerateOptions options;
  TL_TRY(options.councils, ReadNumber<std::size_t>("--councils", flags.councils));
  TL_TRY(options.years, ReadNumber<int>("--years", flags.years));
  TL_TRY(options.engagements, ReadNumber<std::uint64_t>("--engagements", flags.engagements));
  TL_TRY(options.seed, ReadNumber<std::uint64_t>("--seed", flags.seed));
  options.until = flags.until;
  return options;
}

ExitCode GenerateBy(Session& session, const GenerateFlags& flags) {
  if (flags.out.empty()) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "where to? Name a folder with --out",
                              .reason = "OUT_MISSING"});
  }
  const Result<GenerateOptions> options = OptionsOf(flags);
  if (!options) return session.Fail(options.error());
  const Result<Generated> generated = Generate(*options, flags.out);
  if (!generated) return session.Fail(generated.error());
  Printer printer =
      session.Print({.kind = "generated",
                     .columns = {{"councils", "councils", Column::Kind::kNumber},
                                 {"relationships", "relationships", Column::Kind::kNumber},
                                 {"engagements", "engagements", Column::Kind::kNumber},
                                 {"late", "late", Column::Kind::kNumber},
                                 {"amended", "amended", Column::Kind::kNumber},
                                 {"retracted", "retracted", Column::Kind::kNumber}},
                     .single = true});
  printer.Row({{"councils", generated->councils},
               {"relationships", generated->relationships},
               {"engagements", generated->engagements},
               {"late", generated->late},
               {"amended", generated->amended},
               {"retracted", generated->retracted}});
  printer.Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddGenerate(Command root) {
  auto flags = std::make_shared<GenerateFlags>();
  Command command = root.Add(
      "generate", "writes files of invented councils and engagements, to load a server with",
      "twinledger generate --out load\n"
      "twinledger generate --councils 78 --years 5 --engagements 100000 --seed 7 --out load");
  command.Option("--councils", flags->councils, "how many [78]");
  command.Option("--years", flags->years, "over how many years [3]");
  command.Option("--engagements", flags->engagements, "how many in all [1000]");
  command.Option("--seed", flags->seed, "the same seed gives the same files [1]");
  command.Option("--until", flags->until, "the last day on which one begins [2024-12-31]");
  command.Option("--out", flags->out, "folder for the files; required");
  command.OnRunHere([flags](Session& session) { return GenerateBy(session, *flags); });
}

}  // namespace twinledger::client
