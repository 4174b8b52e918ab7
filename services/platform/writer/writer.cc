#include "platform/writer/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/writer/attempt_errors.h"

namespace twinledger::writer {
namespace {

// Deadlines are of seconds; a tick costs a microsecond a partition.
constexpr std::chrono::milliseconds kTick{50};

// How long partitions wait for commands that are on their way (expected_commands.h), at most; and
// how many are not kept from a thread that sleeps meanwhile: a record's worth.
constexpr std::chrono::milliseconds kRound{2};
constexpr std::size_t kArrivedMax = 16;

// What may wait to be sorted by partitions: as many as wait in so many of them.
constexpr std::size_t kQueuesArrivedMax = 2;

}  // namespace

// Joins one partition's writer to the log and to the runner. Confined to the runner's thread, but
// for reports, which post themselves onto it.
class Writer::Partition final : public Environment, public projection::RecordSink {
 public:
  // What all partitions of a writer have in common. All outlives them.
  struct Parts {
    log::EventLog& log;
    GatheredAppends& appends;
    TailAsker& asker;
    projection::Runner& runner;
    std::function<std::optional<MonotonicTime>()> more_until;
    const Clock& clock;
    RandomSource& random;
  };

  Partition(const Parts& parts, log::PartitionId id, crypto::SigningKey key, WriterLimits limits,
            AlarmCallback alarm)
      : log_(parts.log),
        appends_(parts.appends),
        asker_(parts.asker),
        runner_(parts.runner),
        more_until_(parts.more_until),
        id_(std::move(id)),
        clock_(parts.clock),
        random_(parts.random),
        alarm_(std::move(alarm)),
        writer_(runner_.view(id_), std::move(key), *this, limits) {
    runner_.SetSink(id_, *this);
  }

  PartitionWriter& writer() { return writer_; }

  WriterStatus Status() const {
    return {.partition = id_,
            .state = writer_.state(),
            .key_not_enrolled = writer_.key_not_enrolled(),
            .clock_not_believed = writer_.clock_not_believed(),
            .queued = writer_.queued(),
            .in_flight = writer_.in_flight(),
            .counts = writer_.counts()};
  }

  void OnRecord(const log::ReadRecord& record) override { writer_.OnRecord(record); }

  SessionId NewSession() override {
    session_.reset();  // From here on none of its reports is posted.
    return ++session_id_;
  }

  void Append(SessionId session, std::string record) override {
    appends_.Add([this, session, bytes = std::move(record)]() mutable {
      if (session == session_id_) AppendNow(session, std::move(bytes));
    });
  }

  void AskTail() override {
    const projection::PartitionView& view = runner_.view(id_);
    asker_.Ask({id_, view.next_offset(), view.cursor_offset()},
               [this](const Result<log::Offset>& tail) {
                 runner_.Post([this, tail] { writer_.OnTail(tail); });
               });
  }

  void WakeAt(MonotonicTime time) override {
    runner_.At(time, [this] { writer_.OnTick(); });
  }

  void AfterStoring(const Stored& then) override { runner_.AfterStoring(id_, then); }

  std::optional<MonotonicTime> MoreUntil() override { return more_until_(); }
  WallTime Now() override { return clock_.Now(); }
  MonotonicTime Monotonic() override { return clock_.Monotonic(); }
  RandomSource& Random() override { return random_; }

  void Alarm(const Error& damage) override {
    if (alarm_) alarm_(id_, damage);
  }

 private:
  void AppendNow(SessionId session, std::string record) {
    const auto report = [this, session](const log::AppendOutcome& outcome) {
      runner_.Post([this, session, outcome] { writer_.OnReport(session, outcome); });
    };
    if (!session_) {
      Result<std::unique_ptr<log::AppendSession>> opened = log_.OpenSession();
      if (!opened) {
        return report({log::AppendOutcome::Kind::kNotAppended, 0, std::move(opened).error()});
      }
      session_ = *std::move(opened);
    }
    session_->Append(id_, std::move(record), report);
  }

