#include "platform/fields/understood.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace twinledger::fields {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The way to what is not known, from there up. Nothing is made of it while all is known: every
// event of a rebuild comes by here.
using WayUp = std::vector<const FieldDescriptor*>;

struct TypeLook;

// One field that can hold something unknown.
struct FieldLook {
  explicit FieldLook(const FieldDescriptor& its)
      : field(&its),
        repeated(its.is_repeated()),
        values(its.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ? its.enum_type() : nullptr) {}

  const FieldDescriptor* field;
  bool repeated;
  const EnumDescriptor* values;    // Null for a message.
  const TypeLook* type = nullptr;  // Of a message.
};

// What of a type can hold something unknown, in its order: asked once, for descriptors answer
// slowly.
struct TypeLook {
  std::vector<FieldLook> fields;
};

// Threads: confined to one.
class TypeLooks {
 public:
  const TypeLook& Of(const Descriptor& type) {
    std::unique_ptr<TypeLook>& look = looks_[&type];
    if (look) return *look;
    look = std::make_unique<TypeLook>();
    TypeLook& made = *look;  // A type may hold itself.
    for (int i = 0; i < type.field_count(); ++i) Note(*type.field(i), made.fields);
    return made;
  }

 private:
  void Note(const FieldDescriptor& field, std::vector<FieldLook>& looks) {
    FieldLook look(field);
    if (look.values == nullptr) {
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
      look.type = &Of(*field.message_type());
    }
    looks.push_back(look);
  }

  std::unordered_map<const Descriptor*, std::unique_ptr<TypeLook>> looks_;
};

bool HasUnknown(const Message& message, const TypeLook& type, WayUp& way);

bool HasUnknownIn(const Message& message, const Reflection& reflection, const FieldLook& look,
                  WayUp& way) {
  const auto unknown_value = [&](int number) {
    return look.values->FindValueByNumber(number) == nullptr;
  };
  if (!look.repeated) {
    if (!reflection.HasField(message, look.field)) return false;
    return look.values != nullptr
               ? unknown_value(reflection.GetEnumValue(message, look.field))
               : HasUnknown(reflection.GetMessage(message, look.field), *look.type, way);
  }
  const int size = reflection.FieldSize(message, look.field);
  for (int i = 0; i < size; ++i) {
    if (look.values != nullptr
            ? unknown_value(reflection.GetRepeatedEnumValue(message, look.field, i))
            : HasUnknown(reflection.GetRepeatedMessage(message, look.field, i), *look.type, way)) {
      return true;
    }
  }
  return false;
}

bool HasUnknown(const Message& message, const TypeLook& type, WayUp& way) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  for (const FieldLook& look : type.fields) {
    if (!HasUnknownIn(message, reflection, look, way)) continue;
    way.push_back(look.field);
    return true;
  }
  return false;
}

}  // namespace

std::string UnknownIn(const Message& message) {
  thread_local TypeLooks looks;
  WayUp way;
  if (!HasUnknown(message, looks.Of(*message.GetDescriptor()), way)) return {};
  if (way.empty()) return message.GetDescriptor()->name();
  std::string path;
  for (auto field = way.rbegin(); field != way.rend(); ++field) {
    if (!path.empty()) path += '.';
    path += (*field)->name();
  }
  return path;
}

}  // namespace twinledger::fields
