#include "platform/log/signed_here.h"

#include <gtest/gtest.h>

#include "platform/crypto/signature.h"
#include "platform/log/sign_record.h"

namespace twinledger::log {
namespace {

const crypto::SigningKey kKey = crypto::SigningKey::FromSeed(std::string(32, 'k'));
const crypto::SigningKey kOther = crypto::SigningKey::FromSeed(std::string(32, 'o'));

v1::Record Parsed(const std::string& bytes) {
  v1::Record record;
  EXPECT_TRUE(record.ParseFromString(bytes));
  return record;
}

TEST(SignedHereTest, ARecordIsKnownByItsBodyItsSignatureAndItsKey) {
  const crypto::Hash hash = crypto::Sha256("a body");
  const v1::Record record = SignRecordHere("a body", hash, kKey);
  EXPECT_TRUE(WasSignedHere(kKey.public_key(), hash, record.signature()));
  EXPECT_FALSE(WasSignedHere(kOther.public_key(), hash, record.signature()));
  EXPECT_FALSE(WasSignedHere(kKey.public_key(), crypto::Sha256("another"), record.signature()));
  std::string forged = record.signature();
  forged.back() = static_cast<char>(forged.back() ^ 1);
  EXPECT_FALSE(WasSignedHere(kKey.public_key(), hash, forged));
}

TEST(SignedHereTest, ItIsSignedAsAnyOtherRecordIs) {
  const v1::Record here = SignRecordHere("its body", crypto::Sha256("its body"), kKey);
  EXPECT_EQ(here.SerializeAsString(), SignRecord("its body", kKey));
}

TEST(SignedHereTest, WhatOthersSignedIsNotKnown) {
  const v1::Record record = Parsed(SignRecord("theirs", kKey));
  EXPECT_FALSE(WasSignedHere(kKey.public_key(), crypto::Sha256("theirs"), record.signature()));
}

}  // namespace
}  // namespace twinledger::log
