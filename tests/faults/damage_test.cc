// Every file of a server's data directory is damaged in turn, in three ways: a bit flipped, bytes
// cut off its end, the file deleted. Then the server is started. What it must do stands in a table
// by kind of file; a file that no row knows fails the test, so that whoever adds one decides.
//
// TWINLEDGER_FAULT_SEED sets the bit and the bytes; TWINLEDGER_DAMAGE_ROUNDS how often each is
// tried (1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/crypto/signature.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "tests/faults/loaded_server.h"
#include "tests/support/number_asked.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;

using ::testing::IsEmpty;

enum class Harm { kFlip, kCut, kDelete };
constexpr std::array kHarms{Harm::kFlip, Harm::kCut, Harm::kDelete};

std::string_view Name(Harm harm) {
  constexpr std::array<std::string_view, 3> kNames{"with a bit flipped", "cut", "deleted"};
  return kNames[static_cast<std::size_t>(harm)];
}

using Digests = std::map<std::string, std::string>;

struct Started {
  bool serves = false;
  int exit = 0;  // If it does not serve.
  std::string lines;
  Digests digests;
};

bool Tells(const Started& start, const std::string& text) {
  return start.lines.find(text) != std::string::npos;
}

// What is wrong with a start after harm to `file`; empty if nothing is. `sound` are the digests.
using Judge =
    std::function<std::string(const Started&, const std::string& file, const Digests& sound)>;

std::string Serves(const Started& start, const std::string&, const Digests& sound) {
  if (!start.serves) return "it does not serve";
  return start.digests == sound ? "" : "it serves other rows";
}

std::string ServesSomebody(const Started& start, const std::string&, const Digests&) {
  return start.serves ? "" : "it does not serve";
}

// Of a key's file some bits say nothing: its version, the absence of parameters.
bool HoldSameKey(const std::string& one, const std::string& other) {
  const auto key = crypto::SigningKey::FromPem(one);
  const auto as = crypto::SigningKey::FromPem(other);
  return key.ok() && as.ok() && key->key_id() == as->key_id();
}

// A line has one of the reasons, by regular expression, and one names the file, or what is said to
// stand for it.
std::string Wants(const Started& start, const std::string& reasons, const std::string& named) {
  if (!std::regex_search(start.lines, std::regex("\"reason\":\"(" + reasons + ")\""))) {
    return "no line has reason " + reasons;
  }
  return Tells(start, named) ? "" : "no line names " + named;
}

Judge Ends(int exit, const std::string& reasons, const std::string& named = "") {
  return [=](const Started& start, const std::string& file, const Digests&) {
    if (start.serves || start.exit != exit) return "it does not end with " + std::to_string(exit);
    return Wants(start, reasons, named.empty() ? file : named);
  };
}

Judge ServesAndTells(const std::string& reasons, const std::string& named = "") {
  return [=](const Started& start, const std::string& file, const Digests& sound) {
    const std::string wrong = Serves(start, file, sound);
    return wrong.empty() ? Wants(start, reasons, named.empty() ? file : named) : wrong;
  };
}

// Which of them depends on the bit.
Judge Either(const Judge& one, const Judge& other) {
  return [=](const Started& start, const std::string& file, const Digests& sound) {
    const std::string wrong = one(start, file, sound);
    const std::string too = wrong.empty() ? "" : other(start, file, sound);
    return too.empty() ? "" : wrong + ", and " + too;
  };
}

struct Row {
  const char* files;  // A regular expression of the path in the data directory.
  std::array<Judge, kHarms.size()> judges;
  // What a server that serves tells of it, but not before it serves: a reason, or empty.
  std::string told_later = {};
};

// What the server does not read, or makes again from what it has: all of it is damaged at once.
constexpr const char* kNotNeeded =
    "endpoint\\.json|identity/clients/.*|identity/server\\.(key|pem)|keys/recovery\\.pem|.*/LOCK|"
    // RocksDB's own lines, name and settings.
    "projections/[a-z]+/(LOG.*|IDENTITY|OPTIONS-[0-9]+)";

// One store for all: they are opened alike.
constexpr const char* kAsOthers =
    "projections/(engagement|risk|reporting)/.*|keys/writer-(audit|engagement|risk)\\.pem";

