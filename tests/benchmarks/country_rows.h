// The rows of a country of any size on RocksDB, written by a projection from commits of 46 days:
// councils and their relationships on the first day, then gifts round by round, one a relationship,
// each verified when the next round comes. So on any day behind the first every relationship is
// there, and rows have versions from before and behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/projection/projection.h"
#include "platform/store/key_value.h"
#include "platform/store/table.h"
#include "risk/domain/day.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

inline constexpr risk::Day kFirstDay = 20'454;  // 1 January 2026.
inline constexpr risk::Day kLastDay = 20'500;
inline constexpr int kRelationshipsOfOne = 20;  // Of a council.

std::string CouncilOf(int number);
std::string RelationshipOf(int number);

struct CountryShape {
  int relationships = 0;
  int gifts_of_one = 3;
  // Gifts of the first relationship alone, beside those: 10,000 are more than a country should have
  // for each.
  int more_of_first = 0;
};

// Threads: confined to one.
class CountryRows {
 public:
  CountryRows(const projection::Projection& projection, const CountryShape& shape);

  const store::KeyValueStore& rows() const { return *store_; }
  const store::Cut& cut() const { return cut_; }  // How far they go.

  // Another gift to the council by the partner of one of its relationships, on the last day.
  void AddGift(int council, int relationship);

  // A commit of the council, on the last day.
  void Apply(const std::string& stream, const std::string& council, const std::string& event);

 private:
  void AddCouncil(int number, int relationships);
  void SubmitGift(int relationship, std::int64_t time_us);
  void VerifyGift(int relationship, int record, std::int64_t time_us);
  void Apply(const std::string& stream, const std::string& council, const std::string& event,
             std::int64_t time_us);

  const projection::Projection& projection_;
  const TempDirectory directory_;
  std::unique_ptr<store::KeyValueStore> store_;
  store::Cut cut_;
  int records_ = 0;
};

}  // namespace twinledger::testing
