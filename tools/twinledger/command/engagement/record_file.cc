#include "twinledger/command/engagement/record_file.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "platform/base/whole_file.h"
#include "platform/base/whole_number.h"
#include "twinledger/fields/from_text.h"

namespace twinledger::client {
namespace {

using engagement::v1::Record;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kOutputOnlyFrom = 40;  // Where records keep what the server says.
constexpr int kElementsMax = 1000;   // More than any list may have.

bool IsDate(const FieldDescriptor& field) {
  return field.message_type() != nullptr && field.message_type()->name() == "PartialDate";
}

bool IsContent(const FieldDescriptor& field) {
  return field.containing_oneof() != nullptr && field.containing_type() == Record::descriptor();
}

bool IsInput(const FieldDescriptor& field) {
  return field.number() < kOutputOnlyFrom && field.name() != "name";
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

// A field that can be filled in: what may stand there, and the beginning of its line.
std::string LineOf(const FieldDescriptor& field, const std::string& path) {
  const std::string help = HelpOf(field);
  return (help == "text" ? "" : fmt::format("# {}\n", help)) + path + " =\n";
}

// "stops[1]": a name, and an index where there is one.
struct Word {
  std::string name;
  std::optional<int> index = std::nullopt;
};

std::optional<Word> WordIn(std::string_view text) {
  const std::size_t bracket = text.find('[');
  if (bracket == std::string_view::npos) return Word{std::string(text)};
  std::string_view digits = text.substr(bracket + 1);
  if (!digits.ends_with(']')) return std::nullopt;
  digits.remove_suffix(1);
  const auto index = WholeNumber<int>(digits);
  if (!index || *index < 0 || *index >= kElementsMax) return std::nullopt;
  return Word{std::string(text.substr(0, bracket)), *index};
}

// Where a path leads: a message and a field of it that a text can set.
struct Target {
  Message* message;
  const FieldDescriptor* field;
};

// Makes the messages on the way.
std::optional<Target> Follow(Record& record, std::string_view path) {
  Message* message = &record;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::optional<Word> word = WordIn(path.substr(0, dot));
    if (!word) return std::nullopt;
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(word->name);
    if (field == nullptr || (message == &record && !IsInput(*field))) return std::nullopt;
    const bool is_last = dot == std::string_view::npos;
    const bool leads_on = field->message_type() != nullptr && !IsDate(*field);
    if (is_last) {
      if (leads_on || word->index) return std::nullopt;
      return Target{message, field};
    }
    if (!leads_on || field->is_repeated() != word->index.has_value()) return std::nullopt;
    const auto& reflection = *message->GetReflection();
    if (!word->index) {
      message = reflection.MutableMessage(message, field);
    } else {
      while (reflection.FieldSize(*message, field) <= *word->index) {
        reflection.AddMessage(message, field);
      }
      message = reflection.MutableRepeatedMessage(message, field, *word->index);
    }
    path.remove_prefix(dot + 1);
  }
}

// "gift.value.cents" is part of "gift.value", "occur_date" of itself.
std::string MaskPathOf(std::string_view path) {
  std::string mask;
  for (int words = 0; words < 2; ++words) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, std::min(dot, path.find('[')));
    mask += (mask.empty() ? "" : ".") + std::string(name);
    const FieldDescriptor* field = Record::descriptor()->FindFieldByName(mask);
    if (words == 0 && (field == nullptr || !IsContent(*field))) break;
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  return mask;
}

// Reads lines into one record: a new one, or one as it stands.
class Lines {
 public:
  Lines() = default;
  explicit Lines(Record before) { read_.record = std::move(before); }

  // Behind it the last word counts, as on any command line.
  void EndOfFile() { in_file_ = false; }

