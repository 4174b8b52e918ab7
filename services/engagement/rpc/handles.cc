#include "engagement/rpc/handles.h"

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string_view>

#include "platform/fields/field_path.h"
#include "platform/fields/field_trail.h"

namespace twinledger::engagement {
namespace {

using fields::FieldTrail;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using rpc::FieldPath;
using Register = Handle::Register;

std::optional<Register> RegisterOf(std::string_view field) {
  if (field == "official_id") return Register::kOfficials;
  if (field == "principal_id") return Register::kPrincipals;
  if (field == "asset_id") return Register::kAssets;
  return std::nullopt;
}

bool IsHandle(const FieldDescriptor& field) { return RegisterOf(field.name()).has_value(); }

// Of a message within a record, and of those within it.
void Collect(const Message& message, const FieldTrail& trail, const FieldPath& path,
             std::vector<Handle>& handles) {
  const auto& reflection = trail.reflection();
  for (const FieldTrail::Step& step : trail.steps()) {
    const FieldPath at{path, step.field->name()};
    if (step.repeated) {
      for (int i = 0; i < reflection.FieldSize(message, step.field); ++i) {
        Collect(reflection.GetRepeatedMessage(message, step.field, i), *step.within, {at, i},
                handles);
      }
    } else if (!reflection.HasField(message, step.field)) {
      continue;
    } else if (step.wanted) {
      handles.push_back(
          {*RegisterOf(step.field->name()), reflection.GetString(message, step.field), at.Text()});
    } else {
      Collect(reflection.GetMessage(message, step.field), *step.within, at, handles);
    }
  }
}

// "gift.donor" of "record.gift.donor.principal_id", "delegation.members" of
// "record.delegation.members[0].person.official_id".
std::string PathOf(std::string_view field) {
  field.remove_prefix(std::string_view("record.").size());
  const std::size_t content = field.find('.');
  return std::string(field.substr(0, field.find_first_of(".[", content + 1)));
}

}  // namespace

std::vector<Handle> HandlesIn(const v1::Record& record,
                              const std::function<bool(const std::string& path)>& given) {
  static const FieldTrail trail(*v1::Record::descriptor(), IsHandle);
  std::vector<Handle> handles;
  Collect(record, trail, "record", handles);
  std::erase_if(handles, [&](const Handle& handle) { return !given(PathOf(handle.field)); });
  return handles;
}

}  // namespace twinledger::engagement
