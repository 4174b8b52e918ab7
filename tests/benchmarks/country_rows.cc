#include "tests/benchmarks/country_rows.h"

#include <absl/strings/substitute.h>
#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "platform/base/check.h"
#include "platform/log/partition.h"
#include "platform/projection/partition_view.h"
#include "platform/store/rocks_store.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::testing {
namespace {

using engagement::events::v1::EngagementEvent;
using registry::events::v1::RegistryEvent;

constexpr std::uint32_t kPartitions = 8;
constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::int64_t kFirstUs = kFirstDay * kDayUs;
constexpr std::int64_t kLastUs = kLastDay * kDayUs - kDayUs / 2;  // A day begins at noon of UTC.

template <class Event>
std::string Bytes(const std::string& text) {
  Event event;
  TL_CHECK(google::protobuf::TextFormat::ParseFromString(text, &event));
  return event.SerializeAsString();
}

std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }
std::string RecordOf(int number) { return Uuid(10'000'000 + number); }

}  // namespace

std::string CouncilOf(int number) { return fmt::format("council-{}", number); }
std::string RelationshipOf(int number) { return Uuid(number); }

CountryRows::CountryRows(const projection::Projection& projection, const CountryShape& shape)
    : projection_(projection) {
  auto created = store::RocksStore::Create(directory_.path() / "rows");
  TL_CHECK(created.ok());
  store_ = *std::move(created);
  for (int first = 0; first < shape.relationships; first += kRelationshipsOfOne) {
    AddCouncil(first / kRelationshipsOfOne,
               std::min(kRelationshipsOfOne, shape.relationships - first));
  }
  const auto at = [](int part, int of) { return kFirstUs + (kLastUs - kFirstUs) / of * part; };
  for (int round = 0; round < shape.gifts_of_one; ++round) {
    const std::int64_t time_us = at(round + 1, shape.gifts_of_one + 1);
    for (int i = 0; i < shape.relationships; ++i) {
      if (round > 0) VerifyGift(i, (round - 1) * shape.relationships + i, time_us);
      SubmitGift(i, time_us);
    }
  }
  for (int i = 0; i < shape.more_of_first; ++i) SubmitGift(0, kLastUs);
}

void CountryRows::AddCouncil(int number, int relationships) {
  const std::string council = CouncilOf(number);
  Apply("registry", council,
        Bytes<RegistryEvent>(absl::Substitute(
            "council_registered { council_id: '$0' fields { display_name: 'Council $0' } }",
            council)),
        kFirstUs);
  for (int i = 0; i < relationships; ++i) {
    Apply("registry", council,
          Bytes<RegistryEvent>(absl::Substitute(
              "relationship_recorded { council_id: '$0' relationship_id: '$1' fields { "
              "partner_id: '$2' status: RELATIONSHIP_STATUS_ACTIVE } }",
              council, RelationshipOf(number * kRelationshipsOfOne + i), Uuid(i))),
          kFirstUs);
  }
}

void CountryRows::SubmitGift(int relationship, std::int64_t time_us) {
  const std::string council = CouncilOf(relationship / kRelationshipsOfOne);
  const int record = records_++;
  Apply("engagement", council,
        Bytes<EngagementEvent>(absl::Substitute(
            "record_submitted { council_id: '$0' record_id: '$1' fields { relationship_id: '$2' "
            "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { office: 'mayor' } "
            "donor { principal_id: '$3' } kind: GIFT_KIND_ART value { cents: $4 currency: 'NZD' } "
            "offered_on { year: 2026 month: 1 day: $5 } disposition: GIFT_DISPOSITION_RETAINED "
            "} } }",
            council, RecordOf(record), RelationshipOf(relationship), Uuid(record % 20),
            10'000 + record % 97 * 1'000, 1 + record % 28)),
        time_us);
}

void CountryRows::VerifyGift(int relationship, int record, std::int64_t time_us) {
  const std::string council = CouncilOf(relationship / kRelationshipsOfOne);
  Apply("engagement", council,
        Bytes<EngagementEvent>(absl::Substitute(
            "record_verified { council_id: '$0' record_id: '$1' }", council, RecordOf(record))),
        time_us);
}

void CountryRows::AddGift(int council, int relationship) {
  SubmitGift(council * kRelationshipsOfOne + relationship, kLastUs);
}

void CountryRows::Apply(const std::string& stream, const std::string& council,
                        const std::string& event) {
  Apply(stream, council, event, kLastUs);
}

void CountryRows::Apply(const std::string& stream, const std::string& council,
                        const std::string& event, std::int64_t time_us) {
  log::AcceptedCommit accepted;
  log::v1::Commit& commit = accepted.commit;
  commit.mutable_key()->set_type("council");
  commit.mutable_key()->set_id(council);
  const log::PartitionId partition{stream, log::PartitionOf(commit.key(), kPartitions)};
  commit.set_sequence(++cut_[partition]);
  commit.set_record_time_us(time_us);
  commit.set_outcome(log::v1::OUTCOME_DONE);
  commit.add_events(event);
  store::Overlay rows(*store_);
  const auto applied = projection::ApplyCommit(projection_, partition, accepted, rows);
  TL_CHECK(applied.ok() && !*applied && store_->Write(rows.batch()).ok());
}

}  // namespace twinledger::testing
