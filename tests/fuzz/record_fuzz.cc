// Records as somebody may have put them into a log, one after another: any bytes, and such as
// writers sign, who hold keys that are enrolled, retired or strange. Each gets a verdict, the same
// as often as it is asked; an accepted one moves the view exactly by what it holds, and with a byte
// of it changed it is accepted no more; and what is void could as well not be there.
//
// An input is a message of type log.v1.RecordBody, of which only `commits` is used: each is a step,
// a byte that says what it is (see MadeOf) and the rest.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/chain.h"
#include "platform/log/sign_record.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

constexpr int kStepsMax = 12;

const testing::TestFounding& Founder() {
  static const testing::TestFounding founder;
  return founder;
}

const Founding& Root() {
  static const Founding founding = Founder().founding();
  return founding;
}

const crypto::SigningKey& Stranger() {
  static const crypto::SigningKey key = testing::KeyNamed("stranger");
  return key;
}

const ChainView& Founded() {
  static const ChainView view = [] {
    const ReadRecord root(0, Founder().RootRecord());
    return std::get<AcceptedRecord>(Accept(EmptyView({"registry", 0}), Root(), root)).next;
  }();
  return view;
}

std::string Body(const ChainView& view, const std::string& commit) {
  v1::RecordBody body;
  body.set_stream(view.partition.stream);
  body.set_partition(view.partition.partition);
  body.set_first_sequence(view.sequence + 1);
  body.set_previous_hash(std::string(crypto::Bytes(view.hash)));
  body.add_commits(commit);
  return body.SerializeAsString();
}

// With the place and a time that follow.
std::string InPlace(const ChainView& view, const std::string& bytes) {
  v1::Commit commit;
  if (!commit.ParseFromString(bytes)) return bytes;
  commit.set_sequence(view.sequence + 1);
  commit.set_record_time_us(std::max(commit.record_time_us(), view.record_time_us));
  return commit.SerializeAsString();
}

enum Step : unsigned char { kRecord, kBody, kByWriter, kByRecoveryKey, kByStranger, kSteps };
constexpr unsigned char kInPlace = 16;  // Added: the commit is put in its place.

std::string MadeOf(const ChainView& view, const std::string& step) {
  const auto kind = static_cast<unsigned char>(step.front());
  const crypto::SigningKey& writer = Founder().writer_keys.at("registry");
  std::string rest = step.substr(1);
  if ((kind & kInPlace) != 0) rest = InPlace(view, rest);
  switch (kind % kInPlace % kSteps) {
    case kRecord:
      return rest;
    case kBody:
      return SignRecord(rest, writer);
    case kByWriter:
      return SignRecord(Body(view, rest), writer);
    case kByRecoveryKey:
      return SignRecord(Body(view, rest), Founder().recovery_key);
    default:
      return SignRecord(Body(view, rest), Stranger());
  }
}

bool IsAccepted(const ChainView& view, const std::string& bytes) {
  return std::holds_alternative<AcceptedRecord>(Accept(view, Root(), ReadRecord(1, bytes)));
}

void CheckAccepted(const ChainView& view, const AcceptedRecord& accepted, const ReadRecord& record,
                   std::minstd_rand& dice) {
  TL_CHECK(IsAuthentic(view, Root(), record));
  TL_CHECK(!view.closed);
  TL_CHECK(accepted.next.sequence == view.sequence + accepted.commits.size());
  TL_CHECK(accepted.next.hash == record.hash());
  TL_CHECK(accepted.next.record_time_us >= view.record_time_us);
  TL_CHECK(!IsAccepted(accepted.next, record.bytes()));
  std::string altered = record.bytes();
  char& byte = altered[dice() % altered.size()];
  byte = static_cast<char>(byte ^ static_cast<char>(1u << dice() % 8));
  TL_CHECK(!IsAccepted(view, altered));
}

struct Read {
  ChainView view = Founded();
  std::vector<std::string> accepted;
};

