#include "tests/unit/risk_inputs/any_history.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using ev::RecordFields;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const std::vector<std::string> kCountries{"AU", "CN", "DE", "FJ", "JP",
                                          "KR", "NZ", "SG", "US", "ZW"};
const std::vector<std::string> kCurrencies{"AUD", "CNY", "EUR", "FJD", "JPY", "USD"};
const std::vector<std::string> kRelationships{"", "rel-1", "rel-1", "rel-2"};

std::string AnyName(Dice& dice) {
  static const std::vector<std::string> kNames{"Aroha",  "Bautista", "Chen Wei", "Dieter", "Emi",
                                               "Faisal", "Grace",    "Hinewai",  "Ivan",   "Junko"};
  return dice.Pick(kNames) + " " + std::to_string(dice.Between(1, 999));
}

void FillAny(Message& message, Dice& dice);

bool IsTextOfPeople(const FieldDescriptor& field) {
  const std::string& name = field.name();
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !name.ends_with("_id") &&
         name != "paths" && name != "unknown_fields";
}

std::string AnyText(const FieldDescriptor& field, Dice& dice) {
  if (field.name() == "asset_id") return "asset-" + std::to_string(dice.Between(1, 3));
  if (field.name().ends_with("_id")) return "p" + std::to_string(dice.Between(1, 5));
  if (field.name() == "country") return dice.Pick(kCountries);
  if (field.name() == "currency") return dice.OneIn(3) ? dice.Pick(kCurrencies) : "NZD";
  return AnyName(dice);
}

// A day of the last three years, or a month or year of them.
void FillDate(registry::events::v1::PartialDate& date, Dice& dice) {
  const std::string text = ToText(kToday - dice.Between(-20, dice.OneIn(3) ? 1000 : 200));
  date.set_year(std::stoi(text.substr(0, 4)));
  if (dice.OneIn(12)) return;
  date.set_month(std::stoi(text.substr(5, 2)));
  if (dice.OneIn(12)) return;
  date.set_day(std::stoi(text.substr(8, 2)));
}

void FillField(Message& message, const FieldDescriptor& field, Dice& dice) {
  const auto& reflection = *message.GetReflection();
  const auto type = field.cpp_type();
  const bool repeated = field.is_repeated();
  if (type == FieldDescriptor::CPPTYPE_MESSAGE) {
    FillAny(repeated ? *reflection.AddMessage(&message, &field)
                     : *reflection.MutableMessage(&message, &field),
            dice);
  } else if (type == FieldDescriptor::CPPTYPE_STRING) {
    const std::string text = AnyText(field, dice);
    repeated ? reflection.AddString(&message, &field, text)
             : reflection.SetString(&message, &field, text);
  } else if (type == FieldDescriptor::CPPTYPE_ENUM) {
    const int value = dice.Between(0, field.enum_type()->value_count() - 1);
    repeated ? reflection.AddEnumValue(&message, &field, value)
             : reflection.SetEnumValue(&message, &field, value);
  } else if (type == FieldDescriptor::CPPTYPE_INT32) {
    reflection.SetInt32(&message, &field, dice.Between(0, 3));
  } else if (type == FieldDescriptor::CPPTYPE_INT64) {
    reflection.SetInt64(&message, &field, dice.Between(0, 300'000));
  }
}

void FillAny(Message& message, Dice& dice) {
  if (auto* date = dynamic_cast<registry::events::v1::PartialDate*>(&message)) {
    return FillDate(*date, dice);
  }
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (field.real_containing_oneof() != nullptr || field.name() == "unknown_fields") continue;
    for (int n = field.is_repeated() ? dice.Between(0, 3) : dice.OneIn(8) ? 0 : 1; n > 0; --n) {
      FillField(message, field, dice);
    }
  }
  for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
    const auto* oneof = type->oneof_decl(i);
    FillField(message, *oneof->field(dice.Between(0, oneof->field_count() - 1)), dice);
  }
}

