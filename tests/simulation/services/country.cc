#include "tests/simulation/services/country.h"

#include "platform/log/founding.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::simulation {
namespace {

using registry::events::v1::RegistryEvent;

log::v1::EntityKey KeyOf(const std::string& type, const std::string& id) {
  log::v1::EntityKey key;
  key.set_type(type);
  key.set_id(id);
  return key;
}

// One for each partition.
std::array<std::string, 2> Spread(const std::string& type) {
  std::array<std::string, 2> ids;
  for (int i = 0; ids[0].empty() || ids[1].empty(); ++i) {
    std::string id = type + "-" + std::to_string(i);
    ids.at(log::PartitionOf(KeyOf(type, id), Country::kPartitions)) = std::move(id);
  }
  return ids;
}

RegistryEvent Registered(const std::string& council) {
  RegistryEvent event;
  event.mutable_council_registered()->set_council_id(council);
  event.mutable_council_registered()->mutable_fields()->set_status(
      registry::events::v1::COUNCIL_STATUS_ACTIVE);
  return event;
}

RegistryEvent Related(const std::string& council) {
  RegistryEvent event;
  auto& relationship = *event.mutable_relationship_recorded();
  relationship.set_council_id(council);
  relationship.set_relationship_id(Country::TwinOf(council));
  relationship.mutable_fields()->set_partner_id("partner-of-" + council);
  relationship.mutable_fields()->set_status(registry::events::v1::RELATIONSHIP_STATUS_ACTIVE);
  return event;
}

RegistryEvent Donor(const std::string& principal) {
  RegistryEvent event;
  event.mutable_principal_registered()->set_principal_id(principal);
  event.mutable_principal_registered()->set_kind(registry::events::v1::PRINCIPAL_KIND_ORGANISATION);
  return event;
}

}  // namespace

Country::Country()
    : founder("country", kPartitions, {"registry", "engagement", "risk"}),
      founding(founder.founding()),
      councils(Spread("council")),
      donors(Spread("principal")) {
  testing::SeededRandom random("country");
  log::v1::Founding content = founding.root;
  content.set_root_hash(std::string(crypto::Bytes(founding.root_hash)));
  for (const log::PartitionId& partition : log::PartitionsOf(founding.root)) {
    const crypto::SigningKey& key = founder.writer_keys.at(partition.stream);
    auto& its = records[partition];
    its.push_back(partition == log::RootPartition(founding.root)
                      ? founder.RootRecord()
                      : log::MakeFoundingRecord(content, partition, key, WallTime{}, random));
    if (partition.stream != "registry") continue;
    testing::ChainWriter writer(partition, key, kPartitions);
    writer.Follow(its.back());
    std::vector<log::v1::Commit> commits;
    const auto add = [&](const log::v1::EntityKey& entity, const RegistryEvent& event) {
      log::v1::Commit commit = writer.NextCommit(commits.size());
      *commit.mutable_key() = entity;
      commit.set_request_id("beginning of " + entity.id() + std::to_string(commits.size()));
      commit.clear_events();
      commit.add_events(event.SerializeAsString());
      commits.push_back(std::move(commit));
    };
    const std::string& council = councils.at(partition.partition);
    add(KeyOf("council", council), Registered(council));
    add(KeyOf("council", council), Related(council));
    const std::string& donor = donors.at(partition.partition);
    add(KeyOf("principal", donor), Donor(donor));
    its.push_back(writer.Make(commits));
  }
}

const Country& TheCountry() {
  static const Country country;
  return country;
}

}  // namespace twinledger::simulation