const std::vector<Row>& Rows() {
  const Judge bad_authority = Ends(1, "BAD_AUTHORITY", "ca.pem");
  const Judge rebuilt = ServesAndTells("PROJECTION_REBUILT", "projections/registry");
  const Judge key = Ends(1, "KEY_UNREADABLE|KEY_MISSING");
  const Judge log = Ends(4, "LOG_DAMAGED|LOG_LOST");
  static const std::vector<Row> rows = {
      {"identity/ca\\.(key|pem)",
       {Either(bad_authority, Serves),  // An end of a line.
        Either(bad_authority, Serves),  // The last of them.
        Ends(1, "AUTHORITY_INCOMPLETE", "ca.pem")}},
      // Whoever's line is lost is not let in. What says that a certificate was revoked is missed in
      // the list of these.
      {"identity/issued\\.jsonl",
       {Either(ServesSomebody, Ends(1, "REVOCATIONS_LOST", "revoked.txt")), ServesSomebody,
        Ends(1, "IDENTITY_MISSING")}},
      // A serial that was changed is missed; the heading and what stands behind a serial say
      // nothing.
      {"identity/revoked\\.txt",
       {Either(Serves, Ends(1, "BAD_REVOCATION_LIST|REVOCATIONS_LOST")),
        Either(Serves, Ends(1, "BAD_REVOCATION_LIST|REVOCATIONS_LOST")),
        Ends(1, "IDENTITY_MISSING")}},
      {"keyring/epoch-1\\.keys",
       {Ends(4, "KEYRING_DAMAGED"), Ends(4, "KEYRING_DAMAGED"),
        Ends(1, "KEYRING_MISSING", "/keyring")}},
      // Another digit is another hash, and the message has both.
      {"keys/founding\\.sha256",
       {Either(Ends(1, "KEY_UNREADABLE"), Ends(1, "OTHER_FOUNDING", "founding hash")),
        Either(Ends(1, "KEY_UNREADABLE"), Serves), Ends(1, "PIN_MISSING")}},
      {"keys/kek-1\\.key",
       {Ends(1, "KEYRING_KEY_UNREADABLE|OTHER_KEYRING"), Ends(1, "KEYRING_KEY_UNREADABLE"),
        Ends(1, "KEYRING_KEY_MISSING")}},
      // Another digit is another secret: page tokens end, and a repeated request is taken for one
      // whose id was used before.
      {"keys/(request_digest|token)\\.key", {Either(key, Serves), key, key}},
      {"keys/writer-registry\\.pem",
       {Either(key, ServesAndTells("KEY_NOT_ENROLLED", "keys/writer-registry.pem")), key, key},
       "KEY_NOT_ENROLLED"},  // When its writer has met the end of the log.
      {"log/[0-9]+\\.seg", {log, log, log}},
      {"log/HEAD",
       {Either(ServesAndTells("HEAD_SLOT_DAMAGED"), Serves),  // Behind what a slot has used.
        log, log}},
      {"projections/registry/[0-9]+\\.sst", {rebuilt, rebuilt, rebuilt}},
      {"projections/registry/CURRENT", {rebuilt, rebuilt, rebuilt}},
      // Without its end it may be that of an older state: what that lacks is read from the log.
      {"projections/registry/MANIFEST-[0-9]+",
       {Either(rebuilt, Serves), Either(rebuilt, Serves), rebuilt}},
      // What is missing at the end of the write-ahead log is read from the log again.
      {"projections/registry/[0-9]+\\.log",
       {Either(Serves, rebuilt), Either(Serves, rebuilt), Either(Serves, rebuilt)}},
  };
  return rows;
}

class DamageTest : public ::testing::Test {
 protected:
  // Rows in sorted files and in a write-ahead log, and HEAD at the end of the log.
  void MakeData() {
    fs::create_directory(folder_.path() / "notes");
    LoadedServer server(data_, folder_.path() / "notes");
    ASSERT_TRUE(server.Start()) << server.LogText();
    server.process().Signal(SIGTERM);
    ASSERT_EQ(server.process().Wait(), 0);
    ASSERT_TRUE(server.Start()) << server.LogText();
    server.Load();
    ASSERT_TRUE(server.WaitForMore(100)) << server.last_error();
    server.EndLoad();
    ASSERT_THAT(server.UnequalDigests(), IsEmpty());
    sound_ = DigestsOf(server);
    const SystemClock clock;
    crypto::SystemRandom secrets;
    auto authority = identity::Authority::OpenExisting(data_ / "identity", {}, clock, secrets);
    ASSERT_TRUE(authority.ok() && authority->Revoke("rule-author/first").ok());
    server.process().Signal(SIGKILL);
    ASSERT_EQ(server.process().Wait(), -SIGKILL);
    for (const auto& entry : fs::recursive_directory_iterator(data_)) {
      if (entry.is_regular_file()) {
        files_.push_back(fs::relative(entry.path(), data_).string());
      }
    }
    std::ranges::sort(files_);
  }

  // As the operator of the undamaged directory: what is damaged may be the credentials.
  Digests DigestsOf(const LoadedServer& server) const {
    const auto stub = operations::v1::OperationsService::NewStub(
        support::Connect(server.at().services, support::ClientFolder(data_, "operator")));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    operations::v1::ListProjectionsResponse projections;
    const grpc::Status status = stub->ListProjections(&context, {}, &projections);
    if (!status.ok()) return {{"no answer", status.error_message()}};
    Digests digests;
    for (const auto& projection : projections.projections()) {
      for (const auto& partition : projection.partitions()) {
        digests[projection.name() + " of " + partition.stream() + "/" +
                std::to_string(partition.partition())] = partition.digest();
      }
    }
    return digests;
  }