  void Read(std::string_view line, const std::string& place) {
    line = Trimmed(line);
    if (line.empty() || line.starts_with('#')) return;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Wrong(place, fmt::format("\"{}\": want FIELD = VALUE", line));
    }
    const std::string path(Trimmed(line.substr(0, equals)));
    const std::string_view value = Trimmed(line.substr(equals + 1));
    if (value.empty()) return;
    if (const std::string kind = OtherKind(path); !kind.empty()) {
      return Wrong(path, fmt::format("the record is of kind {}, and has one kind", kind));
    }
    if (!given_.insert(path).second && in_file_) {
      return Wrong(path, "is given twice: give it once");
    }
    const std::optional<Target> target = Follow(read_.record, path);
    if (!target) {
      return Wrong(place, fmt::format("there is no field \"{}\": `twinledger engagement template` "
                                      "shows all of a kind",
                                      path));
    }
    if (target->message->GetDescriptor() == engagement::v1::Money::descriptor()) {
      auto& money = static_cast<engagement::v1::Money&>(*target->message);
      amounts_.try_emplace(path.substr(0, path.rfind('.')),
                           Amount{&money, money.currency().empty()});
    }
    const Result<void> set = SetField(*target->message, target->field->name(), value);
    if (!set) {
      return Wrong(path,
                   fmt::format("\"{}\": {}", value, set.error().violations.front().description));
    }
    const std::string mask = MaskPathOf(path);
    if (std::ranges::find(read_.paths, mask) == read_.paths.end()) read_.paths.push_back(mask);
  }

  // What may not be shown to who amends cannot be written again with the rest of its field.
  void CheckIsShown() {
    for (const std::string& hidden : read_.record.unopened_fields()) {
      const std::string mask = MaskPathOf(hidden);
      if (mask == hidden || std::ranges::find(read_.paths, mask) == read_.paths.end()) continue;
      Wrong(hidden, fmt::format("is not shown to you, and would be lost: amend it with --clear {} "
                                "and all that it is to have",
                                mask));
    }
  }

  // What an amount was worth in New Zealand is not what the amended one is.
  void SettleAmounts() {
    for (const auto& [path, amount] : amounts_) {
      const auto given = [&, of = path + "."](const char* part) {
        return given_.contains(of + part);
      };
      if (amount.is_new && !given("cents")) {
        Wrong(path + ".cents", "is missing: give it, or leave out the rest of the amount");
      }
      if (!given("nzd_cents") && (given("cents") || given("currency"))) {
        amount.money->clear_nzd_cents();
      }
      if (!given("rate_date") && given("currency")) amount.money->clear_rate_date();
    }
  }

  Result<RecordRead> Take() {
    if (wrong_.empty()) return std::move(read_);
    return Error{.code = Code::kInvalidArgument,
                 .message = fmt::format("{} of the lines cannot be read", wrong_.size()),
                 .reason = "VALUE_MALFORMED",
                 .violations = std::move(wrong_)};
  }

  RecordRead& read() { return read_; }

 private:
  void Wrong(const std::string& field, std::string description) {
    wrong_.push_back({field, std::move(description)});
  }

  // The kind that the record has, if the path is of another.
  std::string OtherKind(std::string_view path) const {
    const FieldDescriptor* const field =
        Record::descriptor()->FindFieldByName(std::string(path.substr(0, path.find('.'))));
    if (field == nullptr || !IsContent(*field)) return "";
    const FieldDescriptor* const has = read_.record.GetReflection()->GetOneofFieldDescriptor(
        read_.record, field->containing_oneof());
    return has == nullptr || has == field ? "" : has->name();
  }

  struct Amount {
    engagement::v1::Money* money;
    bool is_new;  // One that is recorded has a currency.
  };

  RecordRead read_;
  bool in_file_ = true;
  std::set<std::string> given_;            // Paths.
  std::map<std::string, Amount> amounts_;  // That lines are of, by path.
  std::vector<FieldViolation> wrong_;
};

// All of a file that is no JSON, and then the lines of the command line.
void ReadAll(std::string_view text, const std::vector<std::string>& more_lines, Lines& lines) {
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.Read(text.substr(0, end), fmt::format("line {}", number));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  lines.EndOfFile();
  for (const std::string& line : more_lines) lines.Read(line, "--set");
}

// Paths of all that is set: of a record that came as JSON.
std::vector<std::string> PathsSet(const Record& record) {
  std::vector<std::string> paths;
  std::vector<const FieldDescriptor*> set;
  record.GetReflection()->ListFields(record, &set);
  for (const FieldDescriptor* field : set) {
    if (!IsContent(*field)) {
      if (IsInput(*field)) paths.push_back(field->name());
      continue;
    }
    std::vector<const FieldDescriptor*> within;
    const Message& content = record.GetReflection()->GetMessage(record, field);
    content.GetReflection()->ListFields(content, &within);
    for (const FieldDescriptor* part : within) paths.push_back(field->name() + "." + part->name());
  }
  return paths;
}

bool IsJson(std::string_view text) { return Trimmed(text).starts_with('{'); }