Read ReadAll(const v1::RecordBody& script) {
  Read read;
  for (int i = 0; i < std::min(script.commits_size(), kStepsMax); ++i) {
    if (script.commits(i).empty()) continue;
    const ReadRecord record(1, MadeOf(read.view, script.commits(i)));
    const Verdict verdict = Accept(read.view, Root(), record);
    TL_CHECK(Accept(read.view, Root(), ReadRecord(1, record.bytes())).index() == verdict.index());
    if (std::holds_alternative<StopRecord>(verdict)) return read;
    const auto* accepted = std::get_if<AcceptedRecord>(&verdict);
    if (accepted == nullptr) continue;
    std::minstd_rand dice(static_cast<unsigned>(record.hash()[0]) + 1);
    CheckAccepted(read.view, *accepted, record, dice);
    read.view = accepted->next;
    read.accepted.push_back(record.bytes());
  }
  return read;
}

void CheckWithoutVoids(const Read& read) {
  ChainView view = Founded();
  for (const std::string& bytes : read.accepted) {
    const Verdict verdict = Accept(view, Root(), ReadRecord(1, bytes));
    TL_CHECK(std::holds_alternative<AcceptedRecord>(verdict));
    view = std::get<AcceptedRecord>(verdict).next;
  }
  TL_CHECK(view.sequence == read.view.sequence && view.hash == read.view.hash);
  TL_CHECK(view.closed == read.view.closed && view.keys.size() == read.view.keys.size());
}

// What an attacker has of the keys, beside texts.
const testing::Vocabulary& Words() {
  static const testing::Vocabulary words = [] {
    testing::Vocabulary made{{"", "council", "hutt-city", "account-1", "request-1"}, {""}};
    for (const auto& key : {Stranger().public_key(), Founder().recovery_key.public_key(),
                            Founder().writer_keys.at("registry").public_key()}) {
      made.bytes.push_back(key.value());
      made.bytes.push_back(crypto::KeyIdOf(key));
    }
    return made;
  }();
  return words;
}

// Another step, or a change of one: of who signs it, or of its commit.
void MutateScript(v1::RecordBody& script, std::minstd_rand& dice) {
  const auto below = [&dice](int bound) {
    return static_cast<int>(dice() % static_cast<unsigned>(bound));
  };
  if (script.commits_size() == 0 || (script.commits_size() < kStepsMax && below(4) == 0)) {
    v1::Commit commit;
    commit.mutable_key()->set_type("council");
    commit.add_events("event");
    script.add_commits(std::string(1, static_cast<char>(kByWriter + kInPlace)) +
                       commit.SerializeAsString());
  }
  std::string& step = *script.mutable_commits(below(script.commits_size()));
  if (step.empty() || below(4) == 0) {
    step = std::string(1, static_cast<char>(below(kSteps) + (below(4) == 0 ? 0 : kInPlace))) +
           (step.empty() ? step : step.substr(1));
    return;
  }
  v1::Commit commit;
  if (!commit.ParseFromString(step.substr(1))) return;
  for (int i = below(3); i >= 0; --i) {
    below(2) == 0 ? testing::MutateMessage(*commit.mutable_control(), Words(), dice)
                  : testing::MutateMessage(commit, Words(), dice);
  }
  step.replace(1, std::string::npos, commit.SerializeAsString());
}

}  // namespace
}  // namespace twinledger::log

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kSignatureNotChecked;

void twinledger::testing::FuzzOne(std::string_view input) {
  log::v1::RecordBody script;
  if (!script.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  log::CheckWithoutVoids(log::ReadAll(script));
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand dice(seed);
  twinledger::log::v1::RecordBody script;
  if (dice() % 6 == 0) return LLVMFuzzerMutate(data, size, max_size);
  if (!script.ParseFromArray(data, static_cast<int>(size))) script.Clear();
  twinledger::log::MutateScript(script, dice);
  const std::string bytes = script.SerializeAsString();
  if (bytes.size() > max_size) return size;
  bytes.copy(reinterpret_cast<char*>(data), bytes.size());
  return bytes.size();
}
