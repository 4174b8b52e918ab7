#include "platform/log/signed_here.h"

#include <array>
#include <cstddef>
#include <mutex>
#include <string>

namespace twinledger::log {
namespace {

class SignedRecords {
 public:
  void Note(const v1::PublicKey& key, const crypto::Hash& body, std::string_view signature) {
    const std::lock_guard lock(mutex_);
    SlotOf(body) = {key.value(), body, std::string(signature)};
  }

  bool Has(const v1::PublicKey& key, const crypto::Hash& body, std::string_view signature) {
    const std::lock_guard lock(mutex_);
    const Slot& slot = SlotOf(body);
    return slot.body == body && slot.key == key.value() && slot.signature == signature &&
           !signature.empty();
  }

 private:
  struct Slot {
    std::string key;
    crypto::Hash body{};
    std::string signature;
  };
  // A feed is some ten records behind the writers.
  static constexpr std::size_t kSlots = 256;

  Slot& SlotOf(const crypto::Hash& body) { return slots_[body.front() % kSlots]; }

  std::mutex mutex_;
  std::array<Slot, kSlots> slots_;
};

SignedRecords& Records() {
  static auto* const records =  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
      new SignedRecords;
  return *records;
}

}  // namespace

void NoteSignedHere(const v1::PublicKey& key, const crypto::Hash& body,
                    std::string_view signature) {
  Records().Note(key, body, signature);
}

bool WasSignedHere(const v1::PublicKey& key, const crypto::Hash& body, std::string_view signature) {
  return Records().Has(key, body, signature);
}

}  // namespace twinledger::log
