// Scores by the client: what it prints, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/client_process.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ClientRiskTest : public testing::Test {
 protected:
  // A file of the folder that the client runs in.
  std::string File(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
    return name;
  }

  ClientRun Evaluate(const std::string& text, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"risk", "evaluate", "--input", File("facts.json", text)};
    words.insert(words.end(), more.begin(), more.end());
    return client_.Run(words);
  }

  support::TemporaryFolder folder_;
  Client client_{folder_.path()};
};

json ReadJson(const std::string& path) {
  std::ifstream file(std::string(TWINLEDGER_SOURCE_DIR) + path);
  return json::parse(file);
}

std::string WorkedExample() { return ReadJson("/tools/sample/worked_example.json").dump(); }

TEST_F(ClientRiskTest, PrintsEveryVectorAsItIsExpectedAndNothingElse) {
  const json vectors = ReadJson("/tests/unit/risk/vectors.json");
  ASSERT_EQ(vectors["vectors"].size(), 12U);
  for (const json& vector : vectors["vectors"]) {
    SCOPED_TRACE(vector["input"]["name"]);
    const ClientRun run = Evaluate(vector["input"].dump(), {"-o", "json"});
    EXPECT_EQ(run.exit, 0) << run.err;
    EXPECT_THAT(run.err, IsEmpty());
    EXPECT_EQ(json::parse(run.out, nullptr, false), vector["expected"]);
  }
}

TEST_F(ClientRiskTest, SaysInWordsHowTheScoreIsMade) {
  const ClientRun run = Evaluate(WorkedExample());
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("GUARDED, 24: R 24.157, 24.157 before caps and floors\n"
                                  "Assurance 100: A 100.000, that is 100.000 less 3 x 0.000 "
                                  "for late or missing records, "));
  for (const char* line :
       {"  A1    4.441  the donor group's gifts, after decay: gift\n"
        "               NZ$665.47 after decay and mitigation, on the curve: 4.441\n",
        "               6.000 x 1.300 (exposure) = 7.800\n",
        "               5.000 x 0.684 (400 days old, half-life 730) = 3.422\n",
        "  E    11.907  of at most 12.000, Technology and procurement\n", "No floor is in force.\n",
        "What lowers it most:\n"
        "       -4.680  M12 (Technical isolation checked) for cameras-e1"}) {
    EXPECT_THAT(run.out, HasSubstr(line));
  }
}

TEST_F(ClientRiskTest, SaysInWordsWhatFloorsRepeatsAndClaimsDo) {
  const ClientRun run = Evaluate(R"({"as_of": "2026-06-30",
    "coverage": {"expected": 8, "received": 4},
    "outcomes": [{"indicator": "E3", "outcome": "UNKNOWN", "event": "cloud"}],
    "facts": [
      {"id": "a", "indicator": "B6", "case": "HIT", "end": "2026-06-30",
       "mitigations": [{"id": "M9", "state": "CLAIMED", "ref": "debrief"}]},
      {"id": "b", "indicator": "B6", "case": "HIT", "end": "2026-06-30"},
      {"id": "threat", "indicator": "G2", "case": "CREDIBLE", "end": "2026-06-30"},
      {"id": "mou", "indicator": "F1", "case": "HIT", "end": "2026-06-30",
       "mitigations": [{"id": "M1", "state": "VERIFIED"}]}]})");
  EXPECT_EQ(run.exit, 0) << run.err;
  for (const char* text :
       {"HIGH, 50: R 50.000, 18.666 before caps and floors\n", "Records INSUFFICIENT;",
        "number 2 of B6, counts 1.666\n", "cleared by mitigations: mou\n",
        "Floors in force:\n       50.000  G2/CREDIBLE: threat\n       30.000  COVERAGE\n",
        "have a second person check M9 (Briefing and debrief held) as claimed for a\n",
        "Not known, to be found out:\n"
        "  E3  Vendor's remote access, or processing out of control, is on: cloud\n"}) {
    EXPECT_THAT(run.out, HasSubstr(text));
  }
}

