// A reader on top of another: writes that are not stored yet, and below them what is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/store/key_value.h"

namespace twinledger::store {

// `above` and `below` must outlive it and its iterators; `above` must not change while one of these
// is in use. Threads: as `below`, while nobody writes `above`.
class Layered final : public KeyValueReader {
 public:
  Layered(const Batch& above, const KeyValueReader& below) : above_(above), below_(below) {}

  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;
  std::unique_ptr<Iterator> NewLookup() const override;
  bool MayHold(std::string_view row) const override;

 private:
  const Batch& above_;
  const KeyValueReader& below_;
};

}  // namespace twinledger::store
