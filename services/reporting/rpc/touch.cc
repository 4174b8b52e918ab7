#include "reporting/rpc/touch.h"

#include <set>
#include <string>

#include "reporting/projection/reporting_view.h"

namespace twinledger::reporting {
namespace {

using engagement::events::v1::Party;

constexpr const char* kPartner = "partner";
constexpr const char* kPrincipal = "principal";

// Entities of one type that are parked, and which of them the council has met.
class Parked {
 public:
  Parked(std::string type, std::set<std::string> ids)
      : type_(std::move(type)), parked_(std::move(ids)) {}

  bool empty() const { return parked_.empty(); }
  void Meet(const std::string& id) {
    if (parked_.contains(id)) met_.insert(id);
  }
  Result<void> Touch(rpc::Reading& reading) const {
    for (const std::string& id : met_) {
      log::v1::EntityKey key;
      key.set_type(type_);
      key.set_id(id);
      TL_TRY_VOID(reading.Touch(key));
    }
    return {};
  }

 private:
  const std::string type_;
  const std::set<std::string> parked_;
  std::set<std::string> met_;
};

Result<void> TouchPartners(rpc::Reading& reading, const CouncilId& council) {
  TL_TRY(std::set<std::string> ids, reading.Parked(kPartner));
  Parked partners(kPartner, std::move(ids));
  if (partners.empty()) return {};
  TL_TRY_VOID(store::VisitVersioned<RelationshipRow>(reading.rows(), kRelationships,
                                                     {council.value()}, {}, [&](const auto& row) {
                                                       partners.Meet(row.row.partner_id());
                                                       return true;
                                                     }));
  return partners.Touch(reading);
}

Result<void> TouchPrincipals(rpc::Reading& reading, const CouncilId& council) {
  TL_TRY(std::set<std::string> ids, reading.Parked(kPrincipal));
  Parked principals(kPrincipal, std::move(ids));
  if (principals.empty()) return {};
  TL_TRY_VOID(VisitRecords(reading.rows(), council, [&](const Versioned<RecordRow>& record) {
    const auto& fields = record.row.fields();
    const auto meet = [&](const Party& party) { principals.Meet(party.principal_id()); };
    meet(fields.gift().donor());
    meet(fields.gift().recipient());
    meet(fields.hospitality().host());
    for (const Party& guest : fields.hospitality().guests()) meet(guest);
    return true;
  }));
  return principals.Touch(reading);
}

}  // namespace

Result<void> TouchCouncil(rpc::Reading& reading, const std::optional<CouncilId>& council) {
  if (!council) return reading.TouchAll();
  TL_TRY_VOID(reading.Touch(KeyOf(*council)));
  TL_TRY_VOID(TouchPartners(reading, *council));
  return TouchPrincipals(reading, *council);
}

}  // namespace twinledger::reporting
