#include "platform/writer/request_digest.h"

#include <gtest/gtest.h>

namespace twinledger::writer {
namespace {

TEST(RequestDigestTest, TellsApartWhatDiffersInAnyPart) {
  const crypto::Hash digest = RequestDigest("key", "S/M", "actor", "body");
  EXPECT_EQ(digest, RequestDigest("key", "S/M", "actor", "body"));
  EXPECT_NE(digest, RequestDigest("other", "S/M", "actor", "body"));
  EXPECT_NE(digest, RequestDigest("key", "S/N", "actor", "body"));
  EXPECT_NE(digest, RequestDigest("key", "S/M", "another", "body"));
  EXPECT_NE(digest, RequestDigest("key", "S/M", "actor", "changed"));
}

TEST(RequestDigestTest, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(RequestDigest("key", "ab", "c", "d"), RequestDigest("key", "a", "bc", "d"));
  EXPECT_NE(RequestDigest("key", "a", "bc", "d"), RequestDigest("key", "a", "b", "cd"));
}

// It is stored in the log for ever, so it must never be computed otherwise.
TEST(RequestDigestTest, IsTheSameForEver) {
  EXPECT_EQ(crypto::Hex(RequestDigest("key", "S/M", "actor", "body")),
            "4bc9570191c3dad37471a1fdcc7a364ec53ebc228283be038356f82db6cd2c6e");
}

}  // namespace
}  // namespace twinledger::writer