Result<void> ReadJson(std::string_view text, RecordRead& read) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(std::string(text), &read.record);
  if (!parsed.ok()) {
    return Error{.code = Code::kInvalidArgument,
                 .message = "the file is no record as JSON: " + std::string(parsed.message()),
                 .reason = "VALUE_MALFORMED"};
  }
  read.paths = PathsSet(read.record);
  return {};
}

void AddLines(const Descriptor& type, const std::string& prefix, std::string& text) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string path = prefix + field.name();
    if (field.message_type() != nullptr && !IsDate(field)) {
      AddLines(*field.message_type(), path + (field.is_repeated() ? "[0]." : "."), text);
      continue;
    }
    text += LineOf(field, path);
  }
}

}  // namespace

std::vector<std::string> RecordKinds() {
  std::vector<std::string> kinds;
  const auto& contents = *Record::descriptor()->oneof_decl(0);
  for (int i = 0; i < contents.field_count(); ++i) kinds.push_back(contents.field(i)->name());
  return kinds;
}

Result<std::string> RecordTemplate(std::string_view kind) {
  const FieldDescriptor* content = Record::descriptor()->FindFieldByName(std::string(kind));
  if (content == nullptr || !IsContent(*content)) {
    return Error{.code = Code::kInvalidArgument,
                 .message = fmt::format("there is no kind \"{}\": use one of {}", kind,
                                        fmt::join(RecordKinds(), ", ")),
                 .reason = "KIND_UNKNOWN",
                 .metadata = {{"kind", std::string(kind)}}};
  }
  std::string text = fmt::format(
      "# A record of kind {}. A line without a value says nothing; of a list, [1], [2] follow "
      "[0].\n"
      "# People are handles (UUIDs) or offices (mayor, member-2), one of the three; never names.\n",
      kind);
  const auto& type = *Record::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!IsInput(field) || IsContent(field)) continue;
    if (field.message_type() != nullptr && !IsDate(field)) {
      AddLines(*field.message_type(), field.name() + "[0].", text);
      continue;
    }
    text += LineOf(field, field.name());
  }
  text += "\n";
  AddLines(*content->message_type(), content->name() + ".", text);
  return text;
}

Result<std::string> ReadNamedFile(const std::string& file) {
  Result<std::string> text = ReadWholeFile(file);
  if (text) return text;
  return Error{Code::kInvalidArgument, text.error().message, "FILE_UNREADABLE", {{"file", file}}};
}

Result<RecordRead> ReadRecord(std::string_view text, const std::vector<std::string>& more_lines) {
  const bool is_json = IsJson(text);
  Lines lines;
  if (is_json) TL_TRY_VOID(ReadJson(text, lines.read()));
  ReadAll(is_json ? std::string_view() : text, more_lines, lines);
  lines.SettleAmounts();
  return lines.Take();
}

Result<RecordRead> ReadAmendment(std::string_view text, const std::vector<std::string>& more_lines,
                                 const Record* before) {
  if (IsJson(text)) return ReadRecord(text, more_lines);
  Lines lines(before == nullptr ? Record() : *before);
  ReadAll(text, more_lines, lines);
  if (before != nullptr) {
    lines.CheckIsShown();
    lines.SettleAmounts();
  }
  TL_TRY(RecordRead read, lines.Take());
  google::protobuf::FieldMask named;
  for (const std::string& path : read.paths) named.add_paths(path);
  google::protobuf::util::FieldMaskUtil::TrimMessage(named, &read.record);
  if (read.paths.empty()) read.record.Clear();
  return read;
}

void ClearPath(const std::string& path, Record& record) {
  Message* message = &record;
  const std::size_t dot = path.find('.');
  const FieldDescriptor* field = Record::descriptor()->FindFieldByName(path.substr(0, dot));
  if (dot != std::string::npos && field != nullptr && IsContent(*field) &&
      record.GetReflection()->HasField(record, field)) {
    message = record.GetReflection()->MutableMessage(message, field);
    field = field->message_type()->FindFieldByName(path.substr(dot + 1));
  } else if (dot != std::string::npos) {
    return;
  }
  if (field == nullptr) return;
  message->GetReflection()->ClearField(message, field);
  auto& hidden = *record.mutable_unopened_fields();
  hidden.erase(std::remove_if(hidden.begin(), hidden.end(),
                              [&](const std::string& one) { return MaskPathOf(one) == path; }),
               hidden.end());
}

}  // namespace twinledger::client
