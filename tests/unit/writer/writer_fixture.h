// A partition's writer with a scripted world: the log is a list that the test lands records in, and
// nothing is read, reported or told of its tail before the test says so.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/writer/partition_writer.h"
#include "tests/support/fillable_store.h"
#include "tests/support/note_projection.h"
#include "tests/support/test_chain.h"

namespace twinledger::writer {

using State = PartitionWriter::State;
using Texts = std::vector<std::string>;

class ScriptedEnvironment final : public Environment {
 public:
  struct Appended {
    SessionId session = 0;
    std::string bytes;
  };

  SessionId NewSession() override { return ++sessions; }
  void Append(SessionId session, std::string record) override {
    appended.push_back({session, std::move(record)});
  }
  void AskTail() override { ++tails_asked; }
  void WakeAt(MonotonicTime time) override { wake_at = time; }
  WallTime Now() override { return now; }
  MonotonicTime Monotonic() override { return monotonic; }
  RandomSource& Random() override { return random; }
  std::optional<MonotonicTime> MoreUntil() override {
    if (!more_on_the_way) return std::nullopt;
    wake_at = monotonic + std::chrono::milliseconds(5);
    return wake_at;
  }
  void AfterStoring(const Stored& then) override {
    if (!stores_later) return then({});
    ASSERT_FALSE(after_storing) << "one at a time";
    after_storing = then;
  }
  // What was taken is stored now, or will not be.
  void TellStored(const Result<void>& stored = {}) {
    std::exchange(after_storing, nullptr)(stored);
  }

  void Alarm(const Error& damage) override {
    alarms.push_back(damage.metadata.contains("sign") ? damage.metadata.at("sign") : damage.reason);
  }

  void Pass(std::chrono::milliseconds time) {
    now += time;
    monotonic += time;
  }

  SessionId sessions = 0;
  std::vector<Appended> appended;
  unsigned tails_asked = 0;
  std::optional<MonotonicTime> wake_at;
  WallTime now = WallTime(std::chrono::hours(24 * 365 * 50));
  MonotonicTime monotonic = MonotonicTime(std::chrono::hours(1));
  testing::SeededRandom random{"salt"};
  bool more_on_the_way = false;
  bool stores_later = false;
  Environment::Stored after_storing;
  std::vector<std::string> alarms;
};

class WriterFixture : public ::testing::Test {
 protected:
  WriterFixture() {
    Land(founder.RootRecord());
    Begin();
  }

  // A writer in a process of its own: what `store` holds is all that it knows.
  void Begin(WriterLimits limits = {}) {
    writer.reset();
    auto opened = projection::PartitionView::Open(store, projection, founding, partition);
    ASSERT_TRUE(opened) << opened.error().message;
    view = *std::move(opened);
    writer = std::make_unique<PartitionWriter>(*view, key, environment, limits);
    writer->Start();
  }

  // Tells the tail and reads up to it.
  void Run() {
    writer->OnTail(log::Offset(landed.size()));
    Read();
    ASSERT_EQ(writer->state(), State::kRunning);
  }

  log::Offset Land(const std::string& bytes) {
    landed.push_back(bytes);
    return landed.size() - 1;
  }
  void ReadNext() {
    const log::Offset next = view->next_offset();
    writer->OnRecord(log::ReadRecord(next, landed.at(next)));
  }
  void Read() {
    while (!view->stopped() && view->next_offset() < landed.size()) ReadNext();
  }

  const ScriptedEnvironment::Appended& last() const { return environment.appended.back(); }
  log::Offset LandLast() { return Land(last().bytes); }
  void Report(log::Offset offset) {
    writer->OnReport(last().session, {log::AppendOutcome::Kind::kAppended, offset, {}});
  }
  void ReportNotAppended(Code code, const std::string& reason) {
    writer->OnReport(last().session, {log::AppendOutcome::Kind::kNotAppended,
                                      0,
                                      {.code = code, .message = "No.", .reason = reason}});
  }
  void ReportAmbiguous() {
    writer->OnReport(last().session, {log::AppendOutcome::Kind::kAmbiguous, 0, {}});
  }
  // Lands what was appended last and reports it.
  void Accept() { Report(LandLast()); }

