// The log through the client: verify, export, import, replay, digest, backup, with and without a
// server, and on copies that were tampered with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/keyring/keyring.h"
#include "tests/support/client_process.h"
#include "tests/support/flipped_bit.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ClientLogTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    Json({"log", "init", "--partitions", "8"});
    server_ = new support::ServerProcess(Data(), folder_->path() / "server.log");
    const auto addresses = server_->WaitUntilServing();
    ASSERT_TRUE(addresses.has_value()) << support::ReadText(folder_->path() / "server.log");
    address_ = addresses->services;
    Json({"--as", "agency-approver", "import", "councils",
          TWINLEDGER_SOURCE_DIR "/tools/sample/councils.csv"});
    founding_ = Json({"log", "digest", "--data-dir", "data"})["founding_hash"];
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static fs::path Data() { return folder_->path() / "data"; }
  static fs::path Fresh(const std::string& name) {
    fs::remove_all(folder_->path() / name);
    return folder_->path() / name;
  }
  static ClientRun Run(const std::vector<std::string>& words) {
    return Client(folder_->path()).Run(words);
  }
  static json Json(std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(words);
    EXPECT_EQ(run.exit, exit) << run.err << run.out;
    return json::parse(run.out, nullptr, false);
  }

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
  static std::string founding_;
  static std::string address_;
};

support::TemporaryFolder* ClientLogTest::folder_ = nullptr;
support::ServerProcess* ClientLogTest::server_ = nullptr;
std::string ClientLogTest::founding_;
std::string ClientLogTest::address_;

TEST_F(ClientLogTest, OnlyAgainstAHashFromOutsideIsALogValid) {
  const json pinned = Json({"log", "verify", "data", "--founding-hash", founding_});
  EXPECT_EQ(pinned["verdict"], "valid");
  EXPECT_GE(pinned["commits"], 78);
  const json unpinned = Json({"log", "verify", "data"}, 6);
  EXPECT_EQ(unpinned["verdict"], "indeterminate");
  EXPECT_THAT(unpinned["missing"][0].get<std::string>(), HasSubstr("--founding-hash"));
}

TEST_F(ClientLogTest, AnotherFoundingHashReadsLikeAnotherLogAndNotLikeDamage) {
  const std::string mistyped(64, '0');
  const json other = Json({"log", "verify", "data", "--founding-hash", mistyped}, 4);
  EXPECT_EQ(other["verdict"], "invalid");
  EXPECT_EQ(other["founding_hash"], founding_);
  EXPECT_EQ(other["pinned_founding_hash"], mistyped);
  EXPECT_THAT(other["first_bad"]["position"].get<std::string>(), HasSubstr("data/log, byte 0"));
  const ClientRun run = Run({"log", "verify", "data", "--founding-hash", mistyped});
  EXPECT_THAT(run.err, HasSubstr("this log's founding hash is " + founding_ + ", you pinned " +
                                 mistyped + ": it is another log, or the hash is mistyped"));
  EXPECT_THAT(run.err, Not(HasSubstr("damaged")));
}

TEST_F(ClientLogTest, ABackupIsNotTakenForALog) {
  const std::string backup = Fresh("no-log").string();
  std::ofstream(Data() / "identity/revoked.txt.new") << "a draft";
  const ClientRun made = Run({"backup", "create", backup, "--data-dir", "data"});
  fs::remove(Data() / "identity/revoked.txt.new");
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_FALSE(fs::exists(backup + "/identity/revoked.txt.new"));
  EXPECT_THAT(made.err, HasSubstr("it holds the recovery key too, " + backup));
  const std::string told = "`twinledger backup verify " + backup + "`";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"log", "verify", backup, "--founding-hash", founding_},
        {"log", "digest", "--data-dir", backup},
        {"log", "replay", "--data-dir", backup}}) {
    const ClientRun run = Run(words);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr(told));
  }
  EXPECT_EQ(Json({"log", "verify", backup + "/log", "--founding-hash", founding_})["verdict"],
            "valid");
  EXPECT_EQ(Json({"backup", "verify", backup, "--founding-hash", std::string(64, '0')},
                 4)["error"]["reason"],
            "OTHER_FOUNDING");
  fs::rename(Data() / "keys/recovery.pem", folder_->path() / "recovery.pem");
  const ClientRun without = Run({"backup", "create", Fresh("without").string()});
  fs::rename(folder_->path() / "recovery.pem", Data() / "keys/recovery.pem");
  EXPECT_EQ(without.exit, 0) << without.err;
  EXPECT_THAT(without.err, Not(HasSubstr("recovery")));
}

