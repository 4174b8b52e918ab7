#include "tests/simulation/services/officer.h"

#include <fmt/format.h>

#include <utility>

#include "tests/simulation/services/country.h"

namespace twinledger::simulation {

namespace {

Part PartOf(const Wish& wish) {
  return wish.stream == "registry" ? Part::kRegistry : Part::kEngagement;
}

}  // namespace

Officer::Officer(World& world, std::size_t number, std::size_t requests)
    : world_(world),
      dice_(world.shared.dice),
      number_(number),
      actor_(fmt::format("officer-{}", number)),
      requests_(requests) {}

void Officer::Act() {
  if (open_) {
    if (repeat_ || dice_.OneIn(12)) Send();
    return;
  }
  if (made_ < requests_) Make();
}

void Officer::Make() {
  const Node& node = *world_.nodes[dice_.Below(world_.nodes.size())];
  const std::size_t number = world_.requests.size();
  const Replica& registry = node.part(Part::kRegistry);
  wish_ = SomeWish(dice_, {registry.rows(), node.part(Part::kEngagement).rows()}, number,
                   registry.Wall());
  Request request;
  request.client = number_;
  request.actor = actor_;
  request.id = fmt::format("request-{}", number);
  request.partition = {wish_.stream, log::PartitionOf(wish_.key, Country::kPartitions)};
  request.digest = crypto::Sha256({actor_, "/", wish_.text});
  request.invoked = ++world_.shared.moment;
  world_.requests.push_back(std::move(request));
  open_ = number;
  ++made_;
  Send();
}

void Officer::Send() {
  repeat_ = false;
  if (world_.requests[*open_].attempts++ > 0) world_.coverage.Saw("request repeated");
  const Sent sent{*open_, dice_.Below(world_.nodes.size()), wish_};
  if (world_.faults && dice_.OneIn(15)) {
    world_.coverage.Saw("request delayed");
    delayed_.push_back(sent);
    return;
  }
  Submit(sent);
}

void Officer::DeliverDelayed() {
  if (delayed_.empty()) return;
  const auto some = delayed_.begin() + static_cast<std::ptrdiff_t>(dice_.Below(delayed_.size()));
  const Sent sent = std::move(*some);
  delayed_.erase(some);
  Submit(sent);
}

void Officer::Submit(const Sent& sent) {
  const Request& request = world_.requests[sent.request];
  Replica& replica = world_.nodes[sent.node]->part(PartOf(sent.wish));
  if (!replica.up()) {
    repeat_ = true;
    return;
  }
  writer::Command command;
  command.key = sent.wish.key;
  command.method = "simulation/" + sent.wish.stream;
  command.actor = actor_;
  command.request_id = request.id;
  command.digest = request.digest;
  command.decide = sent.wish.decide;
  const MonotonicTime deadline =
      world_.shared.now + std::chrono::milliseconds(100 + dice_.Below(5000));
  const bool heard = !world_.faults || !dice_.OneIn(15);
  replica.Submit(std::move(command), request.partition, deadline,
                 [this, number = sent.request, heard](const Result<writer::Outcome>& reply) {
                   if (heard) return OnReply(number, reply);
                   world_.coverage.Saw("reply lost");
                 });
}

void Officer::OnReply(std::size_t number, const Result<writer::Outcome>& reply) {
  Request& request = world_.requests[number];
  if (!reply) {
    world_.coverage.Saw("error " + reply.error().reason);
    repeat_ = true;
    return;
  }
  if (!request.answered) request.answered = ++world_.shared.moment;
  request.outcomes.push_back(*reply);
  const bool done = reply->outcome == log::v1::OUTCOME_DONE;
  world_.coverage.Saw(done ? "recorded" : "refused or unchanged");
  if (open_ == number) open_.reset();
}

}  // namespace twinledger::simulation
