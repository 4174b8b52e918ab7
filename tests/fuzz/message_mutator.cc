#include "tests/fuzz/message_mutator.h"

#include <cstdint>
#include <limits>

namespace twinledger::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDepthMax = 8;
constexpr int kElementsMax = 8;
constexpr int kEnumNumbers = 9;  // The last ones are of no word mostly.

class Mutation {
 public:
  Mutation(const Vocabulary& words, std::minstd_rand& dice) : words_(words), dice_(dice) {}

  void Of(Message& message, int depth) {
    const auto& type = *message.GetDescriptor();
    if (type.field_count() == 0 || depth == 0) return;
    const FieldDescriptor& field = *type.field(Below(type.field_count()));
    const Reflection& access = *message.GetReflection();
    if (field.is_repeated()) return Repeated(message, access, field, depth);
    if (access.HasField(message, &field) && Below(8) == 0) {
      return access.ClearField(&message, &field);
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return Of(*access.MutableMessage(&message, &field), depth - 1);
    }
    Set(message, access, field);
  }

 private:
  int Below(int bound) { return static_cast<int>(dice_() % static_cast<unsigned>(bound)); }

  template <class Value>
  const Value& OneOf(const std::vector<Value>& values) {
    return values[static_cast<std::size_t>(Below(static_cast<int>(values.size())))];
  }

  void Repeated(Message& message, const Reflection& access, const FieldDescriptor& field,
                int depth) {
    const int size = access.FieldSize(message, &field);
    if (size > 0 && Below(4) == 0) return access.RemoveLast(&message, &field);
    if (size > 1 && Below(4) == 0) {
      return access.SwapElements(&message, &field, Below(size), Below(size));
    }
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return Add(message, access, field);
    const bool adds = size == 0 || (size < kElementsMax && Below(4) == 0);
    Of(adds ? *access.AddMessage(&message, &field)
            : *access.MutableRepeatedMessage(&message, &field, Below(size)),
       depth - 1);
  }

  std::string Text(const FieldDescriptor& field) {
    if (Below(16) == 0) return std::string(static_cast<std::size_t>(Below(70)), 'x');
    return OneOf(field.type() == FieldDescriptor::TYPE_BYTES ? words_.bytes : words_.texts);
  }

  std::int64_t Number() {
    static const std::vector<std::int64_t> edges{0,
                                                 1,
                                                 -1,
                                                 12,
                                                 31,
                                                 2'026,
                                                 20'634,
                                                 1'000'000,
                                                 std::numeric_limits<std::int32_t>::max(),
                                                 std::numeric_limits<std::int32_t>::min(),
                                                 std::numeric_limits<std::int64_t>::max(),
                                                 std::numeric_limits<std::int64_t>::min()};
    return Below(2) == 0 ? OneOf(edges) : Below(3'000);
  }

  void Set(Message& message, const Reflection& access, const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return access.SetString(&message, &field, Text(field));
      case FieldDescriptor::CPPTYPE_BOOL:
        return access.SetBool(&message, &field, Below(2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return access.SetEnumValue(&message, &field, Below(kEnumNumbers));
      case FieldDescriptor::CPPTYPE_INT32:
        return access.SetInt32(&message, &field, static_cast<std::int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_UINT32:
        return access.SetUInt32(&message, &field, static_cast<std::uint32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return access.SetInt64(&message, &field, Number());
      case FieldDescriptor::CPPTYPE_UINT64:
        return access.SetUInt64(&message, &field, static_cast<std::uint64_t>(Number()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

  void Add(Message& message, const Reflection& access, const FieldDescriptor& field) {
    if (access.FieldSize(message, &field) >= kElementsMax) return;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return access.AddString(&message, &field, Text(field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return access.AddEnumValue(&message, &field, Below(kEnumNumbers));
      case FieldDescriptor::CPPTYPE_INT32:
        return access.AddInt32(&message, &field, static_cast<std::int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return access.AddInt64(&message, &field, Number());
      case FieldDescriptor::CPPTYPE_UINT32:
      case FieldDescriptor::CPPTYPE_UINT64:
      case FieldDescriptor::CPPTYPE_BOOL:
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

  const Vocabulary& words_;
  std::minstd_rand& dice_;
};

}  // namespace

void MutateMessage(Message& message, const Vocabulary& words, std::minstd_rand& dice) {
  Mutation(words, dice).Of(message, kDepthMax);
}

}  // namespace twinledger::testing
