#include "twinledger/import/record_columns.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>

#include "platform/base/check.h"

namespace twinledger::client {
namespace {

using engagement::v1::Record;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Form = RecordColumn::Form;

constexpr int kOutputOnlyFrom = 40;  // Where records keep what the server says.

bool IsContent(const FieldDescriptor& field) {
  return field.containing_oneof() != nullptr && field.containing_type() == Record::descriptor();
}

bool IsOf(const FieldDescriptor& field, std::string_view type) {
  return field.message_type() != nullptr && field.message_type()->name() == type;
}

// What a list's elements are called: "cost_lines" are costs.
std::string ElementOf(const FieldDescriptor& list) {
  static const std::map<std::string, std::string> names{{"stops", "stop"},
                                                        {"cost_lines", "cost"},
                                                        {"costs", "cost"},
                                                        {"members", "member"},
                                                        {"sites", "site"},
                                                        {"companions", "companion"},
                                                        {"decision_links", "decision"}};
  const auto named = names.find(list.name());
  return named == names.end() ? list.name() : named->second;
}

class Collector {
 public:
  explicit Collector(std::string content) : content_(std::move(content)) {}

  // `prefix` stands before the names of columns: "cost_".
  void AddFields(const Descriptor& type, const std::string& prefix, const std::string& list) {
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (&type == Record::descriptor() && !IsOfEveryKind(field)) continue;
      Add(field, prefix, list);
    }
  }

  std::vector<RecordColumn> columns;

 private:
  static bool IsOfEveryKind(const FieldDescriptor& field) {
    return field.number() < kOutputOnlyFrom && !IsContent(field) && field.name() != "name" &&
           field.name() != "relationship";
  }

  void Add(const FieldDescriptor& field, const std::string& prefix, const std::string& list) {
    const auto add = [&](const std::string& name, Form form) {
      columns.push_back({prefix + name, content_, list, field.name(), form});
    };
    if (field.name() == "travel_record_id") return;  // By travel_key.
    if (IsOf(field, "Party")) {
      return add(field.name(), field.is_repeated() ? Form::kParties : Form::kParty);
    }
    if (IsOf(field, "Money")) {
      add("amount", Form::kAmount);
      add("currency", Form::kCurrency);
      add("nzd_amount", Form::kNzdAmount);
      return add("rate_date", Form::kRateDate);
    }
    if (field.message_type() != nullptr && !IsOf(field, "PartialDate")) {
      TL_CHECK(field.is_repeated() && list.empty());
      return AddFields(*field.message_type(), ElementOf(field) + "_", field.name());
    }
    const bool is_kind = field.name() == "kind" && list.empty();
    add(is_kind ? content_ + "_kind" : field.name(), Form::kPlain);
  }

  std::string content_;
};

}  // namespace

std::string MoneyColumn(const RecordColumn& column, std::string_view part) {
  const std::string element =
      column.list.empty() ? "" : column.name.substr(0, column.name.find('_') + 1);
  return element + std::string(part);
}

const std::vector<std::string>& RecordKindNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> kinds;
    const auto& contents = *Record::descriptor()->oneof_decl(0);
    for (int i = 0; i < contents.field_count(); ++i) kinds.push_back(contents.field(i)->name());
    return kinds;
  }();
  return names;
}

const std::vector<RecordColumn>& ColumnsOf(const std::string& kind) {
  static const auto all = [] {
    std::map<std::string, std::vector<RecordColumn>> columns;
    for (const std::string& name : RecordKindNames()) {
      Collector of_content(name);
      of_content.AddFields(*Record::descriptor()->FindFieldByName(name)->message_type(), "", "");
      Collector of_all("");
      of_all.AddFields(*Record::descriptor(), "", "");
      columns[name] = std::move(of_content.columns);
      columns[name].insert(columns[name].end(), of_all.columns.begin(), of_all.columns.end());
    }
    return columns;
  }();
  return all.at(kind);
}

const std::vector<std::string>& RecordColumnNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all(kOwnColumns.begin(), kOwnColumns.end());
    for (const std::string& kind : RecordKindNames()) {
      for (const RecordColumn& column : ColumnsOf(kind)) {
        if (std::ranges::find(all, column.name) == all.end()) all.push_back(column.name);
      }
    }
    return all;
  }();
  return names;
}

}  // namespace twinledger::client
