// The smallest projection with rows worth comparing. For tests of the platform.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/projection/projection.h"

namespace twinledger::testing {

// An event is a word. An entity's row holds all its words; a row per word and entity says when the
// word came last. The word "forget" deletes the entity's row; "?" is one that this program does not
// know.
class TallyProjection final : public projection::Projection {
 public:
  static constexpr store::TableId kEntities = 16;
  static constexpr store::TableId kWords = 17;

  explicit TallyProjection(std::uint32_t schema_version = 1, bool decides = true)
      : schema_version_(schema_version), decides_(decides) {}

  std::string_view name() const override { return "tally"; }
  std::uint32_t schema_version() const override { return schema_version_; }
  std::vector<std::string> streams() const override { return {"registry"}; }
  bool Decides(std::string_view) const override { return decides_; }

  std::optional<projection::Unapplicable> Apply(const log::PartitionId&,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override {
    const log::v1::Commit& commit = accepted.commit;
    const std::string& entity = commit.key().id();
    for (const std::string& word : commit.events()) {
      const auto row = rows.Find(kEntities, {entity});
      if (!row) return projection::Unapplicable{row.error().message};
      if (word == "forget") {
        rows.Delete(kEntities, {entity});
      } else {
        rows.PutBytes(kEntities, {entity}, (*row ? (*row)->bytes + " " : "") + word);
      }
      rows.PutBytes(kWords, {word, entity}, std::to_string(commit.sequence()));
      // Behind the writes, which must be taken back.
      if (word == "?") return projection::Unapplicable{"the word ? is not known"};
    }
    return std::nullopt;
  }

 private:
  const std::uint32_t schema_version_;
  const bool decides_;
};

}  // namespace twinledger::testing
