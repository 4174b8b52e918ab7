#include "platform/server/lost_keys.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "platform/fields/sealed_name.h"
#include "platform/log/embedded/segment.h"

namespace twinledger::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of the events of a stream: twinledger.engagement.events.v1.EngagementEvent. Null for a stream
// whose events the program has not.
std::unique_ptr<Message> NewEvent(const std::string& stream) {
  std::string name = stream;
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      fmt::format("twinledger.{}.events.v1.{}Event", stream, name));
  if (type == nullptr) return nullptr;
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

using SealedVisitor = std::function<void(const std::string& path, const std::string& sealed)>;

void VisitSealed(const Message& message, const std::string& path, const SealedVisitor& visit) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* const field : set) {
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const bool is_sealed =
        field->type() == FieldDescriptor::TYPE_BYTES && fields::IsSealedName(field->name());
    if (!is_message && !is_sealed) continue;
    const std::string here = path.empty() ? field->name() : path + "." + field->name();
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (is_message) {
        VisitSealed(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                         : reflection.GetMessage(message, field),
                    here, visit);
      } else {
        visit(here, field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                         : reflection.GetString(message, field));
      }
    }
  }
}

// Of each partition, from where to read, and its end.
struct Stretch {
  std::vector<log::ReadFrom> from;
  std::map<log::PartitionId, log::Offset> left;
};

Result<Stretch> LastOf(log::EventLog& log, const std::filesystem::path& directory,
                       const log::Founding& founding, std::uint64_t records) {
  TL_TRY(const std::uint64_t last, log::LastSegment(directory));
  TL_TRY(const log::SegmentScanner segment, log::SegmentScanner::Open(directory, last));
  Stretch stretch;
  for (const log::PartitionId& partition : log::PartitionsOf(founding.root)) {
    TL_TRY(const log::Offset tail, log.Tail(partition));
    const log::Offset before = log::TailOf(segment.header().tails, partition).next_offset;
    const log::Offset start = std::max(tail - std::min(tail, records), before);
    if (start >= tail) continue;
    stretch.from.push_back({partition, start});
    stretch.left.emplace(partition, tail);
  }
  return stretch;
}

Result<void> LookAt(const log::StoredRecord& stored, LostKeysCount& count) {
  const log::ReadRecord record(stored.offset, stored.bytes);
  for (const log::AcceptedCommit& accepted : record.commits()) {
    TL_TRY_VOID(count.Look(stored.partition, accepted.commit));
  }
  return {};
}

}  // namespace

Result<void> LostKeysCount::Look(const log::PartitionId& partition, const log::v1::Commit& commit) {
  const std::unique_ptr<Message> event = NewEvent(partition.stream);
  if (event == nullptr) return {};
  Result<void> read;
  for (const std::string& bytes : commit.events()) {
    if (!event->ParseFromString(bytes)) continue;
    VisitSealed(*event, "", [&](const std::string& path, const std::string& sealed) {
      const std::optional<keyring::KeyId> id = keyring::KeyIdOf(sealed);
      if (!id || !read) return;
      const Result<bool> has = keyring_.Has(*id);
      if (!has) read = has.error();
      if (!has || *has || found_.fields++ > 0) return;
      found_.first = fmt::format("{}@{}, {}", log::ToString(partition), commit.sequence(), path);
    });
  }
  return read;
}

Result<LostKeys> FindLostKeys(log::EventLog& log, const std::filesystem::path& directory,
                              const log::Founding& founding, const keyring::Keyring& keyring,
                              std::uint64_t records) {
  LostKeysCount count(keyring);
  TL_TRY(Stretch last, LastOf(log, directory, founding, records));
  if (last.from.empty()) return count.found();
  TL_TRY(const auto reader, log.OpenReader(std::move(last.from)));
  while (!last.left.empty()) {
    TL_TRY(const auto batch, reader->Next(std::chrono::milliseconds(0)));
    if (batch.empty()) break;
    for (const log::StoredRecord& stored : batch) {
      TL_TRY_VOID(LookAt(stored, count));
      const auto end = last.left.find(stored.partition);
      if (end != last.left.end() && stored.offset + 1 >= end->second) last.left.erase(end);
    }
  }
  return count.found();
}

}  // namespace twinledger::server
