#include "platform/crypto/aead.h"

#include <gtest/gtest.h>

#include <string>

#include "platform/crypto/system_random.h"

namespace twinledger::crypto {
namespace {

class AeadTest : public ::testing::Test {
 protected:
  SystemRandom random_;
  SecretBytes key_ = SecretBytes::Random(kAeadKeyBytes, random_);
  std::string nonce_ = random_.Bytes(kAeadNonceBytes);
};

TEST_F(AeadTest, WhateverBitIsFlippedNothingIsOpened) {
  const std::string sealed = SealAes256Gcm(key_, nonce_, "about it", "a name");
  ASSERT_EQ(OpenAes256Gcm(key_, nonce_, "about it", sealed), "a name");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string altered = sealed;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenAes256Gcm(key_, nonce_, "about it", altered)) << bit;
  }
}

TEST_F(AeadTest, WhateverIsCutOffNothingIsOpened) {
  const std::string sealed = SealAes256Gcm(key_, nonce_, "", "a name");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(OpenAes256Gcm(key_, nonce_, "", sealed.substr(0, size))) << size;
  }
  EXPECT_FALSE(OpenAes256Gcm(key_, nonce_, "", sealed + "x"));
}

TEST_F(AeadTest, AnotherKeyNonceOrContextOpensNothing) {
  const std::string sealed = SealAes256Gcm(key_, nonce_, "about it", "a name");
  const SecretBytes other = SecretBytes::Random(kAeadKeyBytes, random_);
  EXPECT_FALSE(OpenAes256Gcm(other, nonce_, "about it", sealed));
  EXPECT_FALSE(OpenAes256Gcm(key_, random_.Bytes(kAeadNonceBytes), "about it", sealed));
  EXPECT_FALSE(OpenAes256Gcm(key_, nonce_, "about that", sealed));
  EXPECT_FALSE(OpenAes256Gcm(key_, nonce_, "", sealed));
}

TEST_F(AeadTest, AWrappedKeyComesBackAsASecret) {
  const SecretBytes inner = SecretBytes::Random(kAeadKeyBytes, random_);
  const std::string wrapped = SealAes256Gcm(key_, nonce_, "of whom", inner.bytes());
  const std::optional<SecretBytes> opened = OpenSecretAes256Gcm(key_, nonce_, "of whom", wrapped);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(EqualInConstantTime(opened->bytes(), inner.bytes()));
  EXPECT_FALSE(OpenSecretAes256Gcm(key_, nonce_, "of another", wrapped));
  // No key is that long.
  const std::string text = SealAes256Gcm(key_, nonce_, "", std::string(65, 'x'));
  EXPECT_FALSE(OpenSecretAes256Gcm(key_, nonce_, "", text));
}

}  // namespace
}  // namespace twinledger::crypto
