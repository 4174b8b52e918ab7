// Sealed fields and the slots of a keyring's file: what was sealed opens in its place and nowhere
// else, and bytes that nobody sealed are told as damage.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <string>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/sealed_field.h"
#include "tests/fuzz/fuzz_target.h"

namespace twinledger::keyring {
namespace {

const SubjectKey& Key() {
  static const SubjectKey key = [] {
    KeyId id;
    id.fill(7);
    return SubjectKey::Of(id, crypto::SecretBytes::Copy(std::string(kSubjectKeyBytes, 's')));
  }();
  return key;
}

void SealAndOpen(FuzzedDataProvider& choice) {
  const std::string key = choice.ConsumeRandomLengthString(140);
  const std::string path = choice.ConsumeRandomLengthString(140);
  const FieldContext context{"registry", key, "official_registered", path, "request", ""};
  const std::string text = choice.ConsumeRandomLengthString(200);
  const auto sealed = SealField(Key(), "log", context, "twelve bytes", text);
  if (!sealed.ok()) {
    TL_CHECK(key.size() > kContextPartBytesMax || path.size() > kContextPartBytesMax);
    return;
  }
  const auto opened = OpenField(Key(), "log", context, *sealed);
  TL_CHECK(opened.ok() && *opened == text);
  std::string altered = *sealed;
  const auto at = choice.ConsumeIntegralInRange<std::size_t>(0, altered.size() - 1);
  altered[at] = static_cast<char>(altered[at] ^ choice.ConsumeIntegralInRange(1, 255));
  TL_CHECK(!OpenField(Key(), "log", context, altered).ok());
  FieldContext elsewhere = context;
  elsewhere.request_id = "another";
  TL_CHECK(!OpenField(Key(), "log", elsewhere, *sealed).ok());
  // Nor where the parts of its place run together.
  const std::string run_on = std::string(context.stream) + key.substr(0, 1);
  elsewhere = context;
  elsewhere.stream = run_on;
  elsewhere.entity_key = std::string_view(key).substr(std::min<std::size_t>(1, key.size()));
  if (!key.empty()) TL_CHECK(!OpenField(Key(), "log", elsewhere, *sealed).ok());
}

void ReadSlots(FuzzedDataProvider& choice) {
  const std::filesystem::path path = "epoch-1.keys";
  KeyringHeader header;
  header.epoch = 1;
  header.log_id = "log";
  if (const auto read = DecodeHeader(choice.ConsumeRandomLengthString(200), path); read.ok()) {
    header = *read;
  }
  std::string slots = choice.ConsumeRemainingBytesAsString();
  // Half of them with sums that are right, as a hand that knows the format makes them.
  for (std::size_t at = 0; at + kSlotBytes <= slots.size(); at += 2 * kSlotBytes) {
    const auto sum = crypto::Sha256(slots.substr(at, kSlotBytes - 12));
    slots.replace(at + kSlotBytes - 12, 12, crypto::Bytes(sum).substr(0, 12));
  }
  const auto scanned = ScanEntries(slots, kSlotBytes, header, path);
  if (!scanned.ok()) return;
  TL_CHECK(scanned->whole_bytes <= slots.size());
  for (std::size_t i = 0; i < scanned->entries.size(); ++i) {
    TL_CHECK(EncodeEntry(scanned->entries[i]) == slots.substr(i * kSlotBytes, kSlotBytes));
  }
}

}  // namespace
}  // namespace twinledger::keyring

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kContextRunsTogether;

void twinledger::testing::FuzzOne(std::string_view input) {
  FuzzedDataProvider choice(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  if (choice.ConsumeBool()) return keyring::SealAndOpen(choice);
  if (choice.ConsumeBool()) return keyring::ReadSlots(choice);
  const keyring::FieldContext context{"registry", "official/1", "official_registered",
                                      "name",     "r",          ""};
  TL_CHECK(
      !keyring::OpenField(keyring::Key(), "log", context, choice.ConsumeRemainingBytesAsString())
           .ok());
}
