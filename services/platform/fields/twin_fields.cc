#include "platform/fields/twin_fields.h"

#include <map>
#include <utility>

#include "platform/fields/reflection_of.h"

namespace twinledger::fields {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const TwinTypes& TwinsOf(const Descriptor& from, const Descriptor& to) {
  using Types = std::pair<const Descriptor*, const Descriptor*>;
  thread_local std::map<Types, TwinTypes> known;
  const auto [at, added] = known.try_emplace({&from, &to});
  TwinTypes& twins = at->second;
  if (!added) return twins;
  twins.read = &ReflectionOf(from);
  twins.write = &ReflectionOf(to);
  for (int i = 0; i < from.field_count(); ++i) {
    const FieldDescriptor& field = *from.field(i);
    const FieldDescriptor* const target = to.FindFieldByName(field.name());
    if (target == nullptr) continue;
    const bool messages = field.message_type() != nullptr && target->message_type() != nullptr;
    twins.fields.push_back(
        {.from = &field,
         .to = target,
         .type = field.cpp_type(),
         .repeated = field.is_repeated(),
         .tells_presence = field.has_presence(),
         .within = messages ? &TwinsOf(*field.message_type(), *target->message_type()) : nullptr});
  }
  return twins;
}

}  // namespace twinledger::fields
