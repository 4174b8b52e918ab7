#include "platform/store/stacked.h"

#include <utility>

namespace twinledger::store {
namespace {

class Stacked final : public Iterator {
 public:
  Stacked(std::unique_ptr<Iterator> upper, std::unique_ptr<Iterator> lower)
      : upper_(std::move(upper)), lower_(std::move(lower)) {}

  bool Valid() const override { return upper_->Valid() || lower_->Valid(); }
  void Seek(std::string_view key) override {
    upper_->Seek(key);
    lower_->Seek(key);
    Settle();
  }
  void Next() override {
    const bool both = upper_->Valid() && lower_->Valid() && upper_->key() == lower_->key();
    if (both) lower_->Next();
    (at_upper_ ? upper_ : lower_)->Next();
    Settle();
  }
  std::string_view key() const override { return (at_upper_ ? upper_ : lower_)->key(); }
  std::string_view value() const override { return (at_upper_ ? upper_ : lower_)->value(); }
  Result<void> status() const override { return lower_->status(); }

 private:
  void Settle() {
    at_upper_ = upper_->Valid() && (!lower_->Valid() || upper_->key() <= lower_->key());
  }

  const std::unique_ptr<Iterator> upper_;
  const std::unique_ptr<Iterator> lower_;
  bool at_upper_ = false;
};

}  // namespace

std::unique_ptr<Iterator> Stack(std::unique_ptr<Iterator> upper, std::unique_ptr<Iterator> lower) {
  return std::make_unique<Stacked>(std::move(upper), std::move(lower));
}

}  // namespace twinledger::store
