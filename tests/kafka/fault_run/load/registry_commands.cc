#include "tests/kafka/fault_run/load/registry_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "twinledger/registry/v1/registry_service.pb.h"

namespace twinledger::faults {
namespace {

namespace v1 = registry::v1;

constexpr std::size_t kCouncilsKnown = 6;

template <class Response, class Request>
Call Make(const std::string& method, const std::string& type, const std::string& id,
          Request request, std::function<void(const Response&)> learn = {}) {
  return MakeCall<Response>("/twinledger.registry.v1.RegistryService/" + method, type, id,
                            std::move(request), std::move(learn));
}

std::string PartnerId(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }

}  // namespace

Call CreatePartner(int number, std::uint64_t seed) {
  v1::CreatePartnerRequest request;
  request.set_partner_id(PartnerId(number));
  request.mutable_partner()->set_display_name(fmt::format("Partner {} of run {}", number, seed));
  request.mutable_partner()->set_country("JP");
  request.mutable_partner()->set_level(v1::PARTNER_LEVEL_MUNICIPAL);
  return Make<v1::CreatePartnerResponse>("CreatePartner", "partner", PartnerId(number), request);
}

Call ReadPartner(int number) {
  v1::GetPartnerRequest request;
  request.set_name("partners/" + PartnerId(number));
  request.mutable_read_options()->set_latest(true);
  return Make<v1::GetPartnerResponse>("GetPartner", "partner", PartnerId(number), request);
}

Call CreateEngagedCouncil(const std::string& id) {
  v1::CreateCouncilRequest request;
  request.set_council_id(id);
  request.mutable_council()->set_display_name("Engaged " + id);
  request.mutable_council()->set_kind(v1::COUNCIL_KIND_CITY);
  return Make<v1::CreateCouncilResponse>("CreateCouncil", "council", id, request);
}

Call RelateEngagedCouncil(const std::string& id) {
  v1::RecordRelationshipRequest request;
  request.set_parent("councils/" + id);
  request.set_relationship_id(kEngagedRelationship);
  v1::Relationship& relationship = *request.mutable_relationship();
  relationship.set_partner("partners/" + PartnerId(0));
  relationship.set_kind(v1::RELATIONSHIP_KIND_SISTER_CITY);
  relationship.set_status(v1::RELATIONSHIP_STATUS_ACTIVE);
  return Make<v1::RecordRelationshipResponse>("RecordRelationship", "council", id, request);
}

RegistryCommands::RegistryCommands(int client, std::uint64_t seed, Partitions partitions)
    : client_(client),
      partitions_(partitions),
      dice_(seed * 1000 + static_cast<unsigned>(client)) {}

Call RegistryCommands::Next() {
  const std::size_t die = Below(10);
  if (councils_.empty() || die < 2) return Create();
  Council& council = councils_[Below(councils_.size())];
  if (die == 2) return CreateAgain(council);
  if (die == 3) return Amend(council, council.display_name, council.etag);  // Unchanged.
  if (die == 4 && !council.stale_etag.empty()) {
    return Amend(council, fmt::format("Too late {}", dice_()), council.stale_etag);
  }
  if (die == 5) return Relate(council);
  return Amend(council, fmt::format("Name {}", dice_()), council.etag);
}

std::string RegistryCommands::NewId() {
  while (true) {
    std::string id = fmt::format("council-{}-{}", client_, ++last_number_);
    const std::uint32_t partition = PartitionOf("council", id);
    if (partition >= partitions_.first && partition < partitions_.last) return id;
  }
}

Call RegistryCommands::Create() {
  v1::CreateCouncilRequest request;
  request.set_council_id(NewId());
  request.mutable_council()->set_display_name("First name");
  request.mutable_council()->set_kind(v1::COUNCIL_KIND_DISTRICT);
  return Make<v1::CreateCouncilResponse>(
      "CreateCouncil", "council", request.council_id(), request,
      [this, id = request.council_id()](const v1::CreateCouncilResponse& answer) {
        if (councils_.size() == kCouncilsKnown) councils_.erase(councils_.begin());
        councils_.push_back({id, answer.council().etag(), "", answer.council().display_name()});
      });
}

Call RegistryCommands::CreateAgain(const Council& council) {
  v1::CreateCouncilRequest request;
  request.set_council_id(council.id);
  request.mutable_council()->set_display_name("Another council");
  request.mutable_council()->set_kind(v1::COUNCIL_KIND_CITY);
  return Make<v1::CreateCouncilResponse>("CreateCouncil", "council", council.id, request);
}

Call RegistryCommands::Amend(Council& council, const std::string& display_name,
                             const std::string& etag) {
  v1::UpdateCouncilRequest request;
  request.mutable_council()->set_name("councils/" + council.id);
  request.mutable_council()->set_display_name(display_name);
  request.mutable_update_mask()->add_paths("display_name");
  request.set_etag(etag);
  return Make<v1::UpdateCouncilResponse>(
      "UpdateCouncil", "council", council.id, request,
      [this, id = council.id](const v1::UpdateCouncilResponse& answer) {
        Learn(id, answer.council().etag(), answer.council().display_name());
      });
}

Call RegistryCommands::Relate(const Council& council) {
  v1::RecordRelationshipRequest request;
  request.set_parent("councils/" + council.id);
  request.set_relationship_id(NewUuid());
  v1::Relationship& relationship = *request.mutable_relationship();
  relationship.set_partner("partners/" + PartnerId(static_cast<int>(Below(kPartners))));
  relationship.set_kind(v1::RELATIONSHIP_KIND_SISTER_CITY);
  relationship.set_status(v1::RELATIONSHIP_STATUS_ACTIVE);
  return Make<v1::RecordRelationshipResponse>("RecordRelationship", "council", council.id, request);
}

void RegistryCommands::Learn(const std::string& id, const std::string& etag,
                             const std::string& display_name) {
  const auto known = std::ranges::find(councils_, id, &Council::id);
  if (known == councils_.end() || known->etag == etag) return;
  known->stale_etag = std::exchange(known->etag, etag);
  known->display_name = display_name;
}

}  // namespace twinledger::faults