TEST_F(ClientRiskTest, LinesAreRowsOfTablesForPrograms) {
  const ClientRun csv = Evaluate(WorkedExample(), {"-o", "csv"});
  EXPECT_THAT(csv.out,
              StartsWith("indicator,facts,cents,points,exposure,mitigation,age,decay,value,"
                         "rank,net\r\nA1,gift,66547,4441,"));
  const ClientRun lines = Evaluate(WorkedExample(), {"-o", "jsonl"});
  const json first = json::parse(lines.out.substr(0, lines.out.find('\n')), nullptr, false);
  EXPECT_EQ(first["net"], 4441);
  EXPECT_EQ(first["schema_version"], 1);
}

TEST_F(ClientRiskTest, AReceiptIsNamedByItsHash) {
  const ClientRun run = Evaluate(WorkedExample(), {"--receipt"});
  EXPECT_EQ(run.exit, 0) << run.err;
  const json receipt = json::parse(run.out, nullptr, false);
  EXPECT_EQ(receipt["r"], 24'157);
  EXPECT_EQ(receipt["rule_set_id"], "TL-1");
  EXPECT_EQ(receipt["reductions"][0]["mitigation"], "M12");
  EXPECT_EQ(Evaluate(WorkedExample(), {"--receipt"}).err, run.err);
}

TEST_F(ClientRiskTest, ScoresByAnotherRuleSet) {
  std::ifstream file(TWINLEDGER_SOURCE_DIR "/services/risk/rules/tl-1.txtpb");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const ClientRun same = Evaluate(WorkedExample(), {"--rules", File("same.txtpb", text)});
  EXPECT_EQ(same.out, Evaluate(WorkedExample()).out);
  const std::string before = "critical_permille: 1300";
  text.replace(text.find(before), before.size(), "critical_permille: 1200");
  const ClientRun draft =
      Evaluate(WorkedExample(), {"--rules", File("draft.txtpb", text), "-o", "json"});
  EXPECT_EQ(json::parse(draft.out, nullptr, false)["r"], 24'157 - 600) << draft.err;
}

struct Refusal {
  std::string input;
  std::string expected;
};

TEST_F(ClientRiskTest, RefusesByFieldValueAndRemedy) {
  const auto fact = [](const std::string& rest) {
    return R"({"as_of": "2026-06-30", "facts": [{"id": "a", "indicator": "B6", "case": "HIT", )" +
           rest + "}]}";
  };
  const std::string sound = R"("end": "2026-06-30", )";
  const Refusal refusals[] = {
      {"{", "file: is no JSON: parse error at line 1"},
      {"[]", "file: is no object"},
      {"\xff", "file: is no JSON"},
      {std::string(R"({"as_of": "2026-06-30"})") + '\0' + "{", "file: has a zero byte at 23"},
      {"{}", "as_of: is missing"},
      {R"({"as_of": "2026-06-31"})", R"(as_of: "2026-06-31" cannot be: give a date such as)"},
      {R"({"as_of": 20634})", "as_of: 20634 cannot be"},
      {R"({"as_of": "2026-06-30", "as_of": "2026-06-30"})", "as_of: stands twice in one object"},
      {R"({"as_of": "2026-06-30", "country": "NZ"})", "country: is not scored: leave it out"},
      {R"({"as_of": "2026-06-30", "facts": {}})", "facts: {} cannot be: give a list"},
      {R"({"as_of": "2026-06-30", "facts": [7]})", "facts[0]: is no object"},
      {fact(sound + R"("nationality": "x")"), "facts[0].nationality: is not scored"},
      {fact(R"("end": "yesterday")"), R"(facts[0].end: "yesterday" cannot be: give a date)"},
      {fact(R"("end": null)"), "facts[0].end: is missing: B6 does not last"},
      {fact(sound + R"("value_cents": 1.5)"), "facts[0].value_cents: 1.5 cannot be: give a whole"},
      {fact(sound + R"("value_cents": 1e3)"), "facts[0].value_cents: 1000.0 cannot be"},
      {fact(sound + R"("value_cents": 9223372036854775808)"),
       "facts[0].value_cents: 92233720368547"},
      {fact(sound + R"("value_cents": 8000000001)"), "facts[0].value_cents: 8000000001 is out of"},
      {fact(sound + R"("allowed": 2147483648)"), "facts[0].allowed: 2147483648 cannot be"},
      {fact(sound + R"("criticality": "HUGE")"), "give NONE or IMPORTANT or CRITICAL"},
      {fact(sound + R"("volunteered": "yes")"), "facts[0].volunteered: \"yes\" cannot be"},
      {fact(sound + R"("recorded": "2026-07-01")"), "facts[0].recorded: 2026-07-01 is behind"},
      {fact(sound + R"("mitigations": [{"id": "M99", "state": "CLAIMED"}])"),
       "facts[0].mitigations[0].id: 'M99' is no mitigation"},
      {R"({"as_of": "2026-06-30", "previous_band": "RED"})", "previous_band: \"RED\" cannot be"},
      {R"({"as_of": "2026-06-30", "overdue_actions": -1})", "overdue_actions: -1 is out of range"},
  };
  for (const auto& [input, expected] : refusals) {
    SCOPED_TRACE(input);
    const ClientRun run = Evaluate(input);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("1 thing is wrong"), HasSubstr(expected)));
    EXPECT_THAT(run.out, IsEmpty());
  }
}

