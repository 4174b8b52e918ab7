#include "audit/replay/event_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

namespace twinledger::audit {
namespace {

std::unique_ptr<google::protobuf::Message> Parse(std::string_view stream,
                                                 const std::string& bytes) {
  if (stream.empty()) return nullptr;
  std::string title(stream);
  title[0] = static_cast<char>(title[0] - 'a' + 'A');  // Streams are lower-case words.
  const std::string name = "twinledger." + std::string(stream) + ".events.v1." + title + "Event";
  const google::protobuf::Descriptor* const type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
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

std::string EventType(std::string_view stream, const std::string& bytes) {
  const std::unique_ptr<google::protobuf::Message> event = Parse(stream, bytes);
  return event == nullptr ? "" : TypeOf(*event);
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
