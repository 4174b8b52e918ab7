#include "tests/simulation/client.h"

#include <algorithm>
#include <utility>

#include "platform/projection/platform_tables.h"
#include "platform/store/table.h"

namespace twinledger::simulation {

using testing::AccountCommand;
using testing::AccountProjection;

Client::Client(World& world, std::size_t number, Habits habits)
    : world_(world),
      dice_(world.shared.dice),
      number_(number),
      actor_("client-" + std::to_string(number)),
      habits_(habits),
      home_(std::next(world.accounts.begin(),
                      static_cast<std::ptrdiff_t>(dice_.Below(world.accounts.size())))
                ->first) {}

void Client::Act() {
  if (repeat_ || (!open_.empty() && dice_.OneIn(12))) return SendOpen();
  const std::size_t window = habits_.sends_ahead ? kWindow : 1;
  if (open_.size() < window && made_ < habits_.requests) return Make();
  if (!open_.empty() && !habits_.sends_ahead && world_.faults && dice_.OneIn(20)) {
    MakeRival(world_.requests[open_.front()]);
  }
}

void Client::Make() {
  Request request;
  const auto anywhere = std::next(world_.accounts.begin(),
                                  static_cast<std::ptrdiff_t>(dice_.Below(world_.accounts.size())));
  request.partition = habits_.sends_ahead ? home_ : anywhere->first;
  request.command = Wish(request.partition);
  request.validate_only = !habits_.sends_ahead && dice_.OneIn(10);
  request.in_order = !request.validate_only;
  const std::size_t made = Add(std::move(request));
  ++made_;
  open_.push_back(made);
  if (habits_.sends_ahead) {
    after_[made] = last_id_;
    last_id_ = world_.requests[made].id;
  }
  // What sends ahead goes on at the replica that it is at.
  if (open_.size() > 1) return Send(made, replica_);
  SendOpen();
}

void Client::MakeRival(const Request& of) {
  Request request;
  request.partition = of.partition;
  request.command = of.command;
  request.command.by += 1000 + static_cast<std::int64_t>(world_.requests.size());  // No two alike.
  request.id = of.id;
  request.rival = true;
  request.in_order = false;
  Send(Add(std::move(request)), SomeReplica());
}

std::size_t Client::Add(Request request) {
  const std::size_t number = world_.requests.size();
  request.client = number_;
  request.actor = actor_;
  if (request.id.empty()) request.id = "request-" + std::to_string(number);
  request.digest = WriterCommand(request.command, actor_, request.id).digest;
  request.invoked = ++world_.shared.moment;
  world_.requests.push_back(std::move(request));
  return number;
}

AccountCommand Client::Wish(const log::PartitionId& partition) {
  const std::vector<std::string>& accounts = world_.accounts.at(partition);
  AccountCommand wish;
  wish.account = accounts[dice_.Below(accounts.size())];
  wish.by = static_cast<std::int64_t>(dice_.Below(4));
  wish.etag = versions_[wish.account];
  const std::size_t kind = dice_.Below(10);
  if (kind < 3) wish.kind = AccountCommand::Kind::kCreate;
  if (kind >= 3 && kind < 9) wish.kind = AccountCommand::Kind::kAdd;
  if (kind == 9) wish.kind = AccountCommand::Kind::kClose;
  return wish;
}

std::size_t Client::SomeReplica() { return dice_.Below(world_.replicas.size()); }

void Client::SendOpen() {
  repeat_ = false;
  replica_ = SomeReplica();
  const std::deque<std::size_t> all = open_;  // Replies may come at once and close some.
  for (const std::size_t request : all) {
    if (world_.requests[request].attempts > 0) world_.coverage.Saw("request repeated");
    Send(request, replica_);
  }
}

void Client::Send(std::size_t request, std::size_t replica) {
  const Delayed sent{request, replica, ++world_.requests[request].attempts};
  if (world_.faults && dice_.OneIn(15)) {
    world_.coverage.Saw("request delayed");
    delayed_.push_back(sent);
    return;
  }
  Submit(sent);
}

void Client::DeliverDelayed() {
  if (delayed_.empty()) return;
  const auto some = delayed_.begin() + static_cast<std::ptrdiff_t>(dice_.Below(delayed_.size()));
  const Delayed sent = *some;
  delayed_.erase(some);
  Submit(sent);
}

void Client::Submit(const Delayed& sent) {
  const Request& request = world_.requests[sent.request];
  Replica& replica = *world_.replicas[sent.replica];
  if (!replica.up()) {
    repeat_ = true;
    return;
  }
  writer::Command command = WriterCommand(request.command, actor_, request.id);
  command.validate_only = request.validate_only;
  const auto after = after_.find(sent.request);
  if (after != after_.end()) command.after = after->second;
  const MonotonicTime deadline =
      world_.shared.now + std::chrono::milliseconds(100 + dice_.Below(5000));
  const bool heard = !world_.faults || !dice_.OneIn(15);
  replica.Submit(std::move(command), request.partition, deadline,
                 [this, sent, heard](const Result<writer::Outcome>& reply) {
                   if (heard) return OnReply(sent.request, sent.attempt, reply);
                   world_.coverage.Saw("reply lost");
                 });
}

void Client::OnReply(std::size_t number, unsigned attempt, const Result<writer::Outcome>& reply) {
  Request& request = world_.requests[number];
  if (reply) {
    OnOutcome(request, *reply);
    return Close(number);
  }
  const std::string& reason = reply.error().reason;
  world_.coverage.Saw("error " + reason);
  if (reason == "REQUEST_ID_REUSED") {
    request.reused = true;
    return Close(number);
  }
  // Nothing else of it can be under way, so who is told that it is not recorded may leave it.
  if (reason == "NOT_APPENDED" && request.attempts == 1 && !habits_.sends_ahead &&
      !request.validate_only && !request.rival && dice_.OneIn(2)) {
    world_.coverage.Saw("request given up");
    request.failed = true;
    return Close(number);
  }
  if (attempt == request.attempts) repeat_ = true;
}

void Client::OnOutcome(Request& request, const writer::Outcome& outcome) {
  if (!request.answered) request.answered = ++world_.shared.moment;
  request.outcomes.push_back(outcome);
  if (request.validate_only) return world_.coverage.Saw("validated only");
  Token& token = tokens_[request.partition];
  if (outcome.sequence > token.sequence) token = {outcome.sequence, outcome.commit_hash};
  if (outcome.outcome == log::v1::OUTCOME_DONE) {
    versions_[request.command.account] = outcome.sequence;
    world_.coverage.Saw("outcome done");
  } else {
    const bool refused = outcome.outcome == log::v1::OUTCOME_REFUSED;
    world_.coverage.Saw(refused ? "outcome refused" : "outcome unchanged");
  }
}

void Client::Close(std::size_t request) {
  std::erase(open_, request);
  if (open_.empty()) repeat_ = false;
}

void Client::Read() {
  const Replica& replica = *world_.replicas[SomeReplica()];
  if (!replica.up()) return;
  const auto& [partition, accounts] = *std::next(
      world_.accounts.begin(), static_cast<std::ptrdiff_t>(dice_.Below(world_.accounts.size())));
  const projection::PartitionView& view = replica.view(partition);
  if (view.stopped()) return;
  Token& token = tokens_[partition];
  Reading reading;
  reading.partition = partition;
  reading.token = token.sequence;
  reading.at = view.chain().sequence;
  if (reading.at < token.sequence) return world_.coverage.Saw("replica behind a token");
  world_.coverage.Saw("read by token");
  const store::CutReader rows(view.state());
  const auto hash_at = [&](log::Sequence sequence) -> std::string {
    const auto commit =
        rows.Get(projection::kCommits, projection::SequenceKey(partition, sequence));
    return commit && *commit ? (*commit)->hash() : "";
  };
  reading.token_known = token.sequence == 0 || hash_at(token.sequence) == crypto::Bytes(token.hash);
  reading.account = accounts[dice_.Below(accounts.size())];
  const auto row = rows.Find(AccountProjection::kAccounts, {reading.account});
  if (row && *row) {
    reading.text = (*row)->bytes;
    versions_[reading.account] = (*row)->sequence;
  }
  token.sequence = reading.at;
  if (reading.at > 0) crypto::HashFromBytes(hash_at(reading.at), token.hash);
  world_.readings.push_back(std::move(reading));
}

}  // namespace twinledger::simulation
