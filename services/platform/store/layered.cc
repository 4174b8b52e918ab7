#include "platform/store/layered.h"

#include <utility>

namespace twinledger::store {
namespace {

// Merges both layers: the smaller key is next, and where both have it the upper layer's value
// stands.
class Merge final : public Iterator {
 public:
  Merge(const Batch& above, std::unique_ptr<Iterator> below)
      : above_(above), upper_(above.end()), lower_(std::move(below)) {}

  bool Valid() const override { return at_upper_ || at_lower_; }

  void Seek(std::string_view key) override {
    upper_ = above_.lower_bound(key);
    lower_->Seek(key);
    Settle();
  }

  void Next() override {
    if (at_upper_) ++upper_;
    if (at_lower_) lower_->Next();
    Settle();
  }

  std::string_view key() const override { return at_upper_ ? upper_->first : lower_->key(); }
  std::string_view value() const override { return at_upper_ ? *upper_->second : lower_->value(); }
  Result<void> status() const override { return lower_->status(); }

 private:
  // Says which layers stand at the least key, past keys that the upper layer deletes.
  void Settle() {
    for (;;) {
      const bool upper = upper_ != above_.end();
      const bool lower = lower_->Valid();
      const int order = !upper ? 1 : !lower ? -1 : upper_->first.compare(lower_->key());
      at_upper_ = upper && order <= 0;
      at_lower_ = lower && order >= 0;
      if (!at_upper_ || upper_->second) return;
      ++upper_;
      if (at_lower_) lower_->Next();
    }
  }

  const Batch& above_;
  Batch::const_iterator upper_;
  std::unique_ptr<Iterator> lower_;
  bool at_upper_ = false;
  bool at_lower_ = false;
};

}  // namespace

Result<std::optional<std::string>> Layered::Get(std::string_view key) const {
  if (const auto found = above_.find(key); found != above_.end()) return found->second;
  return below_.Get(key);
}

std::unique_ptr<Iterator> Layered::NewIterator() const {
  return std::make_unique<Merge>(above_, below_.NewIterator());
}

std::unique_ptr<Iterator> Layered::NewLookup() const {
  return std::make_unique<Merge>(above_, below_.NewLookup());
}

bool Layered::MayHold(std::string_view row) const {
  const auto found = above_.lower_bound(row);
  return (found != above_.end() && found->first.starts_with(row)) || below_.MayHold(row);
}

}  // namespace twinledger::store
