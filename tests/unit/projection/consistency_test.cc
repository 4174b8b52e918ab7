#include "platform/projection/consistency.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "platform/projection/commit_of_row.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"
#include "platform/store/memory_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using testing::TallyHistory;
using testing::TallyProjection;

const log::PartitionId kHere = TallyHistory::Id(0);

ConsistencyToken SomeToken() { return {{"registry", 3}, 17, crypto::Sha256("commit")}; }

TEST(ConsistencyTokenTest, ComesBackAsItWas) {
  const Result<ConsistencyToken> token = DecodeToken(EncodeToken(SomeToken()));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(*token, SomeToken());
}

TEST(ConsistencyTokenTest, RefusesWhatNoReceiptHolds) {
  const std::string good = EncodeToken(SomeToken());
  // 47 bytes leave the last character two bits that must be zero.
  std::string spare_bits = EncodeToken({{"risk", 3}, 17, {}});
  ++spare_bits.back();
  const struct {
    std::string name;
    std::string text;
  } kCases[] = {
      {"empty", ""},
      {"cut", good.substr(0, good.size() - 2)},
      {"longer", good + "AAAA"},
      {"not base64url", "registry/3/17"},
      {"padded", good + "="},
      {"spaces", " " + good},
      {"another spelling", spare_bits},
      {"sequence zero", EncodeToken({{"registry", 0}, 0, {}})},
      {"no stream", EncodeToken({{"", 0}, 1, {}})},
      {"far too long", std::string(100'000, 'A')},
  };
  for (const auto& [name, text] : kCases) {
    SCOPED_TRACE(name);
    const Result<ConsistencyToken> token = DecodeToken(text);
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().code, Code::kInvalidArgument);
    EXPECT_EQ(token.error().reason, "TOKEN_MALFORMED");
  }
}

class ConsistencyTest : public ::testing::Test {
 protected:
  // Commits 1 to 4, recorded at 0 s, 2 s, 3 s and 4 s.
  ConsistencyTest() {
    history_.Add(0, {{0, {"a"}}});
    history_.Add(0, {{0, {"b"}}, {0, {"c"}}});
    const auto view = *PartitionView::Open(store_, projection_, history_.founding(), kHere);
    for (std::size_t i = 0; i < history_.records(0).size(); ++i) {
      EXPECT_TRUE(view->Consume(history_.Read(0, i)).ok());
    }
  }

  TallyHistory history_;
  TallyProjection projection_;
  store::MemoryStore store_;
};

TEST_F(ConsistencyTest, ATokenIsHeldAgainstTheCommitAtItsPosition) {
  const auto row = store::CutReader(store_).Get(kCommits, SequenceKey(kHere, 3));
  ASSERT_TRUE(row.ok() && *row);
  ConsistencyToken token{kHere, 3, {}};
  ASSERT_TRUE(crypto::HashFromBytes((*row)->hash(), token.commit_hash));
  EXPECT_TRUE(CheckToken(store_, token).ok());

  ConsistencyToken other = token;
  other.commit_hash[0] ^= 1;
  ConsistencyToken beyond = token;
  beyond.sequence = 5;
  for (const ConsistencyToken& wrong : {other, beyond}) {
    const Result<void> checked = CheckToken(store_, wrong);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code, Code::kDataLoss);
    EXPECT_EQ(checked.error().reason, "TOKEN_MISMATCH");
  }
}

TEST_F(ConsistencyTest, CommitsThatWereNotSeenYetAreVisitedInOrder) {
  const auto visited = [&](log::Sequence seen, log::Sequence end) {
    std::string hashes;
    const Result<void> result =
        VisitCommits(store_, kHere, seen, end, [&](const v1::CommitRow& commit) -> Result<void> {
          hashes += commit.hash();
          return {};
        });
    EXPECT_TRUE(result.ok());
    return hashes;
  };
  const auto hash_of = [&](log::Sequence sequence) {
    return CommitOfRow(store::CutReader(store_), kHere, sequence)->hash();
  };
  EXPECT_EQ(visited(0, 2), hash_of(1) + hash_of(2));
  EXPECT_EQ(visited(1, 2), hash_of(2));
  EXPECT_EQ(visited(1, 100), visited(1, 4)) << "those that there are";
  EXPECT_EQ(visited(2, 2), "");
  const Error gone{Code::kUnavailable, "no more", "STORE_IO"};
  int visits = 0;
  const Result<void> ended =
      VisitCommits(store_, kHere, 0, 2, [&](const v1::CommitRow&) -> Result<void> {
        ++visits;
        return gone;
      });
  EXPECT_EQ(ended.error().reason, "STORE_IO");
  EXPECT_EQ(visits, 1);
}

TEST_F(ConsistencyTest, ACutOfATimeEndsWithTheLastCommitRecordedUpToIt) {
  const Result<store::Cut> now = CutOf(store_, history_.founding(), {"registry"});
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->at(kHere), 4u);
  const struct {
    std::int64_t time_us;
    log::Sequence sequence;
  } kCases[] = {{-1, 0},        {0, 1},         {1'999'999, 1}, {2'000'000, 2},
                {3'500'000, 3}, {4'000'000, 4}, {9'000'000, 4}};
  for (const auto& [time_us, sequence] : kCases) {
    SCOPED_TRACE(time_us);
    const auto cut = CutAt(store_, *now, WallTime(std::chrono::microseconds(time_us)));
    ASSERT_TRUE(cut.ok());
    EXPECT_EQ(cut->at(kHere), sequence);
  }
  const auto within = CutAt(store_, {{kHere, 2}}, WallTime(std::chrono::seconds(9)));
  EXPECT_EQ(within->at(kHere), 2u) << "a cut never goes beyond the one that it lies within";
}

}  // namespace
}  // namespace twinledger::projection
