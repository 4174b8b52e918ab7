// Sends what waits in an outbox, one after another, in the order of queueing.
//
//             accepted, unchanged          -> gone
//   WAITING   refused                      -> REFUSED, and it stops: later ones may build on it
//             no answer, or not for us     -> WAITING, and it stops
//   REFUSED                                -> it stops before it is sent again
//   unreadable                             -> passed over, and told
//
// An entry is sent with the request id that it was queued with, however often: the server answers
// with the first outcome, so that what was recorded while its answer was lost is not recorded
// twice. It is taken out after its answer; a crash in between has it sent, and answered, once more.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/outbox/store.h"
#include "twinledger/outbox/verdict.h"

namespace twinledger::client {

// A sent entry, and the answer.
struct Sent {
  outbox::v1::Entry entry;
  engagement::v1::SubmitRecordRequest request;
  Result<engagement::v1::SubmitRecordResponse> answer;
};

struct UnreadableEntry {
  EntryName name;
  Error why;
};

struct DeliveryReport {
  std::size_t delivered = 0;
  std::optional<outbox::v1::Entry> held_by;  // Was refused earlier.
  std::optional<Error> stopped;              // By an answer, or by a disk.
  std::vector<UnreadableEntry> unreadable;
  std::size_t waiting = 0;  // Of all that are left, those that can be read.
};

// Threads: confined to one.
class Delivery {
 public:
  using Send = std::function<Result<engagement::v1::SubmitRecordResponse>(
      const engagement::v1::SubmitRecordRequest&)>;
  using Told = std::function<void(const Sent&)>;

  // All must outlive it. The outbox's sending lock is held meanwhile. `told` hears of each that
  // was sent.
  Delivery(Outbox& outbox, const Clock& clock, Send send, Told told);

  // Everything, what is queued meanwhile too; or up to and with `last`.
  DeliveryReport Flush(const std::optional<EntryName>& last = std::nullopt);

  // One alone. What was refused gets a request id of its own first, since the server answers the
  // old one with the old refusal for ever; that one is known to have recorded nothing, and the
  // record's UUID stays the same. Errors: of Outbox::Load, or of the answer.
  Result<void> Retry(const EntryName& name, const std::string& new_request_id);

 private:
  // False where it is the last that is sent.
  bool Deliver(const EntryName& name, DeliveryReport& report);
  Result<void> SendOne(const EntryName& name, outbox::v1::Entry entry,
                       const engagement::v1::SubmitRecordRequest& request);

  Outbox& outbox_;
  const Clock& clock_;
  const Send send_;
  const Told told_;
};

}  // namespace twinledger::client
