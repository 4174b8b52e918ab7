// AES-256-GCM, HMAC and HKDF against answers that others published: test cases of the GCM
// specification (McGrew and Viega, as NIST took it), RFC 4231, and Wycheproof (C2SP).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "platform/crypto/aead.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/key_derivation.h"
#include "platform/crypto/uuid5.h"

namespace twinledger::crypto {
namespace {

std::string Unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(KnownAnswersTest, Aes256GcmSealsAndOpensAsPublished) {
  const struct {
    const char* name;
    const char* key;
    const char* nonce;
    const char* additional;
    const char* plaintext;
    const char* ciphertext;
    const char* tag;
  } kCases[] = {
      {"GCM 13", "0000000000000000000000000000000000000000000000000000000000000000",
       "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {"GCM 14", "0000000000000000000000000000000000000000000000000000000000000000",
       "000000000000000000000000", "", "00000000000000000000000000000000",
       "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
      {"GCM 15", "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
       "cafebabefacedbaddecaf888", "",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf"
       "0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
       "8b1056828838c5f61e6393ba7a0abcc9f662898015ad",
       "b094dac5d93471bdec1a502270e3cc6c"},
      {"GCM 16", "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
       "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf"
       "0e2449a6b525b16aedf5aa0de657ba637b39",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
       "8b1056828838c5f61e6393ba7a0abcc9f662",
       "76fc6ece0f4e1768cddf8853bb2d551b"},
      {"Wycheproof 91", "92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20",
       "00112233445566778899aabb", "00000000ffffffff", "00010203040506070809",
       "e27abdd2d2a53d2f136b", "9a4a2579529301bcfb71c78d4060f52c"},
      {"Wycheproof 92", "29d3a44f8723dc640239100c365423a312934ac80239212ac3df3421a2098123",
       "00112233445566778899aabb", "aabbccddeeff", "", "", "2a7d77fa526b8250cb296078926b5020"},
      {"Wycheproof 93", "80ba3192c803ce965ea371d5ff073cf0f43b6a2ab576b208426e11409c09b9b0",
       "4da5bf8dfd5852c1ea12379d", "", "", "", "4771a7c404a472966cea8f73c8bfe17a"},
      {"Wycheproof 94", "cc56b680552eb75008f5484b4cb803fa5063ebd6eab91f6ab6aef4916a766273",
       "99e23ec48985bccdeeab60f1", "", "2a", "06", "633c1e9703ef744ffffb40edf9d14355"},
      {"Wycheproof 95", "51e4bf2bad92b7aff1a4bc05550ba81df4b96fabf41c12c7b00e60e48db7e152",
       "4f07afedfdc3b6c2361823d3", "", "be3308f72a2c6aed", "cf332a12fdee800b",
       "602e8d7c4799d62c140c9bb834876b09"},
      {"Wycheproof 96", "67119627bd988eda906219e08c0d0d779a07d208ce8a4fe0709af755eeec6dcb",
       "68ab7fdbf61901dad461d23c", "", "51f8c1f731ea14acdb210a6d973e07",
       "43fc101bff4b32bfadd3daf57a590e", "ec04aacb7148a8b8be44cb7eaf4efa69"},
      {"Wycheproof 97", "59d4eafb4de0cfc7d3db99a8f54b15d7b39f0acc8da69763b019c1699f87674a",
       "2fcb1b38a99e71b84740ad9b", "", "549b365af913f3b081131ccb6b825588",
       "f58c16690122d75356907fd96b570fca", "28752c20153092818faba2a334640d6e"},
      {"Wycheproof 98", "3b2458d8176e1621c0cc24c0c0e24c1e80d72f7ee9149a4b166176629616d011",
       "45aaa3e5d16d2d42dc03445d", "", "3ff1514b1c503915918f0c0c31094a6e1f",
       "73a6b6f45f6ccc5131e07f2caa1f2e2f56", "2d7379ec1db5952d4e95d30c340b1b1d"},
      {"Wycheproof 99", "0212a8de5007ed87b33f1a7090b6114f9e08cefd9607f2c276bdcfdbc5ce9cd7",
       "e6b1adf2fd58a8762c65f31b", "", "10f1ecf9c60584665d9ae5efe279e7f7377eea6916d2b111",
       "0843fff52d934fc7a071ea62c0bd351ce85678cde3ea2c9e", "7355fde599006715053813ce696237a8"},
      {"Wycheproof 100", "b279f57e19c8f53f2f963f5f2519fdb7c1779be2ca2b3ae8e1128b7d6c627fc4",
       "98bc2c7438d5cd7665d76f6e", "c0", "fcc515b294408c8645c9183e3f4ecee5127846d1",
       "eb5500e3825952866d911253f8de860c00831c81", "ecb660e1fb0541ec41e8d68a64141b3a"},
      {"Wycheproof 101", "cdccfe3f46d782ef47df4e72f0c02d9c7f774def970d23486f11a57f54247f17",
       "376187894605a8d45e30de51", "956846a209e087ed", "e28e0e9f9d22463ac0e42639b530f42102fded75",
       "feca44952447015b5df1f456df8ca4bb4eee2ce2", "082e91924deeb77880e1b1c84f9b8d30"},
      {"Wycheproof 102", "f32364b1d339d82e4f132d8f4a0ec1ff7e746517fa07ef1a7f422f4e25a48194",
       "5a86a50a0e8a179c734b996d", "ab2ac7c44c60bdf8228c7884adb20184",
       "43891bccb522b1e72a6b53cf31c074e9d6c2df8e", "43dda832e942e286da314daa99bef5071d9d2c78",
       "c3922583476ced575404ddb85dd8cd44"},
      {"Wycheproof 103", "ff0089ee870a4a39f645b0a5da774f7a5911e9696fc9cad646452c2aa8595a12",
       "bc2a7757d0ce2d8b1f14ccd9", "972ab4e06390caae8f99dd6e2187be6c7ff2c08a24be16ef",
       "748b28031621d95ee61812b4b4f47d04c6fc2ff3", "a929ee7e67c7a2f91bbcec6389a3caf43ab49305",
       "ebec6774b955e789591c822dab739e12"},
      {"Wycheproof 128", "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f",
       "000000000000000000000000", "", "561008fa07a68f5c61285cd013464eaf",
       "23293e9b07ca7d1b0cae7cc489a973b3", "ffffffffffffffffffffffffffffffff"},
      {"Wycheproof 129", "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f",
       "ffffffffffffffffffffffff", "", "c6152244cea1978d3e0bc274cf8c0b3b",
       "7cb6fc7c6abc009efe9551a99f36a421", "00000000000000000000000000000000"},
  };
  for (const auto& [name, key, nonce, additional, plaintext, ciphertext, tag] : kCases) {
    SCOPED_TRACE(name);
    const SecretBytes secret = SecretBytes::Copy(Unhex(key));
    const std::string sealed = Unhex(std::string(ciphertext) + tag);
    EXPECT_EQ(SealAes256Gcm(secret, Unhex(nonce), Unhex(additional), Unhex(plaintext)), sealed);
    EXPECT_EQ(OpenAes256Gcm(secret, Unhex(nonce), Unhex(additional), sealed), Unhex(plaintext));
  }
}

TEST(KnownAnswersTest, HmacSha384IsAsPublished) {
  const struct {
    const char* name;
    const char* key;
    const char* data;
    const char* mac;
  } kCases[] = {
      {"RFC 4231, 1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
       "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af1"
       "52e8b2fa9cb6"},
      {"RFC 4231, 2", "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
       "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b32"
       "39ecfab21649"},
      {"RFC 4231, 3", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
       "dddddddddddddddd",
       "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3a"
       "b6e101a34f27"},
      {"RFC 4231, 6",
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaaaa",
       "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d204861"
       "7368204b6579204669727374",
       "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe829624"
       "8df163f44952"},
  };
  for (const auto& [name, key, data, mac] : kCases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(Hex(Bytes(HmacSha384(Unhex(key), Unhex(data)))), mac);
  }
}

TEST(KnownAnswersTest, HkdfSha384IsAsPublished) {
  const struct {
    const char* name;
    const char* key;
    const char* salt;
    const char* info;
    const char* derived;
  } kCases[] = {
      {"Wycheproof 1", "24aeff2645e3e0f5494a9a102778c43a", "", "",
       "4b7045423d9156424b0b85d95a7d602fba3924b1"},
      {"Wycheproof 3", "a4748031a14d3e6aafe42aa20c568f5f", "", "",
       "61c0d2797276f1b789397e5a4be75c961a77bdbad4cca2bd9a4160cb85fafb1b32f95d610c58766f2976"
       "9d0c68b0bcfb15916d49b72e52ad2f3e7315618175d3"},
      {"Wycheproof 5", "c181696a19ab1a32eb6e81b2925d8990", "",
       "d8c8de92fe5422c9825996354db1821ba43a81ac",
       "bd5a9b85598010069c28028bd26949d44dd8312d0fe6cb3c49b2ab968de7aef4776c492e6c502056b419"},
      {"Wycheproof 9", "529e91a61895f1c4ceb5b6994f48783b", "12e4ae515328983bab2d88da3cb32a95", "",
       "9806d5f9c7636f589a340b775b74fac64880948d12c3a4545a9a4963b5bf4b8c90c3fb51a5d39dae5213"
       "ec31b55b587decfd6e361cc856b89c07c6e93ef165f9"},
      {"Wycheproof 12", "7a00817689a3d79001825a864c69c120", "08bc01c053a6406c7c4a667c9b9b3894",
       "967ccd75395be6e96a67759f070487c9e2107791",
       "bd02e16b6024f2c3b752d1c1d3047583697731915fbbb34418f479b0c9bf84a86bd8e715eca198da8f9b"
       "39b25a1229c311853f862340cdefe46ddf41dcf256d9"},
      {"Wycheproof 20", "24a37db03dbcffbe9e28d582d0d8c60a",
       "4c3d3b4f5436418713fbe2fbc4d647095ce5d5392dcfffd20327187e14fb68360b94c5122203292d8b64"
       "8a754ab70f6d3d61e0650f06d55c4b5762cba0231e27",
       "8cd9e7b786a74bd370bae434e31a559bdf75d65f",
       "f96e579b4f583cce512cc410132c5b89054d952b0b6964ce8fb1d37808f43f8a7b8739a1c78c77771107"},
      {"Wycheproof 33", "163f690d4439dbdf6dc57042fecb79354bd3e7c4",
       "30ea55b5fdc7e509d001d710b3a032c9", "6a05fa82515f27deb3d27c80fa63d2b6edcbb372",
       "ab60d3214be6c3a6813fd9522cdf031b9097d829"},
      {"Wycheproof 62", "3933360960bcbb94262644f81fc832b15eb47834f797577fd9fa6c2110ee22d0",
       "f29df8b80352ca0c08109e0fcedd4c24dd0547f4f2c67cf51caf3553e7cc",
       "ffbb2b91b560790cef1eb610e013082986b47fdb", "9711ed900137b837ad9d8f6af14b612817bf4c49"},
  };
  for (const auto& [name, key, salt, info, derived] : kCases) {
    SCOPED_TRACE(name);
    const std::string_view expected = derived;
    EXPECT_EQ(Hex(HkdfSha384(Unhex(key), Unhex(salt), Unhex(info), expected.size() / 2).bytes()),
              expected);
  }
}

// RFC 9562, appendix A.4.
TEST(Uuid5Test, GivesTheIdOfTheRfc) {
  EXPECT_EQ(Uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

}  // namespace
}  // namespace twinledger::crypto