  log::EventLog& log_;
  GatheredAppends& appends_;
  TailAsker& asker_;
  projection::Runner& runner_;
  const std::function<std::optional<MonotonicTime>()> more_until_;
  const log::PartitionId id_;
  const Clock& clock_;
  RandomSource& random_;
  const AlarmCallback alarm_;
  std::unique_ptr<log::AppendSession> session_;  // Opened by the first append.
  SessionId session_id_ = 0;
  PartitionWriter writer_;
};

Writer::Writer(log::EventLog& log, projection::Runner& runner, const log::Founding& founding,
               std::string stream, const crypto::SigningKey& key, const Clock& clock,
               RandomSource& random, WriterLimits limits, const AlarmCallback& alarm)
    : runner_(runner),
      clock_(clock),
      stream_(std::move(stream)),
      limits_(limits),
      expected_([this] { runner_.Post([this] { EndRound(MonotonicTime::max()); }); }),
      appends_(log),
      asker_(std::make_unique<TailAsker>(log)) {
  const auto more_until = [this] {
    return expected_.Await() ? std::optional(RoundEnd()) : std::nullopt;
  };
  const Partition::Parts parts{log, appends_, *asker_, runner, more_until, clock, random};
  for (std::uint32_t i = 0; i < founding.root.partitions(); ++i) {
    partitions_.push_back(
        std::make_unique<Partition>(parts, log::PartitionId{stream_, i}, key, limits, alarm));
  }
  Publish();
  runner_.Post([this] {
    for (const auto& partition : partitions_) partition->writer().Start();
  });
  runner_.Every(kTick, [this] { Tick(); });
}

Writer::~Writer() {
  asker_.reset();  // Its answers are for partitions.
  std::vector<Submission> left;
  {
    absl::MutexLock lock(&mutex_);
    left.swap(inbox_);
  }
  for (const Submission& submission : left) {
    submission.reply(
        Repeat(submission.command.request_id, "The server is stopping", limits_.retry_hint));
  }
}

void Writer::Submit(Command command, MonotonicTime deadline, Reply reply) {
  std::vector<Submission> one;
  one.push_back({std::move(command), deadline, std::move(reply)});
  SubmitAll(std::move(one));
}

void Writer::SubmitAll(std::vector<Submission> submissions) {
  const std::size_t waiting_max = InboxMax();
  std::size_t taken = 0;
  bool to_be_taken = false;
  {
    absl::MutexLock lock(&mutex_);
    // What is less is taken at the end of the round, or by the task that is posted.
    const std::size_t untold = round_end_ ? kArrivedMax : 0;
    const bool told = inbox_.size() > untold;
    for (; taken < submissions.size() && inbox_.size() < waiting_max; ++taken) {
      inbox_.push_back(std::move(submissions[taken]));
    }
    to_be_taken = !told && inbox_.size() > untold;
  }
  // One task for all that arrives until it runs: the thread is woken once, not per command.
  if (to_be_taken) {
    runner_.Post([this] {
      const GatheredAppends::Gathering together(appends_);
      TakeInbox();
    });
  }
  for (std::size_t i = taken; i < submissions.size(); ++i) Refuse(submissions[i]);
}

void Writer::TellToRepeat() {
  runner_.Post([this] {
    TakeInbox();
    for (const auto& partition : partitions_) {
      partition->writer().TellToRepeat(MonotonicTime::max(), "The server is stopping");
    }
  });
}

std::size_t Writer::InboxMax() const {
  return std::min(partitions_.size(), kQueuesArrivedMax) * limits_.queue_commands_max;
}

void Writer::Refuse(const Submission& submission) const {
  const auto partitions = static_cast<std::uint32_t>(partitions_.size());
  const std::uint32_t partition = log::PartitionOf(submission.command.key, partitions);
  submission.reply(QueueFull({stream_, partition}, InboxMax(), limits_.retry_hint));
}

MonotonicTime Writer::RoundEnd() {
  const absl::MutexLock lock(&mutex_);
  if (!round_end_) {
    const MonotonicTime end = clock_.Monotonic() + kRound;
    round_end_ = end;
    runner_.At(end, [this, end] { EndRound(end); });
  }
  return *round_end_;
}

// Also where another began since: who waits is told the end of its own.
void Writer::EndRound(MonotonicTime end) {
  {
    const absl::MutexLock lock(&mutex_);
    if (round_end_ && *round_end_ <= end) round_end_.reset();
  }
  StepAll();
}

void Writer::StepAll() {
  const GatheredAppends::Gathering together(appends_);
  TakeInbox();
  for (const auto& partition : partitions_) partition->writer().OnTick();
}

void Writer::TakeInbox() {
  std::vector<Submission> arrived;
  {
    absl::MutexLock lock(&mutex_);
    arrived.swap(inbox_);
  }
  const auto partitions = static_cast<std::uint32_t>(partitions_.size());
  std::vector<std::vector<Submission>> sorted(partitions);
  for (Submission& submission : arrived) {
    sorted[log::PartitionOf(submission.command.key, partitions)].push_back(std::move(submission));
  }
  for (std::uint32_t i = 0; i < partitions; ++i) {
    if (!sorted[i].empty()) partitions_[i]->writer().OnCommands(std::move(sorted[i]));
  }
}

void Writer::Tick() {
  StepAll();
  Publish();
}

void Writer::Publish() {
  std::vector<WriterStatus> status;
  for (const auto& partition : partitions_) status.push_back(partition->Status());
  absl::MutexLock lock(&mutex_);
  status_ = std::move(status);
}

std::vector<WriterStatus> Writer::Status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

}  // namespace twinledger::writer
