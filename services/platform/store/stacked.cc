#include "platform/store/stacked.h"

#include <string>
#include <utility>

#include "platform/store/row_format.h"

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

// Of one row at a time.
class StackedLookup final : public Iterator {
 public:
  StackedLookup(std::unique_ptr<Iterator> newer, std::unique_ptr<Iterator> older)
      : newer_(std::move(newer)), older_(std::move(older)) {}

  bool Valid() const override { return At().Valid(); }
  void Seek(std::string_view key) override {
    row_ = RowOf(key);
    from_ = key;
    newer_->Seek(key);
    Settle();
  }
  void Next() override {
    if (!at_newer_) return older_->Next();
    from_ = newer_->key();
    from_ += '\0';  // The first key behind it.
    newer_->Next();
    Settle();
  }
  std::string_view key() const override { return At().key(); }
  std::string_view value() const override { return At().value(); }
  Result<void> status() const override { return At().status(); }

 private:
  const Iterator& At() const { return at_newer_ ? *newer_ : *older_; }

  void Settle() {
    at_newer_ = newer_->Valid() && IsVersionOf(newer_->key(), row_);
    if (!at_newer_) older_->Seek(from_);
  }

  const std::unique_ptr<Iterator> newer_;
  const std::unique_ptr<Iterator> older_;
  std::string row_;
  std::string from_;  // Where what is left begins.
  bool at_newer_ = false;
};

}  // namespace

std::unique_ptr<Iterator> StackLookup(std::unique_ptr<Iterator> newer,
                                      std::unique_ptr<Iterator> older) {
  return std::make_unique<StackedLookup>(std::move(newer), std::move(older));
}

std::unique_ptr<Iterator> Stack(std::unique_ptr<Iterator> upper, std::unique_ptr<Iterator> lower) {
  return std::make_unique<Stacked>(std::move(upper), std::move(lower));
}

}  // namespace twinledger::store
