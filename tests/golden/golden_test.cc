// Bytes that were written once are read for ever.
//
// Each <message>[.<case>].bin holds a serialized message, and the .txtpb beside it says what it
// means. A new message or kind gets a .txtpb, and `TWINLEDGER_ADD_GOLDEN=1 golden_test` writes the
// .bin that is missing; one that exists is never written again. If a test fails here, the change is
// wrong and not the file.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/engagement/state/v1/rows.pb.h"
#include "twinledger/log/v1/manifest.pb.h"
#include "twinledger/log/v1/record.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/registry/state/v1/rows.pb.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

const std::filesystem::path kFolder =
    std::filesystem::path(TWINLEDGER_SOURCE_DIR) / "tests" / "golden";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// Names without their ending: "twinledger.log.v1.Commit.done".
std::set<std::string> NamesOf(const std::string& ending) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ending) names.insert(entry.path().stem().string());
  }
  return names;
}

// Every kind of message that is kept; naming them here links them in.
const Descriptor* const kKept[] = {
    log::v1::Record::descriptor(),
    log::v1::RecordBody::descriptor(),
    log::v1::Commit::descriptor(),
    log::v1::ControlEvent::descriptor(),
    log::v1::Manifest::descriptor(),
    log::v1::SignedManifest::descriptor(),
    registry::events::v1::RegistryEvent::descriptor(),
    registry::state::v1::CouncilRow::descriptor(),
    registry::state::v1::PartnerRow::descriptor(),
    registry::state::v1::RelationshipRow::descriptor(),
    registry::state::v1::OpenRelationshipRow::descriptor(),
    registry::state::v1::OfficialRow::descriptor(),
    registry::state::v1::PrincipalRow::descriptor(),
    registry::state::v1::StrategicAssetRow::descriptor(),
    engagement::events::v1::EngagementEvent::descriptor(),
    engagement::state::v1::RecordRow::descriptor(),
    engagement::state::v1::RecordHolderRow::descriptor(),
    engagement::state::v1::KnownCouncilRow::descriptor(),
    engagement::state::v1::KnownRelationshipRow::descriptor(),
    engagement::state::v1::KnownPrincipalRow::descriptor(),
    engagement::state::v1::KnownOfficialRow::descriptor(),
    engagement::state::v1::KnownAssetRow::descriptor(),
    risk::events::v1::RiskEvent::descriptor(),
};

std::unique_ptr<Message> NewMessage(const std::string& name) {
  for (const Descriptor* type : kKept) {
    if (name != type->full_name() && !name.starts_with(type->full_name() + ".")) continue;
    return std::unique_ptr<Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  }
  return nullptr;
}

std::unique_ptr<Message> MeaningOf(const std::string& name) {
  std::unique_ptr<Message> meaning = NewMessage(name);
  EXPECT_NE(meaning, nullptr) << "no kept message has the name of the file";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadFile(kFolder / (name + ".txtpb")),
                                                            meaning.get()));
  return meaning;
}

void AddMissing() {
  const std::set<std::string> written = NamesOf(".bin");
  for (const std::string& name : NamesOf(".txtpb")) {
    if (written.contains(name)) continue;
    std::ofstream(kFolder / (name + ".bin"), std::ios::binary)
        << MeaningOf(name)->SerializeAsString();
  }
}

TEST(GoldenTest, EveryFileIsReadAsItsTextSays) {
  if (std::getenv("TWINLEDGER_ADD_GOLDEN") != nullptr) AddMissing();
  const std::set<std::string> names = NamesOf(".bin");
  ASSERT_EQ(names, NamesOf(".txtpb"));
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::unique_ptr<Message> meaning = MeaningOf(name);
    const std::unique_ptr<Message> read = NewMessage(name);
    ASSERT_TRUE(read->ParseFromString(ReadFile(kFolder / (name + ".bin"))));
    EXPECT_EQ(read->DebugString(), meaning->DebugString());  // Shows what is unknown, too.
  }
}

TEST(GoldenTest, EveryMessageThatIsKeptHasAFile) {
  const std::set<std::string> names = NamesOf(".bin");
  for (const Descriptor* type : kKept) {
    const auto first = names.lower_bound(type->full_name());
    EXPECT_TRUE(first != names.end() && first->starts_with(type->full_name())) << type->full_name();
  }
}

TEST(GoldenTest, EveryKindOfEventHasAFile) {
  const std::set<std::string> names = NamesOf(".bin");
  for (const Descriptor* type :
       {registry::events::v1::RegistryEvent::descriptor(),
        engagement::events::v1::EngagementEvent::descriptor(),
        risk::events::v1::RiskEvent::descriptor(), log::v1::ControlEvent::descriptor()}) {
    const auto* kind = type->oneof_decl(0);
    for (int i = 0; i < kind->field_count(); ++i) {
      const std::string name = type->full_name() + "." + kind->field(i)->name();
      EXPECT_TRUE(names.contains(name)) << name;
    }
  }
}

// An added field would be written by nobody's golden file.
TEST(GoldenTest, EveryFieldOfAnEventIsSetInSomeFile) {
  std::set<std::string> seen;
  const std::function<void(const Message&)> visit = [&](const Message& message) {
    const auto* reflection = message.GetReflection();
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const auto* field : fields) {
      seen.insert(field->full_name());
      if (field->message_type() == nullptr) continue;
      if (!field->is_repeated()) visit(reflection->GetMessage(message, field));
      for (int i = 0; field->is_repeated() && i < reflection->FieldSize(message, field); ++i) {
        visit(reflection->GetRepeatedMessage(message, field, i));
      }
    }
  };
  std::set<const Descriptor*> types;
  const std::function<void(const Descriptor*)> collect = [&](const Descriptor* type) {
    if (!types.insert(type).second) return;
    for (int i = 0; i < type->field_count(); ++i) {
      if (type->field(i)->message_type() != nullptr) collect(type->field(i)->message_type());
    }
  };
  for (const std::string& name : NamesOf(".bin")) {
    const std::unique_ptr<Message> read = NewMessage(name);
    ASSERT_TRUE(read->ParseFromString(ReadFile(kFolder / (name + ".bin"))));
    visit(*read);
  }
  for (const Descriptor* type : kKept) collect(type);
  for (const Descriptor* type : types) {
    for (int i = 0; i < type->field_count(); ++i) {
      EXPECT_TRUE(seen.contains(type->field(i)->full_name())) << type->field(i)->full_name();
    }
  }
}

}  // namespace
}  // namespace twinledger
