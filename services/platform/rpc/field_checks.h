// Checks of a resource's fields, under their names in the request: "council.population". What a
// request leaves out of its update mask is not looked at.
#pragma once

#include <fmt/format.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <string_view>
#include <vector>

#include "platform/fields/partial_date.h"
#include "platform/rpc/violations.h"

namespace twinledger::rpc {

inline constexpr std::size_t kNameCharactersMax = 200;
inline constexpr std::size_t kTextCharactersMax = 2000;  // Of a reason, a ground, a note.
inline constexpr std::size_t kEvidenceMax = 20;

// Which fields of a resource a request gives: all of them, or those of its update mask.
class Given {
 public:
  static Given All() { return Given(nullptr); }
  static Given Only(const google::protobuf::FieldMask& mask) { return Given(&mask); }

  bool Has(const FieldPath& path) const { return mask_ == nullptr || IsNamed(path.Text()); }

 private:
  explicit Given(const google::protobuf::FieldMask* mask) : mask_(mask) {}
  bool IsNamed(std::string_view path) const;

  const google::protobuf::FieldMask* mask_;
};

// A mask names at least one path, and only such as `amendable` has.
void CheckMask(const google::protobuf::FieldMask& mask, const std::vector<std::string>& amendable,
               Violations& wrong);

// A date that is given is a day, a month or a year of the calendar, in the years of councils.
void CheckDateParts(const FieldPath& field, const fields::PartialDate& date, Violations& wrong);
void RequireDateParts(const FieldPath& field, const fields::PartialDate& date, Violations& wrong);

void Sha256Digits(const FieldPath& field, std::string_view digits, Violations& wrong);

// "CITY, DISTRICT": all values of an enum but the unspecified one.
std::string NamesOf(const google::protobuf::EnumDescriptor& type);

// The fields of one resource. Threads: confined to one.
class FieldChecks {
 public:
  FieldChecks(std::string_view prefix, const Given& given, Violations& wrong)
      : prefix_(prefix), given_(given), wrong_(wrong) {}
  // Those of a message within, which a mask names under its name: "gift.value". `outer` must
  // outlive it.
  FieldChecks(const FieldChecks& outer, std::string_view within)
      : prefix_(outer.prefix_, within),
        within_(within),
        given_(outer.given_),
        wrong_(outer.wrong_) {}

  bool Has(std::string_view path) const {
    return within_.empty() ? given_.Has(path) : given_.Has(FieldPath(FieldPath(within_), path));
  }
  FieldPath At(std::string_view path) const { return {prefix_, path}; }
  Violations& wrong() { return wrong_; }

  void RequiredText(std::string_view path, std::string_view text,
                    std::size_t most = kNameCharactersMax) {
    if (Has(path)) wrong_.Required(At(path), text, most);
  }
  void Text(std::string_view path, std::string_view text, std::size_t most = kNameCharactersMax) {
    if (Has(path)) wrong_.Optional(At(path), text, most);
  }
  void Handle(std::string_view path, std::string_view uuid) {
    if (Has(path) && !uuid.empty()) wrong_.Uuid(At(path), uuid);
  }
  void Url(std::string_view path, std::string_view url) {
    if (Has(path) && !url.empty()) wrong_.Url(At(path), url);
  }
  template <class Message>
  void Date(std::string_view path, const Message& date) {
    if (Has(path)) CheckDateParts(At(path), fields::PartsOf(date), wrong_);
  }
  template <class Enum>
  void Known(std::string_view path, Enum value) {
    if (Has(path)) KnownAt(At(path), value);
  }
  template <class Enum>
  void RequiredEnum(std::string_view path, Enum value) {
    if (Has(path)) RequiredEnumAt(At(path), value);
  }
  template <class Enum>
  void RequiredEnumAt(const FieldPath& field, Enum value) {
    if (value == 0) {
      wrong_.Add(field,
                 "not given: want one of " + NamesOf(*google::protobuf::GetEnumDescriptor<Enum>()));
    } else {
      KnownAt(field, value);
    }
  }
  template <class Enum>
  void KnownAt(const FieldPath& field, Enum value) {
    const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
    if (type->FindValueByNumber(value) != nullptr) return;
    wrong_.Add(field, fmt::format("{}: want one of {}", static_cast<int>(value), NamesOf(*type)));
  }

 private:
  const FieldPath prefix_;
  const std::string_view within_;
  const Given& given_;
  Violations& wrong_;
};

// A list of documents, whatever their message.
template <class Evidence>
void CheckEvidence(const FieldPath& field, const google::protobuf::RepeatedPtrField<Evidence>& all,
                   Violations& wrong) {
  wrong.AtMost(field, static_cast<std::size_t>(all.size()), kEvidenceMax);
  for (int i = 0; i < all.size(); ++i) {
    const FieldPath entry{field, i};
    const auto at = [&](std::string_view path) { return FieldPath(entry, path); };
    Sha256Digits(at("sha256"), all[i].sha256(), wrong);
    wrong.Optional(at("media_type"), all[i].media_type(), kNameCharactersMax);
    wrong.Optional(at("title"), all[i].title(), kNameCharactersMax);
    if (all[i].size_bytes() < 0) {
      wrong.Add(at("size_bytes"), fmt::format("{}: want 0 or more", all[i].size_bytes()));
    }
  }
}

}  // namespace twinledger::rpc