void Tempt(ev::Gift& gift, Dice& dice) {
  if (!dice.OneIn(4)) {
    gift.set_direction(ev::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
    gift.set_disposition(ev::GIFT_DISPOSITION_RETAINED);
  }
  if (dice.OneIn(3)) {
    gift.set_kind(ev::GIFT_KIND_ELECTRONIC);
    gift.set_handling(dice.OneIn(2) ? ev::GIFT_HANDLING_KEPT : ev::GIFT_HANDLING_CONNECTED);
  }
}

void Tempt(ev::Travel& travel, Dice& dice) {
  for (ev::CostLine& line : *travel.mutable_cost_lines()) {
    line.set_payer(dice.OneIn(2) ? ev::PAYER_COUNCIL : ev::PAYER_FOREIGN_PUBLIC);
    if (!dice.OneIn(4)) line.set_for_companion(registry::events::v1::TRI_STATE_NO);
  }
}

// What the rules look for is common.
void Tempt(RecordFields& fields, Dice& dice) {
  if (fields.has_gift()) Tempt(*fields.mutable_gift(), dice);
  if (fields.has_travel()) Tempt(*fields.mutable_travel(), dice);
  if (fields.has_delegation() && !dice.OneIn(4)) {
    fields.mutable_delegation()->set_direction(ev::DELEGATION_DIRECTION_IN);
  }
  if (fields.has_gift() || fields.has_travel()) {
    fields.clear_occur_date();
    fields.clear_occur_end();
  }
}

RecordFields AnyFields(const std::vector<std::string>& journeys, Dice& dice) {
  RecordFields fields;
  FillAny(fields, dice);
  Tempt(fields, dice);
  fields.set_relationship_id(dice.Pick(kRelationships));
  if (fields.has_device()) {
    fields.mutable_device()->set_travel_record_id(
        journeys.empty() || dice.OneIn(4) ? "" : dice.Pick(journeys));
  }
  if (dice.OneIn(6)) fields.add_unknown_fields("travel.debriefed_on");
  return fields;
}

class Chronicle {
 public:
  explicit Chronicle(Dice& dice) : dice_(dice) {}

  template <class Fill>
  void Register(const std::string& entity, const std::string& key, const Fill& fill) {
    Happening& one = history_.emplace_back();
    one.entity = entity;
    one.key = key;
    one.recorded = kToday - 1200;
    FillAny(*one.registry.mutable_provenance(), dice_);
    fill(one.registry);
  }

  void Begin() {
    for (int i = 1; i <= 2; ++i) {
      Register("partner", "partner/x" + std::to_string(i), [&](auto& event) {
        FillAny(*event.mutable_partner_registered()->mutable_fields(), dice_);
        event.mutable_partner_registered()->set_partner_id("x" + std::to_string(i));
      });
    }
    Register("council", "council/hutt-city", [&](auto& event) {
      FillAny(*event.mutable_official_registered()->mutable_fields(), dice_);
    });
    Register("council", "council/hutt-city", [&](auto& event) {
      auto& proposed = *event.mutable_relationship_proposed();
      FillAny(*proposed.mutable_fields(), dice_);
      proposed.set_council_id(kHutt);
      proposed.set_relationship_id("rel-2");
    });
    if (dice_.OneIn(2)) {
      Register("council", "council/hutt-city", [&](auto& event) {
        auto& set = *event.mutable_council_reporting_since_set();
        set.set_council_id(kHutt);
        FillDate(*set.mutable_reporting_since(), dice_);
      });
    }
    for (int i = 1; i <= 2; ++i) Asset("asset-" + std::to_string(i));
    for (int i = 1; i <= 4; ++i) Principal("p" + std::to_string(i));
  }

  void Record(const std::string& id) {
    Happening first = AnySubmission(id, journeys_, dice_);
    first.recorded = kToday - dice_.Between(0, 900);
    const RecordFields fields = first.engagement.record_submitted().fields();
    if (fields.has_travel()) journeys_.push_back(id);
    Happening last = first;
    history_.push_back(std::move(first));
    for (int steps = dice_.Between(0, 3); steps > 0; --steps) {
      last.recorded = std::min(kToday, last.recorded + dice_.Between(0, 100));
      last.engagement.Clear();
      Step(id, fields, last.engagement);
      history_.push_back(last);
      if (!last.engagement.has_record_retracted()) continue;
      if (dice_.OneIn(2)) return;  // Nobody has confirmed it.
      last.engagement.Clear();
      Name(id, *last.engagement.mutable_record_verified());
      history_.push_back(last);
      return;
    }
  }

  // Gifts of one donor within some months.
  void Courtship() {
    const int begin = dice_.Between(100, 800);
    for (int n = dice_.Between(5, 8); n > 0; --n) {
      Happening& one = history_.emplace_back(AnySubmission("g" + std::to_string(n), {}, dice_));
      const Day day = kToday - begin + dice_.Between(0, 100);
      one.recorded = std::min(kToday, day + dice_.Between(0, 300));
      auto& fields = *one.engagement.mutable_record_submitted()->mutable_fields();
      fields.clear_occur_date();
      fields.clear_occur_end();
      fields.set_relationship_id("rel-1");
      *fields.mutable_gift() = Parse<ev::Gift>(DateText("offered_on", day));
      fields.mutable_gift()->set_direction(ev::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
      fields.mutable_gift()->set_disposition(ev::GIFT_DISPOSITION_RETAINED);
      fields.mutable_gift()->mutable_donor()->set_principal_id("p1");
    }
  }

  History Take() { return std::move(history_); }

 private:
  void Asset(const std::string& id) {
    Register(id, "council/hutt-city", [&](auto& event) {
      auto& registered = *event.mutable_strategic_asset_registered();
      FillAny(*registered.mutable_fields(), dice_);
      registered.set_council_id(kHutt);
      registered.set_asset_id(id);
    });
    Register(id, "council/hutt-city", [&](auto& event) {
      auto& set = *event.mutable_strategic_asset_criticality_set();
      FillAny(set, dice_);
      set.set_council_id(kHutt);
      set.set_asset_id(id);
    });
  }

  void Principal(const std::string& id) {
    Register(id, "principal/" + id, [&](auto& event) {
      auto& registered = *event.mutable_principal_registered();
      FillAny(*registered.mutable_fields(), dice_);
      registered.set_principal_id(id);
      if (dice_.OneIn(2)) registered.mutable_fields()->clear_donor_group_id();
    });
    if (!dice_.OneIn(3)) return;
    Register(id, "principal/" + id, [&](auto& event) {
      event.mutable_principal_merged()->set_principal_id(id);
      event.mutable_principal_merged()->set_into_id("p" + std::to_string(dice_.Between(1, 5)));
    });
  }

  template <class Kind>
  void Name(const std::string& id, Kind& kind) {
    kind.set_council_id(kHutt);
    kind.set_record_id(id);
    if constexpr (requires { kind.set_reason_sealed(""); }) {
      kind.set_reason_sealed(AnyName(dice_));
    } else {
      kind.set_note_sealed(AnyName(dice_));
    }
  }

  void Step(const std::string& id, const RecordFields& fields,
            engagement::events::v1::EngagementEvent& event) {
    const int kind = dice_.Between(1, 10);
    if (kind == 1) return Name(id, *event.mutable_record_retracted());
    if (kind == 2) return Name(id, *event.mutable_record_returned());
    if (kind <= 6) {
      Name(id, *event.mutable_record_verified());
      return;
    }
    auto& amended = *event.mutable_record_amended();
    Name(id, amended);
    // Some of its content anew, of the kind that it is.
    const auto* content = RecordFields::descriptor()->FindFieldByNumber(fields.content_case());
    FillField(*amended.mutable_fields(), *content, dice_);
    for (int n = dice_.Between(1, 4); n > 0; --n) {
      const auto* type = content->message_type();
      const auto* field = type->field(dice_.Between(0, type->field_count() - 1));
      if (field->name() == "travel_record_id") continue;
      amended.add_paths(content->name() + "." + field->name());
    }
  }

  Dice& dice_;
  History history_;
  std::vector<std::string> journeys_;
};

using VisitText = std::function<std::string(const FieldDescriptor&, const std::string&)>;

// Puts what `visit` answers in the place of each text of people.
void ReplaceTexts(Message& message, const VisitText& visit) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < size; ++i) {
        ReplaceTexts(*reflection.MutableRepeatedMessage(&message, field, i), visit);
      }
      if (size == 0) ReplaceTexts(*reflection.MutableMessage(&message, field), visit);
    } else if (IsTextOfPeople(*field)) {
      for (int i = 0; i < size; ++i) {
        const std::string text = reflection.GetRepeatedString(message, field, i);
        reflection.SetRepeatedString(&message, field, i, visit(*field, text));
      }
      if (size == 0) {
        const std::string text = reflection.GetString(message, field);
        if (!text.empty()) reflection.SetString(&message, field, visit(*field, text));
      }
    }
  }
}

