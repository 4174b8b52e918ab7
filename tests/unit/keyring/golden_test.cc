// The bytes that are for ever: tests/golden/keyring.v1.json. golden_check.py makes the same ones in
// another language.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/crypto/hash.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/sealed_field.h"

namespace twinledger::keyring {
namespace {

using nlohmann::json;

json Golden() {
  std::ifstream file(TWINLEDGER_SOURCE_DIR "/tests/golden/keyring.v1.json");
  return json::parse(file);
}

std::string Unhex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string BytesIn(const json& of, const char* name) { return Unhex(of[name]); }

SubjectKey KeyIn(const json& of) {
  return SubjectKey::Of(ArrayOf<sizeof(KeyId)>(BytesIn(of, "key_id")),
                        crypto::SecretBytes::Copy(BytesIn(of, "key")));
}

TEST(KeyringGoldenTest, SealedFieldsAreTheBytesOfEver) {
  const json cases = Golden()["sealed_fields"];
  ASSERT_EQ(cases.size(), 3u);
  for (const json& each : cases) {
    const std::string log_id = each["log_id"];
    const std::string stream = each["stream"];
    const std::string entity_key = each["entity_key"];
    const std::string event_type = each["event_type"];
    const std::string field_path = each["field_path"];
    const std::string request_id = each["request_id"];
    const std::string classification = each["classification"];
    const std::string text = each["text"];
    const FieldContext context{.stream = stream,
                               .entity_key = entity_key,
                               .event_type = event_type,
                               .field_path = field_path,
                               .request_id = request_id,
                               .classification = classification};
    const SubjectKey key = KeyIn(each);
    const Result<std::string> sealed =
        SealField(key, log_id, context, BytesIn(each, "nonce"), text);
    ASSERT_TRUE(sealed) << sealed.error().message;
    EXPECT_EQ(crypto::Hex(*sealed), each["sealed"]);
    const Result<std::string> opened = OpenField(key, log_id, context, BytesIn(each, "sealed"));
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(*opened, text);
  }
}

TEST(KeyringGoldenTest, TheFileIsTheBytesOfEver) {
  const json ring = Golden()["keyring"];
  const crypto::SecretBytes kek = crypto::SecretBytes::Copy(BytesIn(ring, "kek"));
  const KeyringHeader header{
      .epoch = ring["epoch"], .log_id = ring["log_id"], .kek_check = KekCheckOf(kek)};
  EXPECT_EQ(crypto::Hex(EncodeHeader(header)), ring["header"]);
  const Result<KeyringHeader> decoded = DecodeHeader(BytesIn(ring, "header"), "golden");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, header);

  std::string slots;
  std::vector<KeyEntry> entries;
  for (const json& each : ring["entries"]) {
    const SubjectKey key = KeyIn(each);
    KeyEntry entry = WrapKey(kek, header.epoch, BytesIn(each, "nonce"),
                             SubjectId(each["subject"].get<std::string>()), key);
    if (each["kind"] == 2) {
      entry.kind = KeyEntry::Kind::kErased;
      entry.nonce = {};
      entry.wrapped = {};
    } else {
      const std::optional<SubjectKey> unwrapped = UnwrapKey(kek, entry);
      ASSERT_TRUE(unwrapped);
      EXPECT_EQ(unwrapped->secret.bytes(), key.secret.bytes());
    }
    EXPECT_EQ(crypto::Hex(EncodeEntry(entry)), each["slot"]);
    slots += BytesIn(each, "slot");
    entries.push_back(std::move(entry));
  }
  const Result<ScannedEntries> scanned = ScanEntries(slots, kSlotBytes, header, "golden");
  ASSERT_TRUE(scanned) << scanned.error().message;
  EXPECT_EQ(scanned->entries, entries);
  EXPECT_EQ(scanned->whole_bytes, slots.size());
}

}  // namespace
}  // namespace twinledger::keyring