  // What `request_id` was told goes to `told`, under `as` if given.
  void Submit(Command command, std::string as = "") {
    if (as.empty()) as = command.request_id;
    const MonotonicTime deadline = environment.monotonic + std::chrono::seconds(10);
    writer->OnCommand(std::move(command), deadline, [this, as](const Result<Outcome>& result) {
      ASSERT_FALSE(told.contains(as)) << as << " was told twice";
      told.emplace(as, result);
    });
  }
  void Set(const std::string& request_id, const std::string& entity, const std::string& text) {
    Submit(testing::NoteCommand(request_id, entity, text));
  }

  // "DONE 2", "REFUSED 3", "UNCHANGED 4", the reason of an error, or "" if nothing was said yet.
  std::string Told(const std::string& as) const {
    const auto found = told.find(as);
    if (found == told.end()) return "";
    const Result<Outcome>& result = found->second;
    if (!result) return result.error().reason;
    const std::string name = log::v1::Outcome_Name(result->outcome);
    return name.substr(std::string("OUTCOME_").size()) + " " + std::to_string(result->sequence);
  }

  static std::vector<log::v1::Commit> CommitsOf(const std::string& record) {
    std::vector<log::v1::Commit> commits;
    const log::ReadRecord read(0, record);
    for (const std::string& bytes : read.body().commits()) {
      EXPECT_TRUE(commits.emplace_back().ParseFromString(bytes));
    }
    return commits;
  }
  static std::vector<std::string> RequestsOf(const std::string& record) {
    std::vector<std::string> requests;
    for (const log::v1::Commit& commit : CommitsOf(record)) requests.push_back(commit.request_id());
    return requests;
  }

  // What another writer would append at the view's tip.
  std::string ForeignRecord(const std::vector<log::v1::Commit>& commits,
                            std::optional<crypto::SigningKey> by = std::nullopt) const {
    log::v1::RecordBody body;
    body.set_stream(partition.stream);
    body.set_partition(partition.partition);
    body.set_first_sequence(view->chain().sequence + 1);
    body.set_previous_hash(std::string(crypto::Bytes(view->chain().hash)));
    for (const log::v1::Commit& commit : commits) body.add_commits(commit.SerializeAsString());
    return testing::ChainWriter::Sign(body.SerializeAsString(), by.value_or(key));
  }
  log::v1::Commit ForeignCommit(const std::string& request_id, const std::string& text) {
    const Command command = testing::NoteCommand(request_id, "elsewhere", text);
    log::v1::Commit commit;
    commit.set_sequence(view->chain().sequence + 1);
    commit.set_record_time_us(environment.now.time_since_epoch().count());
    *commit.mutable_key() = command.key;
    commit.set_actor(command.actor);
    commit.set_request_id(request_id);
    commit.set_request_digest(std::string(crypto::Bytes(command.digest)));
    commit.set_salt(environment.random.Bytes(16));
    commit.set_schema_version(7);
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.add_events(text);
    return commit;
  }
  std::string ControlRecord(const log::v1::ControlEvent& event) {
    log::v1::Commit commit = ForeignCommit("", "");
    commit.clear_events();
    *commit.mutable_control() = event;
    return ForeignRecord({commit}, founder.recovery_key);
  }

  const testing::TestFounding founder;
  const log::Founding founding = founder.founding();
  const log::PartitionId partition{"registry", 0};
  const crypto::SigningKey key = founder.writer_keys.at("registry");
  const testing::NoteProjection projection;
  testing::FillableStore store;
  ScriptedEnvironment environment;
  std::vector<std::string> landed;  // The log.
  std::map<std::string, Result<Outcome>> told;
  std::unique_ptr<projection::PartitionView> view;
  std::unique_ptr<PartitionWriter> writer;
};

}  // namespace twinledger::writer