void ReplaceTexts(History& history, const VisitText& visit) {
  for (Happening& one : history) {
    ReplaceTexts(one.registry, visit);
    ReplaceTexts(one.engagement, visit);
  }
}

}  // namespace

History AnyHistory(Dice& dice) {
  Chronicle chronicle(dice);
  chronicle.Begin();
  for (int n = dice.Between(0, 20); n > 0; --n) chronicle.Record("e" + std::to_string(n));
  if (dice.OneIn(3)) chronicle.Courtship();
  return chronicle.Take();
}

Happening AnySubmission(const std::string& id, const std::vector<std::string>& journeys,
                        Dice& dice) {
  Happening one;
  one.entity = id;
  one.key = "council/hutt-city";
  one.recorded = kToday;
  auto& submitted = *one.engagement.mutable_record_submitted();
  submitted.set_council_id(kHutt);
  submitted.set_record_id(id);
  *submitted.mutable_fields() = AnyFields(journeys, dice);
  return one;
}

std::vector<std::string> JourneysIn(const History& history) {
  std::set<std::string> journeys;
  for (const Happening& one : history) {
    const auto& submitted = one.engagement.record_submitted();
    if (submitted.fields().has_travel()) journeys.insert(submitted.record_id());
    if (one.engagement.has_record_retracted()) {
      journeys.erase(one.engagement.record_retracted().record_id());
    }
  }
  return {journeys.begin(), journeys.end()};
}