// It would let in again whom the list shuts out.
TEST_F(ClientLogTest, ABackupWithoutTheRevocationListIsNotMade) {
  const fs::path list = Data() / "identity/revoked.txt";
  fs::rename(list, folder_->path() / "revoked.txt");
  const json refused = Json({"backup", "create", Fresh("open").string()}, 10);
  fs::rename(folder_->path() / "revoked.txt", list);
  EXPECT_EQ(refused["error"]["reason"], "IDENTITY_MISSING");
  EXPECT_EQ(refused["error"]["metadata"]["file"], "data/identity/revoked.txt");
  EXPECT_FALSE(fs::exists(folder_->path() / "open"));
  EXPECT_EQ(Run({"backup", "create", Fresh("whole").string()}).exit, 0);
  EXPECT_TRUE(fs::exists(folder_->path() / "whole/identity/revoked.txt"));
}

TEST_F(ClientLogTest, AnExportIsTheSameFromTheDirectoryAndFromTheServer) {
  Json({"log", "export", Fresh("from-directory").string(), "--data-dir", "data"});
  const std::string credentials = (Data() / "identity/clients/auditor").string();
  Json({"--credentials", credentials, "--server", address_, "log", "export",
        Fresh("from-server").string()});
  for (const char* name : {"from-directory", "from-server"}) {
    SCOPED_TRACE(name);
    const json report = Json({"log", "verify", name, "--founding-hash", founding_});
    EXPECT_EQ(report["verdict"], "valid");
  }
  EXPECT_EQ(Json({"log", "digest", "--data-dir", "data"})["digest"],
            Json({"--credentials", credentials, "--server", address_, "log", "digest"})["digest"]);
}

// Who cuts an export and takes its manifest away may leave the HEAD of a log instead.
TEST_F(ClientLogTest, AnExportInTheGuiseOfALogIsNotValid) {
  const fs::path guise = Fresh("guise");
  fs::copy(Data() / "log", guise);
  const json report = Json({"log", "verify", "guise", "--founding-hash", founding_}, 6);
  EXPECT_EQ(report["verdict"], "indeterminate");
  EXPECT_EQ(report["verified"], "a log in a folder");
  EXPECT_THAT(report["missing"].dump(), HasSubstr("nothing here attests it but HEAD"));
  EXPECT_EQ(
      Json({"--data-dir", "guise", "log", "verify", "--founding-hash", founding_}, 6)["verdict"],
      "indeterminate");
  fs::create_directory(Fresh("nested"));
  fs::rename(guise, folder_->path() / "nested" / "log");
  EXPECT_EQ(Json({"log", "verify", "nested", "--founding-hash", founding_}, 6)["verdict"],
            "indeterminate");
  fs::rename(folder_->path() / "nested" / "log", guise);
  const ClientRun imported = Run({"log", "import", "guise", "--data-dir",
                                  Fresh("data-guise").string(), "--founding-hash", founding_});
  EXPECT_EQ(imported.exit, 0) << imported.err;
  EXPECT_THAT(imported.err, HasSubstr("no manifest"));
}

TEST_F(ClientLogTest, AServerIsFoundByAName) {
  const std::vector<std::string> named{
      "--credentials", (Data() / "identity/clients/auditor").string(),
      "--server",      "dns:" + address_,
      "log",           "digest"};
  EXPECT_EQ(Json(named)["digest"], Json({"log", "digest", "--data-dir", "data"})["digest"]);
}

