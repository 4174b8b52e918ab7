// Given events, when a command, then events or a refusal: how tests of the rules are written.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engagement/domain/record.h"

namespace twinledger::engagement {

template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline RecordFields FieldsIn(const std::string& text) { return Parse<RecordFields>(text); }

inline const std::string kEtag = "etag of the current version";
inline const std::string kMaker = "council/wellington-city/officer/maker";
inline const std::string kChecker = "council/wellington-city/officer/checker";

// As the world is when tests decide.
inline Context By(const std::string& actor) { return {actor, kEtag, {2026, 11, 25}}; }

inline std::string TextOf(const Events& events) {
  std::string text;
  for (const Event& event : events) text += event.ShortDebugString() + "\n";
  return text;
}

// Exactly these events, in text format. Without any: nothing, since all is so already.
template <class... Texts>
auto Records(const Texts&... texts) {
  Events events;
  for (const std::string& text : std::vector<std::string>{texts...}) {
    events.push_back(Parse<Event>(text));
  }
  return ::testing::ResultOf(
      "events",
      [](const Decision& decision) {
        return decision ? TextOf(*decision)
                        : "refused: " + std::string(ReasonOf(decision.error().rejection)) + " " +
                              decision.error().standing;
      },
      TextOf(events));
}

inline auto Refuses(Rejection rejection, const std::string& standing = {}) {
  return ::testing::ResultOf(
      "refusal",
      [](const Decision& decision) {
        return decision ? "recorded: " + TextOf(*decision)
                        : std::string(ReasonOf(decision.error().rejection)) + " " +
                              decision.error().standing;
      },
      std::string(ReasonOf(rejection)) + " " + standing);
}

}  // namespace twinledger::engagement