TEST_F(ClientRiskTest, SaysAllThatIsWrongAtOnceToProgramsToo) {
  const ClientRun run = Evaluate(
      R"({"as_of": "2026-06-30", "facts": [{"id": "a", "indicator": "B6", "case": "MISS", "end": 3},
          {"id": "a", "indicator": "B6", "case": "HIT", "end": "2026-06-30", "value_cents": -1}]})",
      {"-o", "json"});
  EXPECT_EQ(run.exit, 2);
  const json error = json::parse(run.out, nullptr, false)["error"];
  EXPECT_EQ(error["reason"], "INPUT_INVALID");
  EXPECT_EQ(error["violations"].size(), 4U) << run.out;
}

TEST_F(ClientRiskTest, FactsAreReadFromStandardInputToo) {
  const ClientRun run = client_.Run({"risk", "evaluate", "--input", "-"}, WorkedExample());
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(run.out, Evaluate(WorkedExample()).out);
}

TEST_F(ClientRiskTest, NoFileIsReadThatIsNotThere) {
  EXPECT_EQ(client_.Run({"risk", "evaluate"}).exit, 2);
  EXPECT_EQ(client_.Run({"risk", "evaluate", "--input", "absent.json"}).exit, 8);
  EXPECT_EQ(Evaluate(WorkedExample(), {"--rules", "absent.txtpb"}).exit, 8);
  const ClientRun run = Evaluate(WorkedExample(), {"--rules", File("bad.txtpb", "id: 7\n")});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("bad.txtpb:1:5"));
}

TEST_F(ClientRiskTest, ShowsTheRulesAndTheirDigest) {
  const ClientRun table = client_.Run({"risk", "rules"});
  EXPECT_EQ(table.exit, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("E1         HIT "));
  EXPECT_THAT(table.err, StartsWith("rule set TL-1, digest "));
  const json rules = json::parse(client_.Run({"risk", "rules", "-o", "json"}).out, nullptr, false);
  EXPECT_EQ(rules["rule_set"], "TL-1");
  EXPECT_EQ(rules["digest"].get<std::string>().size(), 64U);
  EXPECT_GT(rules["cases"].size(), 40U);
  EXPECT_EQ(rules["cases"][0]["mitigations"], json({"M13 700", "M3 clears", "M4 500"}));
}

TEST_F(ClientRiskTest, ControlCharactersDoNotReachTheTerminal) {
  json input = json::parse(WorkedExample());
  input["facts"][1]["id"] = "trip\x1b[2J";
  EXPECT_THAT(Evaluate(input.dump()).out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace twinledger