TEST_F(ClientLogTest, AFlippedByteIsFoundWithItsPosition) {
  Json({"log", "export", Fresh("good").string(), "--data-dir", "data"});
  const fs::path bad = Fresh("bad");
  fs::copy(folder_->path() / "good", bad);
  const fs::path segment = bad / "00000000000000000001.seg";
  support::FlipABit(segment, static_cast<std::streamoff>(fs::file_size(segment) / 2));
  const json report = Json({"log", "verify", "bad", "--founding-hash", founding_}, 4);
  EXPECT_EQ(report["verdict"], "invalid");
  EXPECT_FALSE(report["first_bad"]["why"].get<std::string>().empty());
  EXPECT_THAT(report["first_bad"]["file"].get<std::string>(), HasSubstr(".seg"));
}

TEST_F(ClientLogTest, AnImportedExportIsTheSameLog) {
  Json({"log", "export", Fresh("moved").string(), "--data-dir", "data"});
  const std::string target = Fresh("data-moved").string();
  Json({"log", "import", "moved", "--data-dir", target, "--founding-hash", founding_});
  EXPECT_EQ(Json({"log", "digest", "--data-dir", target})["digest"],
            Json({"log", "digest", "--data-dir", "data"})["digest"]);
  Json({"log", "verify", target, "--founding-hash", founding_});
}

TEST_F(ClientLogTest, AnImportSaysWhatTheDirectoryLacksAndNoMore) {
  Json({"log", "export", Fresh("lent").string(), "--data-dir", "data"});
  const fs::path target = Fresh("data-lent");
  const std::vector<std::string> import{"log", "import", "lent", "--data-dir", target.string()};
  EXPECT_THAT(Run(import).err, HasSubstr("copy keys/ and keyring/ from a backup"));
  fs::copy(Data() / "keys", target / "keys",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const ClientRun again = Run(import);
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("copy keys/")));
  EXPECT_THAT(again.err, HasSubstr("keys/ has the writer keys of this log"));
}

TEST_F(ClientLogTest, APartitionIsWantedAtLeastAndNotMoreThanALogMayHave) {
  for (const std::string wrong : {"0", "257", "-1", "two", "1.5", "4294967297"}) {
    const ClientRun refused = Run({"log", "init", "--data-dir", "other", "--partitions", wrong});
    EXPECT_EQ(refused.exit, 2) << wrong;
    EXPECT_THAT(refused.err, HasSubstr("\"" + wrong + "\" is not a number from 1 to 256"));
  }
  for (const auto& [wanted, made] : {std::pair("256", 256), std::pair("1", 1)}) {
    EXPECT_EQ(
        Json({"log", "init", "--data-dir", Fresh("other"), "--partitions", wanted})["partitions"],
        made);
  }
}

TEST_F(ClientLogTest, AFoundingHashIsTakenInEitherCase) {
  std::string upper = founding_;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(Json({"log", "verify", "data", "--founding-hash", upper})["verdict"], "valid");
}