History Disguised(History history, Dice& dice) {
  std::map<std::string, std::vector<std::string>> texts;  // By field.
  ReplaceTexts(history, [&](const FieldDescriptor& field, const std::string& text) {
    texts[field.full_name()].push_back(text);
    return text;
  });
  for (auto& [field, all] : texts) dice.Shuffle(all);
  ReplaceTexts(history, [&](const FieldDescriptor& field, const std::string& text) {
    if (field.name() == "country") return dice.Pick(kCountries);
    // What an amount is worth follows from its currency; which foreign one it is, does not matter.
    if (field.name() == "currency") return text == "NZD" ? text : dice.Pick(kCurrencies);
    std::vector<std::string>& others = texts.at(field.full_name());
    std::string other = dice.OneIn(3) ? AnyName(dice) : others.back();
    others.pop_back();
    return other;
  });
  return history;
}

History Shuffled(const History& history, Dice& dice) {
  std::vector<std::string> turns;
  std::map<std::string, std::vector<const Happening*>> waiting;  // The first one last.
  for (auto one = history.rbegin(); one != history.rend(); ++one) {
    turns.push_back(one->entity);
    waiting[one->entity].push_back(&*one);
  }
  dice.Shuffle(turns);
  History shuffled;
  for (const std::string& entity : turns) {
    shuffled.push_back(*waiting.at(entity).back());
    waiting.at(entity).pop_back();
  }
  return shuffled;
}

void Tell(const History& history, Ledger& ledger) {
  for (const Happening& one : history) {
    EXPECT_EQ(
        one.of_registry()
            ? ledger.Apply("registry", one.key, one.recorded, one.registry.SerializeAsString())
            : ledger.Apply("engagement", one.key, one.recorded, one.engagement.SerializeAsString()),
        "");
  }
}

}  // namespace twinledger::risk
