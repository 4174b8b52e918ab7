#include "platform/log/made_here.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "platform/crypto/signature.h"
#include "platform/log/sign_record.h"

namespace twinledger::log {
namespace {

const crypto::SigningKey kKey = crypto::SigningKey::FromSeed(std::string(32, 'k'));
const crypto::SigningKey kOther = crypto::SigningKey::FromSeed(std::string(32, 'o'));

// As a writer makes one, of a commit with that method.
ReadRecord Made(const std::string& method) {
  v1::Commit commit;
  commit.set_method(method);
  MadeRecord made;
  made.body.add_commits(commit.SerializeAsString());
  std::string body = made.body.SerializeAsString();
  made.hash = crypto::Sha256(body);
  made.record = SignedRecord(std::move(body), kKey);
  made.bytes = made.record.SerializeAsString();
  std::vector<AcceptedCommit> commits;
  commits.push_back({commit, crypto::Sha256(made.body.commits(0))});
  made.commits = AcceptedCommits(std::move(commits));
  ReadRecord record(0, std::move(made));
  record.SetSignedBy(kKey.public_key());
  return record;
}

TEST(MadeHereTest, WhoReadsItBackHasWhatItsWriterParsed) {
  const ReadRecord made = Made("read back");
  NoteMadeHere(made);
  const std::optional<ReadRecord> read = TakeMadeHere(17, std::string(made.bytes()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->offset(), 17);
  EXPECT_EQ(read->commits().begin(), made.commits().begin()) << "parsed anew";
  EXPECT_TRUE(read->verified());
  EXPECT_TRUE(read->SignedBy(kKey.public_key()));
  EXPECT_FALSE(read->SignedBy(kOther.public_key()));
  EXPECT_FALSE(TakeMadeHere(17, made.bytes())) << "kept behind its reading";
}

TEST(MadeHereTest, WhatIsReadFromItsBytesIsTheSame) {
  const ReadRecord made = Made("the same");
  const ReadRecord read(0, made.bytes());
  ASSERT_TRUE(read.parsed());
  EXPECT_EQ(read.hash(), made.hash());
  ASSERT_EQ(read.commits().size(), made.commits().size());
  EXPECT_EQ(read.commits()[0].hash, made.commits()[0].hash);
  EXPECT_TRUE(read.SignedBy(kKey.public_key()));
}

TEST(MadeHereTest, OneThatDiffersInAByteIsNotKnown) {
  const ReadRecord made = Made("a byte");
  NoteMadeHere(made);
  std::string forged = made.bytes();
  forged.back() = static_cast<char>(forged.back() ^ 1);
  EXPECT_FALSE(TakeMadeHere(0, forged));
  EXPECT_FALSE(TakeMadeHere(0, Made("never noted").bytes()));
}

TEST(MadeHereTest, OfManyTheLastAreKept) {
  const ReadRecord first = Made("the first");
  NoteMadeHere(first);
  for (int i = 0; i < 100; ++i) NoteMadeHere(Made("one of many " + std::to_string(i)));
  EXPECT_FALSE(TakeMadeHere(0, first.bytes()));
  EXPECT_TRUE(TakeMadeHere(0, Made("one of many 99").bytes()));
}

// Some few large ones as well.
TEST(MadeHereTest, NoMoreThanAMebibyteOfThemIsKept) {
  const ReadRecord first = Made("before large ones");
  NoteMadeHere(first);
  for (int i = 0; i < 4; ++i) NoteMadeHere(Made(std::string(300'000, static_cast<char>('a' + i))));
  EXPECT_FALSE(TakeMadeHere(0, first.bytes()));
  EXPECT_TRUE(TakeMadeHere(0, Made(std::string(300'000, 'd')).bytes()));
}

}  // namespace
}  // namespace twinledger::log
