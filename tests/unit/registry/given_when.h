// Given events, when a command, then events or a refusal: how tests of the rules are written.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "registry/domain/decision.h"
#include "registry/domain/relationship.h"

namespace twinledger::registry {

template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline Event EventOf(const std::string& text) { return Parse<Event>(text); }

inline PartialDate Date(int year, int month = 0, int day = 0) {
  PartialDate date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

inline const std::string kEtag = "etag of the current version";

// As the world is when tests decide.
inline Context Now() { return Context{{}, kEtag, Date(2026, 11, 25)}; }

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
    Event event = EventOf(text);
    event.mutable_provenance();  // Every event has one.
    events.push_back(event);
  }
  return ::testing::ResultOf(
      "events",
      [](const Decision& decision) {
        return decision ? TextOf(*decision)
                        : "refused: " + std::string(ReasonOf(decision.error().rejection));
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

}  // namespace twinledger::registry
