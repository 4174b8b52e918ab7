#include "platform/process/follower.h"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/thread_name.h"

namespace twinledger::process {
namespace {

// In spare time: a look at what a thousand changed takes as long.
constexpr std::chrono::milliseconds kSpareLate{300};

constexpr int kNiceness = 10;  // Of 19; a tenth of a thread's share where all want the processor.

}  // namespace

// Where other threads leave what the follower's thread takes.
class Follower::Mailbox {
 public:
  struct Answer {
    std::string subject;
    Result<writer::Outcome> outcome;
  };

  void Put(Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    wake_.notify_one();
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_one();
  }

  // Until something was left, it is stopped, or `wait` has passed. False once it is stopped.
  bool Take(std::chrono::milliseconds wait, std::vector<Answer>& answers) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, wait, [this] { return stopped_ || !answers_.empty(); });
    answers.swap(answers_);
    return !stopped_;
  }

  bool stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

  void SetStatus(FollowerStatus status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }
  FollowerStatus status() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;  // Of all below.
  std::condition_variable wake_;
  std::vector<Answer> answers_;
  bool stopped_ = false;
  FollowerStatus status_;
};

// The runner's rows, the writer, and the clock. Threads: of the follower's.
class Follower::Surroundings final : public Environment {
 public:
  Surroundings(const FollowerParts& parts, std::shared_ptr<Mailbox> mailbox)
      : parts_(parts), mailbox_(std::move(mailbox)) {}

  std::shared_ptr<const store::KeyValueReader> Rows() override { return parts_.runner.Snapshot(); }
  void Submit(const std::string& subject, writer::Command command,
              MonotonicTime deadline) override {
    parts_.writer.Submit(std::move(command), deadline,
                         [mailbox = mailbox_, subject](const Result<writer::Outcome>& outcome) {
                           mailbox->Put({subject, outcome});
                         });
  }
  WallTime Now() override { return parts_.clock.Now(); }
  MonotonicTime Monotonic() override { return parts_.clock.Monotonic(); }
  bool Stopping() override { return mailbox_->stopped(); }

 private:
  const FollowerParts parts_;
  const std::shared_ptr<Mailbox> mailbox_;
};

Follower::Follower(std::unique_ptr<Process> process, const FollowerParts& parts,
                   FollowerOptions options)
    : runner_(parts.runner),
      spare_time_(parts.spare_time),
      mailbox_(std::make_shared<Mailbox>()),
      surroundings_(std::make_unique<Surroundings>(parts, mailbox_)),
      lookout_(std::move(process), parts.founding, *surroundings_, options) {}

Follower::~Follower() { Stop(); }

void Follower::Start() {
  TL_CHECK(!thread_.joinable());
  thread_ = std::thread([this] { Run(); });
}

void Follower::Stop() {
  mailbox_->Stop();
  if (thread_.joinable()) thread_.join();
}

FollowerStatus Follower::Status() const { return mailbox_->status(); }

void Follower::Run() {
  NameThread("follower");
  // Linux keeps it for each thread. What follows from events can wait a moment: who calls cannot.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  const auto place = spare_time_ != nullptr ? spare_time_->Join(kSpareLate) : nullptr;
  std::vector<Mailbox::Answer> answers;
  const auto take = [&] {
    const std::chrono::milliseconds pause = lookout_.Pause();
    if (place) place->Sleeps(pause);
    const bool goes_on = mailbox_->Take(pause, answers);
    if (place) place->Works();
    return goes_on;
  };
  while (take()) {
    for (const Mailbox::Answer& answer : std::exchange(answers, {})) {
      lookout_.OnAnswer(answer.subject, answer.outcome);
    }
    if (!runner_.CaughtUp()) continue;
    lookout_.Turn();
    mailbox_->SetStatus(lookout_.Status());
  }
}

}  // namespace twinledger::process
