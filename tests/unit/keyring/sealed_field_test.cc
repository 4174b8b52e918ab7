#include "platform/keyring/sealed_field.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "platform/crypto/system_random.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kLog = "6f1d9f0a-5b1e-4f0e-9a55-3d0f6f3f1c11";
constexpr std::string_view kCanary = "Canary Canarysdottir";
constexpr FieldContext kPlace{.stream = "registry",
                              .entity_key = "official/7f0c3c1e",
                              .event_type = "official_registered",
                              .field_path = "official.name",
                              .request_id = "0d9b6c52",
                              .classification = "IN_CONFIDENCE"};

class SealedFieldTest : public ::testing::Test {
 protected:
  std::string Sealed(std::string_view text = kCanary) {
    Result<std::string> sealed = SealField(key_, kLog, kPlace, random_.Bytes(12), text);
    return *std::move(sealed);
  }

  // One error for all that is wrong, and nothing in it.
  void ExpectDamaged(const Result<std::string>& opened) {
    ASSERT_FALSE(opened);
    const Error expected = DamagedField(kPlace);
    EXPECT_EQ(opened.error().code, Code::kDataLoss);
    EXPECT_EQ(opened.error().reason, "SEALED_FIELD_DAMAGED");
    EXPECT_EQ(opened.error().message, expected.message);
    EXPECT_EQ(opened.error().metadata, expected.metadata);
    EXPECT_EQ(opened.error().message.find("Canary"), std::string::npos);
  }

  crypto::SystemRandom random_;
  SubjectKey key_ = SubjectKey::Of(ArrayOf<16>(random_.Bytes(16)),
                                   crypto::SecretBytes::Random(kSubjectKeyBytes, random_));
};

TEST_F(SealedFieldTest, WhatWasSealedOpensInItsPlace) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(kCanary), std::string(kFieldTextBytesMax, 'y'),
        std::string("nul \0 in it", 11)}) {
    const std::string sealed = Sealed(text);
    EXPECT_EQ(sealed.size(), text.size() + kSealedOverheadBytes);
    const Result<std::string> opened = OpenField(key_, kLog, kPlace, sealed);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(*opened, text);
  }
}

TEST_F(SealedFieldTest, TheTextIsNotInIt) {
  EXPECT_EQ(Sealed().find("Canary"), std::string::npos);
  EXPECT_NE(Sealed(), Sealed());  // Nor does it show that two are the same.
}

TEST_F(SealedFieldTest, WhateverBitIsFlippedItDoesNotOpen) {
  const std::string sealed = Sealed();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    std::string altered = sealed;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_NO_FATAL_FAILURE(ExpectDamaged(OpenField(key_, kLog, kPlace, altered)));
  }
}

TEST_F(SealedFieldTest, CutOrLengthenedItDoesNotOpen) {
  const std::string sealed = Sealed();
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    SCOPED_TRACE(size);
    ASSERT_NO_FATAL_FAILURE(ExpectDamaged(OpenField(key_, kLog, kPlace, sealed.substr(0, size))));
  }
  ExpectDamaged(OpenField(key_, kLog, kPlace, sealed + '\0'));
  ExpectDamaged(OpenField(key_, kLog, kPlace, '\0' + sealed));
}

TEST_F(SealedFieldTest, InAnotherPlaceItDoesNotOpen) {
  const std::string sealed = Sealed();
  const std::pair<const char*, std::function<void(FieldContext&)>> kMoves[] = {
      {"stream", [](FieldContext& place) { place.stream = "engagement"; }},
      {"entity", [](FieldContext& place) { place.entity_key = "official/0a4a3f1b"; }},
      {"event type", [](FieldContext& place) { place.event_type = "official_amended"; }},
      {"field", [](FieldContext& place) { place.field_path = "official.alias"; }},
      {"request", [](FieldContext& place) { place.request_id = "5a0e9f6d"; }},
      {"class", [](FieldContext& place) { place.classification = "UNCLASSIFIED"; }},
      {"no class", [](FieldContext& place) { place.classification = ""; }},
      // The same letters, cut at another place.
      {"border",
       [](FieldContext& place) {
         place.stream = "registryofficial";
         place.entity_key = "/7f0c3c1e";
       }},
      {"part that is too long", [](FieldContext& place) {
         static const std::string kLong(kContextPartBytesMax + 1, 'x');
         place.entity_key = kLong;
       }}};
  for (const auto& [name, move] : kMoves) {
    SCOPED_TRACE(name);
    FieldContext place = kPlace;
    move(place);
    const Result<std::string> opened = OpenField(key_, kLog, place, sealed);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "SEALED_FIELD_DAMAGED");
    EXPECT_EQ(opened.error().message, DamagedField(place).message);
  }
  ExpectDamaged(OpenField(key_, "0d9b6c52-3f1a-4e5c-8c1b-5a0e9f6d7c8b", kPlace, sealed));
}

TEST_F(SealedFieldTest, ByAnotherKeyItDoesNotOpen) {
  const std::string sealed = Sealed();
  const auto other =
      SubjectKey::Of(key_.id, crypto::SecretBytes::Random(kSubjectKeyBytes, random_));
  ExpectDamaged(OpenField(other, kLog, kPlace, sealed));
  const auto renamed = SubjectKey::Of(ArrayOf<16>(random_.Bytes(16)),
                                      crypto::SecretBytes::Copy(key_.secret.bytes()));
  ExpectDamaged(OpenField(renamed, kLog, kPlace, sealed));
  // Nor if its id and its commitment are written over the true ones.
  const std::string theirs = *SealField(other, kLog, kPlace, random_.Bytes(12), "another name");
  ExpectDamaged(OpenField(other, kLog, kPlace, theirs.substr(0, 49) + sealed.substr(49)));
  // Nor one that a keyring gives out as committed to what the field names.
  const SubjectKey forged{key_.id, key_.check, crypto::SecretBytes::Copy(other.secret.bytes())};
  const std::string shown = *SealField(forged, kLog, kPlace, random_.Bytes(12), "another name");
  ASSERT_EQ(shown.substr(0, 49), sealed.substr(0, 49));
  ExpectDamaged(OpenField(forged, kLog, kPlace, shown));
}

TEST_F(SealedFieldTest, WhatIsTooLongIsRefusedByName) {
  const auto text =
      SealField(key_, kLog, kPlace, random_.Bytes(12), std::string(kFieldTextBytesMax + 1, 'x'));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().reason, "FIELD_TOO_LONG");
  EXPECT_EQ(text.error().metadata.at("field"), "official.name");
  FieldContext place = kPlace;
  const std::string longest(kContextPartBytesMax, 'x');
  for (std::string_view* part : {&place.stream, &place.entity_key, &place.event_type,
                                 &place.field_path, &place.request_id, &place.classification}) {
    *part = longest;
  }
  EXPECT_TRUE(SealField(key_, longest, place, random_.Bytes(12), kCanary));
  const std::string longer = longest + "x";
  place.request_id = longer;
  const auto part = SealField(key_, longest, place, random_.Bytes(12), kCanary);
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().metadata.at("field"), "request_id");
}

TEST_F(SealedFieldTest, ItNamesItsKey) {
  EXPECT_EQ(KeyIdOf(Sealed()), key_.id);
  EXPECT_FALSE(KeyIdOf("Canary Canarysdottir"));
  EXPECT_FALSE(KeyIdOf(""));
  EXPECT_FALSE(KeyIdOf('\2' + Sealed().substr(1)));
}

}  // namespace
}  // namespace twinledger::keyring