  std::uint64_t AnyBelow(std::uint64_t end) {
    return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_);
  }

  void FlipIn(std::string& bytes, std::uint64_t used, const fs::path& extension) {
    // The footer of a sorted file has bytes that say nothing.
    const std::uint64_t footer = extension == ".sst" ? 64 : 0;
    // In another case a digit of a fingerprint is the same one.
    const std::uint64_t bits = extension == ".sha256" ? 5 : 8;
    char& byte = bytes[AnyBelow(used - footer)];
    byte = static_cast<char>(byte ^ (1 << AnyBelow(bits)));
  }

  // Nothing where there is nothing to harm: an empty file, but for being deleted.
  void Damage(const fs::path& file, Harm how) {
    if (how == Harm::kDelete) {
      fs::remove(file);
      return;
    }
    std::string bytes = support::ReadText(file);
    if (bytes.empty()) return;
    // Zeros are room that is kept ready. Of the log, the last of it that counts is cut too.
    std::uint64_t used = bytes.find_last_not_of('\0') + 1;
    // A key or a fingerprint is whole without the end of its last line.
    if ((file.extension() == ".pem" || file.extension() == ".sha256") && bytes[used - 1] == '\n') {
      --used;
    }
    if (how == Harm::kFlip) {
      const std::string sound = bytes;
      do {
        bytes = sound;
        FlipIn(bytes, used, file.extension());
      } while (file.extension() == ".pem" && HoldSameKey(bytes, sound));
    } else {
      constexpr std::uint64_t kCutMost = 64 * 1024;
      bytes.resize(used - 1 - AnyBelow(std::min(used, kCutMost)));
    }
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }

  Started StartWithout(const std::vector<std::string>& files, Harm how,
                       const std::string& told_later = {}) {
    const support::TemporaryFolder place;
    fs::copy(data_, place.path() / "data", fs::copy_options::recursive);
    for (const std::string& file : files) Damage(place.path() / "data" / file, how);
    LoadedServer server(place.path() / "data", place.path());
    Started start;
    start.serves = server.Start();
    if (start.serves) {
      start.digests = DigestsOf(server);
      EXPECT_TRUE(server.WaitForLine("serving on"));  // Behind what the start tells.
      EXPECT_TRUE(told_later.empty() || server.WaitForLine(told_later));
    } else {
      start.exit = server.process().Wait().value_or(-1);
    }
    start.lines = server.LogText();
    ++starts_;
    return start;
  }

  const unsigned seed_ = support::NumberAsked("TWINLEDGER_FAULT_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  const support::TemporaryFolder folder_;
  const fs::path data_ = folder_.path() / "data";
  Digests sound_;
  std::vector<std::string> files_;  // Below the data directory.
  int starts_ = 0;
};

TEST_F(DamageTest, EveryFileThatIsDamagedIsNamedOrMadeAgain) {
  ASSERT_NO_FATAL_FAILURE(MakeData());
  const unsigned rounds = support::NumberAsked("TWINLEDGER_DAMAGE_ROUNDS", 1);
  std::vector<std::string> not_needed;
  for (const std::string& file : files_) {
    SCOPED_TRACE("seed " + std::to_string(seed_) + ", " + file);
    if (std::regex_match(file, std::regex(kNotNeeded))) not_needed.push_back(file);
    if (std::regex_match(file, std::regex(kNotNeeded)) ||
        std::regex_match(file, std::regex(kAsOthers))) {
      continue;
    }
    const auto row = std::ranges::find_if(
        Rows(), [&file](const Row& one) { return std::regex_match(file, std::regex(one.files)); });
    if (row == Rows().end()) {
      ADD_FAILURE() << "a new kind of file: say here what is to become of it when it is damaged";
      continue;
    }
    for (unsigned round = 0; round < rounds; ++round) {
      for (const Harm how : kHarms) {
        const Started start = StartWithout({file}, how, row->told_later);
        EXPECT_EQ(row->judges[static_cast<std::size_t>(how)](start, file, sound_), "")
            << Name(how) << "\n"
            << start.lines;
      }
    }
  }
  for (const Harm how : kHarms) {
    const Started start = StartWithout(not_needed, how);
    EXPECT_EQ(Serves(start, "", sound_), "") << Name(how) << "\n" << start.lines;
  }
  std::cout << "seed " << seed_ << ", files " << files_.size() << ", starts " << starts_
            << std::endl;
}

// What the judges are worth: a directory that is whole is not taken for a damaged one, and rows
// that are others are seen.
TEST_F(DamageTest, WithoutDamageNoRowIsSatisfiedThatWantsItTold) {
  ASSERT_NO_FATAL_FAILURE(MakeData());
  const Started whole = StartWithout({}, Harm::kDelete);
  EXPECT_EQ(Serves(whole, "", sound_), "");
  EXPECT_NE(Ends(4, "LOG_DAMAGED")(whole, "log/HEAD", sound_), "");
  EXPECT_NE(ServesAndTells("PROJECTION_REBUILT")(whole, "projections/registry", sound_), "");
  Digests others = sound_;
  others.begin()->second += "0";
  EXPECT_NE(Serves(whole, "", others), "");
}

}  // namespace
}  // namespace twinledger
