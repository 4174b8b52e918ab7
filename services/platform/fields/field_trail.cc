#include "platform/fields/field_trail.h"

#include <map>
#include <set>

#include "platform/fields/reflection_of.h"

namespace twinledger::fields {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using TypeSet = std::set<const Descriptor*>;

// Adds the type, and those within it.
void Reach(const Descriptor& type, TypeSet& reached) {
  if (!reached.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const Descriptor* const within = type.field(i)->message_type();
    if (within != nullptr) Reach(*within, reached);
  }
}

// Whether a field of the type is wanted, or of a type that is known to lead to one that is.
bool Leads(const Descriptor& type, FieldTrail::IsWanted is_wanted, const TypeSet& leading) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (is_wanted(field) || leading.contains(field.message_type())) return true;
  }
  return false;
}

// Of the type and those within it, all that lead to a wanted field.
TypeSet Leading(const Descriptor& type, FieldTrail::IsWanted is_wanted) {
  TypeSet reached;
  Reach(type, reached);
  TypeSet leading;
  for (bool grew = true; grew;) {  // They are found from the wanted fields up.
    grew = false;
    for (const Descriptor* const its : reached) {
      if (leading.contains(its) || !Leads(*its, is_wanted, leading)) continue;
      leading.insert(its);
      grew = true;
    }
  }
  return leading;
}

}  // namespace

FieldTrail::FieldTrail(const Descriptor& type) : reflection_(ReflectionOf(type)) {}

FieldTrail::FieldTrail(const Descriptor& type, IsWanted is_wanted) : FieldTrail(type) {
  std::map<const Descriptor*, FieldTrail*> trails;
  for (const Descriptor* const leading : Leading(type, is_wanted)) {
    FieldTrail* trail = this;
    if (leading != &type) {
      within_.push_back(std::unique_ptr<FieldTrail>(new FieldTrail(*leading)));
      trail = within_.back().get();
    }
    trails.emplace(leading, trail);
  }
  for (const auto& [its, trail] : trails) {
    for (int i = 0; i < its->field_count(); ++i) {
      const FieldDescriptor& field = *its->field(i);
      const auto within = trails.find(field.message_type());
      const Step step{&field, is_wanted(field), field.is_repeated(),
                      within != trails.end() ? within->second : nullptr};
      if (step.wanted || step.within != nullptr) trail->steps_.push_back(step);
    }
  }
}

}  // namespace twinledger::fields
