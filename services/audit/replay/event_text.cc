#include "audit/replay/event_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

namespace twinledger::audit {
namespace {

// Null if this build knows no events of the stream.
const google::protobuf::Descriptor* MessageOf(std::string_view stream) {
  if (stream.empty()) return nullptr;
  std::string title(stream);
  title[0] = static_cast<char>(title[0] - 'a' + 'A');  // Streams are lower-case words.
  const std::string name = "twinledger." + std::string(stream) + ".events.v1." + title + "Event";
  return google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
}

std::unique_ptr<google::protobuf::Message> Parse(std::string_view stream,
                                                 const std::string& bytes) {
  const google::protobuf::Descriptor* const type = MessageOf(stream);
  if (type == nullptr) return nullptr;
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  return message->ParseFromString(bytes) ? std::move(message) : nullptr;
}

std::string TypeOf(const google::protobuf::Message& event) {
  const google::protobuf::Descriptor& type = *event.GetDescriptor();
  if (type.oneof_decl_count() == 0) return "";
  const google::protobuf::FieldDescriptor* const kind =
      event.GetReflection()->GetOneofFieldDescriptor(event, type.oneof_decl(0));
  return kind == nullptr ? "" : kind->name();
}

}  // namespace

std::vector<std::string> TypesIn(std::string_view stream, const log::v1::Commit& commit) {
  std::vector<std::string> types;
  for (const std::string& bytes : commit.events()) {
    const std::unique_ptr<google::protobuf::Message> event = Parse(stream, bytes);
    std::string type = event == nullptr ? "" : TypeOf(*event);
    types.push_back(type.empty() ? std::string(kUnknownType) : std::move(type));
  }
  if (commit.has_control()) types.emplace_back(kControlType);
  return types;
}

std::vector<std::string> KnownTypes(std::string_view stream) {
  std::vector<std::string> types;
  const google::protobuf::Descriptor* const message = MessageOf(stream);
  if (message == nullptr || message->oneof_decl_count() == 0) return types;
  const google::protobuf::OneofDescriptor& kinds = *message->oneof_decl(0);
  for (int i = 0; i < kinds.field_count(); ++i) types.push_back(kinds.field(i)->name());
  return types;
}

EventText ReadEvent(std::string_view stream, const std::string& bytes) {
  const std::unique_ptr<google::protobuf::Message> event = Parse(stream, bytes);
  if (event == nullptr || TypeOf(*event).empty()) return {};
  EventText text{TypeOf(*event), ""};
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (!google::protobuf::util::MessageToJsonString(*event, &text.json, options).ok()) return {};
  return text;
}

}  // namespace twinledger::audit