TEST_F(ClientLogTest, WhateverIsDamagedTheFirstBadPositionIsSaid) {
  Json({"log", "export", Fresh("sound").string(), "--data-dir", "data"});
  const std::string segment = "00000000000000000001.seg";
  const struct {
    const char* name;
    std::function<void(const fs::path&)> harm;
    std::string position;
  } kCases[] = {
      {"segment header", [&](const fs::path& log) { support::FlipABit(log / segment, 3); },
       segment + ", byte 0"},
      {"segment gone", [&](const fs::path& log) { fs::remove(log / segment); },
       segment + ", byte 0"},
      {"segment renamed",
       [&](const fs::path& log) { fs::rename(log / segment, log / "00000000000000000002.seg"); },
       segment + ", byte 0"},
      {"manifest gone", [&](const fs::path& log) { fs::remove(log / "manifest"); },
       "manifest, byte 0"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    const fs::path bad = Fresh("harmed");
    fs::copy(folder_->path() / "sound", bad);
    test.harm(bad);
    const json report = Json({"log", "verify", "harmed", "--founding-hash", founding_}, 4);
    EXPECT_THAT(report["first_bad"]["position"].get<std::string>(), HasSubstr(test.position));
    EXPECT_THAT(Run({"log", "verify", "harmed", "--founding-hash", founding_, "-o", "table"}).out,
                HasSubstr(test.position));
  }
}

TEST_F(ClientLogTest, AReplayIsTheSameToTheByteFromTheDirectoryAndByTheServer) {
  const std::vector<std::vector<std::string>> wishes{
      {},
      {"--stream", "registry", "--partition", "3"},
      {"--type", "control"},
      {"--actor", "agency-approver/first", "--type", "council_registered"}};
  for (const std::vector<std::string>& wish : wishes) {
    SCOPED_TRACE(testing::PrintToString(wish));
    std::vector<std::string> words{"log", "replay", "-o", "jsonl"};
    words.insert(words.end(), wish.begin(), wish.end());
    std::vector<std::string> offline = words;
    offline.insert(offline.end(), {"--data-dir", "data"});
    std::vector<std::string> online = words;
    online.insert(online.end(), {"--credentials", (Data() / "identity/clients/auditor").string(),
                                 "--server", address_});
    const ClientRun here = Run(offline);
    const ClientRun there = Run(online);
    EXPECT_EQ(here.exit, 0) << here.err;
    EXPECT_EQ(there.exit, 0) << there.err;
    EXPECT_EQ(here.out, there.out);
    EXPECT_FALSE(here.out.empty());
  }
  const json third =
      Json({"log", "replay", "--stream", "registry", "--partition", "3", "--data-dir", "data"});
  for (const json& commit : third["commits"]) {
    EXPECT_THAT(commit["position"].get<std::string>(), StartsWith("registry/3/"));
  }
}

TEST_F(ClientLogTest, ToNameAnAccountIsToAskTheServer) {
  const ClientRun refused = Run({"--as", "operator", "log", "replay"});
  EXPECT_EQ(refused.exit, 9);
  EXPECT_THAT(refused.err, HasSubstr("to replay the log takes the role auditor; you are operator"));
  EXPECT_EQ(Run({"--as", "auditor", "log", "digest"}).out,
            Run({"log", "digest", "--data-dir", "data"}).out);
}

TEST_F(ClientLogTest, WhatCanNeverMatchIsAUsageErrorAndWhatDoesNotMatchIsSaid) {
  struct Case {
    std::vector<std::string> words;
    const char* expected;
  };
  const Case cases[] = {
      {{"--stream", "regsitry"}, "it has registry, engagement, risk, audit"},
      {{"--stream", "registry", "--partition", "99"}, "the last one is "},
      {{"--partition", "3"}, "--stream: is needed with a partition"},
      {{"--partition", "x"}, "--partition \"x\" is not a number"},
      {{"--type", "council_ammended"}, "--type: 'council_ammended' is no event: the events are "},
      {{"--type", "council_amended", "--stream", "risk"}, "is no event of the stream risk"},
      {{"--actor", "first"}, "--actor: 'first' is no account"},
      {{"--key", "concil/wellington-city"}, "--key: 'concil' is no kind of entity"},
      {{"--key", "council/Wellington City"}, "--key: 'Wellington City' is no id"},
      {{"--key", "partner/xiamen"}, "--key: 'xiamen' is no UUID"},
      {{"--key", "wellington-city"}, "is not TYPE/ID"},
      {{"--to", "regsitry/3/4"}, "this log has no stream \"regsitry\""},
  };
  const std::vector<std::vector<std::string>> places{
      {"--data-dir", "data"},
      {"--credentials", (Data() / "identity/clients/auditor").string(), "--server", address_}};
  for (const auto& [words, expected] : cases) {
    for (const std::vector<std::string>& place : places) {
      std::vector<std::string> line{"log", "replay", "-o", "json"};
      line.insert(line.end(), words.begin(), words.end());
      line.insert(line.end(), place.begin(), place.end());
      SCOPED_TRACE(testing::PrintToString(line));
      const ClientRun run = Run(line);
      EXPECT_EQ(run.exit, 2);
      EXPECT_THAT(run.err, HasSubstr(expected));
      EXPECT_TRUE(json::parse(run.out, nullptr, false)["error"].is_object()) << run.out;
    }
  }
  for (const std::vector<std::string>& place : places) {
    std::vector<std::string> line{"log", "replay", "--actor", "auditor/nobody"};
    line.insert(line.end(), place.begin(), place.end());
    const ClientRun nothing = Run(line);
    EXPECT_EQ(nothing.exit, 0);
    EXPECT_THAT(nothing.err, HasSubstr("0 commits match"));
  }
}

TEST_F(ClientLogTest, ReplayShowsWhoDidWhat) {
  const std::vector<std::string> wish{"log", "replay", "--key", "council/wellington-city",
                                      "-o",  "jsonl"};
  std::vector<std::string> offline = wish;
  offline.insert(offline.end(), {"--data-dir", "data"});
  const ClientRun here = Run(offline);
  ASSERT_EQ(here.exit, 0) << here.err;
  const json commit = json::parse(here.out.substr(0, here.out.find('\n')));
  EXPECT_EQ(commit["key"], "council/wellington-city");
  EXPECT_EQ(commit["event_types"], json::array({"council_registered"}));
  EXPECT_THAT(commit["actor"].get<std::string>(), HasSubstr("agency-approver"));
  const std::string position = commit["position"];
  const json one = Json({"log", "replay", "--data-dir", "data", "--stream", "registry", "--type",
                         "council_registered", "--from", position, "--to", position, "--key",
                         "council/wellington-city"});
  EXPECT_EQ(one["commits"].size(), 1U);
}

TEST_F(ClientLogTest, ABackupIsCompleteAndServesElsewhere) {
  const std::string backup = Fresh("backup").string();
  Json({"backup", "create", backup, "--data-dir", "data"});
  EXPECT_EQ(Json({"backup", "verify", backup, "--founding-hash", founding_})["verdict"], "valid");
  EXPECT_EQ(Json({"backup", "verify", backup}, 6)["verdict"], "indeterminate");
  Json({"backup", "restore", backup, "--data-dir", "data"}, 10);  // Never over what is there.
  const fs::path restored = Fresh("data-restored");
  Json({"backup", "restore", backup, "--data-dir", restored.string()});
  {
    support::ServerProcess server(restored, folder_->path() / "restored.log");
    ASSERT_TRUE(server.WaitUntilServing().has_value())
        << support::ReadText(folder_->path() / "restored.log");
    EXPECT_EQ(Json({"--data-dir", restored.string(), "council", "list"})["councils"].size(), 78U);
  }
  std::ofstream(fs::path(backup) / "keys/token.key", std::ios::app) << "x";
  EXPECT_EQ(Json({"backup", "verify", backup}, 4)["error"]["reason"], "BACKUP_DAMAGED");
  Json({"backup", "restore", backup, "--data-dir", Fresh("data-never").string()}, 4);
  EXPECT_FALSE(fs::exists(folder_->path() / "data-never"));
}

// Beside the server, whose keyring it is too.
TEST_F(ClientLogTest, ABackupHasTheKeysOfWhatWasSealed) {
  crypto::SystemRandom random;
  const auto opened = [&random](const fs::path& root) {
    const DataDirectory data(root);
    return *keyring::Keyring::Open(data, *keyring::LogIdOf(data), random);
  };
  const keyring::FieldContext place{.stream = "registry",
                                    .entity_key = "official/1",
                                    .event_type = "official_registered",
                                    .field_path = "official.name",
                                    .request_id = "1",
                                    .classification = ""};
  const std::string sealed =
      *opened(Data())->Seal(keyring::SubjectId("official/1"), place, "Canary");
  const std::string backup = Fresh("sealed").string();
  Json({"backup", "create", backup, "--data-dir", "data"});
  EXPECT_EQ(Json({"backup", "verify", backup, "--founding-hash", founding_})["verdict"], "valid");
  const fs::path restored = Fresh("data-sealed");
  Json({"backup", "restore", backup, "--data-dir", restored.string()});
  EXPECT_EQ(*opened(restored)->Unseal(sealed, place), "Canary");

  fs::rename(Data() / "keyring", folder_->path() / "keyring-aside");
  const json refused = Json({"backup", "create", Fresh("keyless").string()}, 10);
  fs::rename(folder_->path() / "keyring-aside", Data() / "keyring");
  EXPECT_EQ(refused["error"]["reason"], "KEYRING_MISSING");
  EXPECT_FALSE(fs::exists(folder_->path() / "keyless"));
  fs::remove(fs::path(backup) / "keyring/epoch-1.keys");
  const json damaged = Json({"backup", "verify", backup}, 4);
  EXPECT_EQ(damaged["error"]["reason"], "BACKUP_DAMAGED");
  EXPECT_THAT(damaged["error"]["message"].get<std::string>(), HasSubstr("keyring/epoch-1.keys"));
}

// No broker is asked: what a replica needs is in the data directory.
TEST_F(ClientLogTest, AReplicaHasTheKeyringCopiedOrShared) {
  const std::string backup = Fresh("for-replicas").string();
  Json({"backup", "create", backup, "--data-dir", "data"});
  const fs::path first = Fresh("first");
  Json({"backup", "restore", backup, "--data-dir", first.string()});
  fs::remove_all(first / "log");
  std::ofstream(first / "kafka_topics") << "twinledger\n";
  fs::permissions(first / "kafka_topics", fs::perms::owner_read | fs::perms::owner_write);
  const fs::path copied = Fresh("copied");
  Json({"replica", "create", copied.string(), "--data-dir", first.string()});
  EXPECT_TRUE(fs::is_directory(fs::symlink_status(copied / "keyring")));
  EXPECT_TRUE(fs::exists(copied / "keys/kek-1.key"));
  const fs::path shared = Fresh("shared");
  Json({"replica", "create", shared.string(), "--data-dir", first.string(), "--share-keyring"});
  EXPECT_TRUE(fs::equivalent(shared / "keyring", first / "keyring"));
  for (const fs::path& replica : {copied, shared}) {
    fs::remove(replica / "keys/kek-1.key");
    Json({"replica", "refresh", replica.string(), "--data-dir", first.string()});
    EXPECT_TRUE(fs::exists(replica / "keys/kek-1.key"));
  }
}

TEST_F(ClientLogTest, OperatorsSeeHealthAndRebuildProjections) {
  const json health = Json({"health"});
  EXPECT_EQ(health["state"], "SERVING");
  EXPECT_FALSE(health["services"].empty());
  const json partitions = Json({"projection", "list"})["partitions"];
  EXPECT_FALSE(partitions.empty());
  for (const json& partition : partitions) {
    EXPECT_EQ(partition["state"], "SERVING");
    EXPECT_TRUE(partition["stopped"].is_null());
  }
  const json rebuilt = Json({"projection", "rebuild", "registry"});
  EXPECT_EQ(rebuilt["equal"], true);
  EXPECT_EQ(Json({"projection", "rebuild", "nothing"}, 8)["error"]["reason"], "UNKNOWN_PROJECTION");
}

TEST_F(ClientLogTest, CredentialsAreIssuedListedAndRevoked) {
  const std::string out = Fresh("officer").string();
  const json issued = Json({"identity", "issue", "k7", "--role", "council-officer", "--council",
                            "nelson-city", "--out", out});
  EXPECT_THAT(issued["uri"].get<std::string>(), HasSubstr("/council/nelson-city/officer/k7"));
  EXPECT_EQ(Json({"--credentials", out, "--server", address_, "council", "get",
                  "nelson-city"})["display_name"],
            "Nelson City Council");
  EXPECT_EQ(
      Json({"identity", "revoke", "council/nelson-city/officer/k7"})["certificates"][0]["state"],
      "REVOKED");
  Json({"identity", "issue", "k8", "--role", "mayor", "--out", Fresh("mayor").string()}, 2);
  Json({"identity", "revoke", "council/nelson-city/officer/k9"}, 8);
}

}  // namespace
}  // namespace twinledger
