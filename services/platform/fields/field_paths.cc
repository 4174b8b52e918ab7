#include "platform/fields/field_paths.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "platform/base/check.h"
#include "platform/fields/shown_value.h"
#include "platform/fields/twin_fields.h"

namespace twinledger::fields {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

const FieldDescriptor* Find(const Message& message, std::string_view path) {
  return message.GetDescriptor()->FindFieldByName(std::string(path));
}

const FieldDescriptor* Require(const Descriptor& type, std::string_view path) {
  const FieldDescriptor* field = type.FindFieldByName(std::string(path));
  TL_CHECK(field != nullptr);
  return field;
}

const FieldDescriptor* Require(const Message& message, std::string_view path) {
  return Require(*message.GetDescriptor(), path);
}

bool IsSet(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return reflection->FieldSize(message, field) > 0;
  return reflection->HasField(message, field);
}

void TranslateAll(const Message& from, const TwinTypes& twins, Message& to);

// Of a field that is set, where it tells whether it is.
class OneField {
 public:
  OneField(const TwinTypes& types, const TwinField& twin, Message& to)
      : write_(*types.write), twin_(twin), to_(to) {}

  template <class Value>
  void Set(void (Reflection::*set)(Message*, const FieldDescriptor*, Value) const, Value value) {
    if (twin_.tells_presence || value != Value()) (write_.*set)(&to_, twin_.to, std::move(value));
  }

 private:
  const Reflection& write_;
  const TwinField& twin_;
  Message& to_;
};

void TranslateOne(const Message& from, const TwinTypes& types, const TwinField& twin, Message& to) {
  const Reflection& read = *types.read;
  OneField field(types, twin, to);
  switch (twin.type) {
    case FieldDescriptor::CPPTYPE_INT32:
      return field.Set(&Reflection::SetInt32, read.GetInt32(from, twin.from));
    case FieldDescriptor::CPPTYPE_INT64:
      return field.Set(&Reflection::SetInt64, read.GetInt64(from, twin.from));
    case FieldDescriptor::CPPTYPE_UINT32:
      return field.Set(&Reflection::SetUInt32, read.GetUInt32(from, twin.from));
    case FieldDescriptor::CPPTYPE_UINT64:
      return field.Set(&Reflection::SetUInt64, read.GetUInt64(from, twin.from));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return field.Set(&Reflection::SetDouble, read.GetDouble(from, twin.from));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return field.Set(&Reflection::SetFloat, read.GetFloat(from, twin.from));
    case FieldDescriptor::CPPTYPE_BOOL:
      return field.Set(&Reflection::SetBool, read.GetBool(from, twin.from));
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.Set(&Reflection::SetEnumValue, read.GetEnumValue(from, twin.from));
    case FieldDescriptor::CPPTYPE_STRING:
      return field.Set(&Reflection::SetString, read.GetString(from, twin.from));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return TranslateAll(read.GetMessage(from, twin.from), *twin.within,
                          *types.write->MutableMessage(&to, twin.to));
  }
}

void TranslateList(const Message& from, const TwinTypes& types, const TwinField& twin,
                   Message& to) {
  const Reflection* const read = types.read;
  const Reflection* const write = types.write;
  const int size = read->FieldSize(from, twin.from);
  if (size > 0) write->ClearField(&to, twin.to);
  for (int i = 0; i < size; ++i) {
    if (twin.type == FieldDescriptor::CPPTYPE_MESSAGE) {
      TranslateAll(read->GetRepeatedMessage(from, twin.from, i), *twin.within,
                   *write->AddMessage(&to, twin.to));
    } else if (twin.type == FieldDescriptor::CPPTYPE_ENUM) {
      write->AddEnumValue(&to, twin.to, read->GetRepeatedEnumValue(from, twin.from, i));
    } else {
      TL_CHECK(twin.type == FieldDescriptor::CPPTYPE_STRING);
      write->AddString(&to, twin.to, read->GetRepeatedString(from, twin.from, i));
    }
  }
}

// What is set of the field; what is not leaves `to` as it is.
void TranslateField(const Message& from, const TwinTypes& types, const TwinField& twin,
                    Message& to) {
  if (twin.repeated) {
    TranslateList(from, types, twin, to);
  } else if (!twin.tells_presence || types.read->HasField(from, twin.from)) {
    TranslateOne(from, types, twin, to);
  }
}

void TranslateAll(const Message& from, const TwinTypes& types, Message& to) {
  for (const TwinField& twin : types.fields) TranslateField(from, types, twin, to);
}

// `same` is of a type and itself: each field is its own twin.
void CopyField(const Message& from, const TwinTypes& same, std::size_t at, Message& to) {
  const TwinField& field = same.fields[at];
  same.write->ClearField(&to, field.to);
  TranslateField(from, same, field, to);
}

}  // namespace

bool HasPath(const Message& message, std::string_view path) {
  return Find(message, path) != nullptr;
}

bool Equal(const Message& a, const Message& b, std::string_view path) {
  const FieldDescriptor* field = Require(a, path);
  // The differencer takes "zero" and "not known" for the same.
  if (IsSet(a, field) != IsSet(b, field)) return false;
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, {field}, {field});
}

void Copy(const Message& from, std::string_view path, Message& to) {
  const FieldDescriptor* field = Require(from, path);
  TL_CHECK(from.GetDescriptor() == to.GetDescriptor());
  CopyField(from, TwinsOf(*from.GetDescriptor(), *to.GetDescriptor()),
            static_cast<std::size_t>(field->index()), to);
}

CopiedFields::CopiedFields(const Descriptor& type, std::initializer_list<std::string_view> paths)
    : type_(type) {
  for (const std::string_view path : paths) {
    at_.push_back(static_cast<std::size_t>(Require(type, path)->index()));
  }
}

void CopiedFields::Copy(const Message& from, Message& to) const {
  TL_CHECK(from.GetDescriptor() == &type_ && to.GetDescriptor() == &type_);
  const TwinTypes& same = TwinsOf(type_, type_);
  for (const std::size_t at : at_) CopyField(from, same, at, to);
}

std::vector<std::string> DifferingPaths(const Message& a, const Message& b) {
  std::vector<std::string> paths;
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    const std::string& path = a.GetDescriptor()->field(i)->name();
    if (!Equal(a, b, path)) paths.push_back(path);
  }
  return paths;
}

std::vector<Change> Changes(const Message& before, const Message& after) {
  std::vector<Change> changes;
  for (const std::string& path : DifferingPaths(before, after)) {
    changes.push_back({path, Show(before, path), Show(after, path)});
  }
  return changes;
}

std::optional<std::string> Show(const Message& message, std::string_view path) {
  const FieldDescriptor* field = Require(message, path);
  if (!IsSet(message, field)) return std::nullopt;
  return ShownValue(message, *field);
}

void Translate(const Message& from, Message& to) {
  TranslateAll(from, TwinsOf(*from.GetDescriptor(), *to.GetDescriptor()), to);
}

}  // namespace twinledger::fields
