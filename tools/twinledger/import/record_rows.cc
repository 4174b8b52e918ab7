#include "twinledger/import/record_rows.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iterator>

#include "engagement/rpc/record_checks.h"
#include "platform/base/uuid.h"
#include "twinledger/fields/amount.h"
#include "twinledger/fields/from_text.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/row_cells.h"

namespace twinledger::client {
namespace {

using engagement::v1::Money;
using engagement::v1::Party;
using engagement::v1::Record;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Form = RecordColumn::Form;

const FieldDescriptor* ContentField(const std::string& kind) {
  return Record::descriptor()->FindFieldByName(kind);
}

// "travel.cost_lines" of a column of costs, "gift.value" of an amount.
std::string PathOf(const RecordColumn& column) {
  const std::string& field = column.list.empty() ? column.field : column.list;
  return column.content.empty() ? field : column.content + "." + field;
}

// Reads the rows of one record into one message.
class Reading {
 public:
  Reading(const RecordLayout& layout, std::vector<CsvRow> rows, std::vector<CellProblem>& problems)
      : layout_(layout), problems_(problems) {
    read_.rows = std::move(rows);
    read_.row = read_.rows.front().line;
  }

  RecordRow Run() {
    begins_ = std::ssize(problems_);
    RowCells first(layout_.layout(), read_.rows.front(), problems_);
    const bool known = ReadIdentity(first);
    if (known) {
      for (std::size_t i = 0; i < read_.rows.size(); ++i) ReadRow(i);
      ReadKeys(first);
      FillDonor();
      CompleteMoney();
      AddPaths();
      CheckWhole();
    }
    return std::move(read_);
  }

 private:
  // Council, key and kind: without a kind no other cell means anything.
  bool ReadIdentity(RowCells& cells) {
    read_.council_id = cells.Slug("council_id");
    council_is_good_ = std::ssize(problems_) == begins_;
    read_.record_key = cells.Needed("record_key", "give the record a key of its own: gift-0001");
    read_.record_id = RecordIdOf(read_.council_id, read_.record_key);
    read_.record.set_name(fmt::format("councils/{}/records/{}", read_.council_id, read_.record_id));
    read_.record.set_source(registry::v1::SOURCE_IMPORT);
    const std::optional<std::string> cell = cells.Cell("kind");
    if (!cell) return false;
    kind_ = LowerCase(*cell);
    const auto& kinds = RecordKindNames();
    if (std::ranges::find(kinds, kind_) == kinds.end()) {
      cells.Wrong("kind", *cell, fmt::format("use one of: {}", fmt::join(kinds, ", ")));
      return false;
    }
    Content();
    return true;
  }

  Message& Content() {
    return *read_.record.GetReflection()->MutableMessage(&read_.record, ContentField(kind_));
  }

  void ReadRow(std::size_t index) {
    const CsvRow& row = read_.rows[index];
    if (index > 0) CheckFurtherRow(row);
    donor_key_ = Raw(row, "donor_key");
    donor_named_ = false;
    TellForeignCells(row);
    std::map<std::string, Message*> elements;
    for (const RecordColumn& column : layout_.Present(kind_)) {
      std::string text = Raw(row, column.name);
      if (text.empty()) continue;
      if (index > 0 && column.list.empty()) {
        if (text != Raw(read_.rows.front(), column.name)) TellFurther(row, column.name, text);
        continue;
      }
      Message* target = column.content.empty() ? &read_.record : &Content();
      if (!column.list.empty()) {
        Message*& element = elements[column.list];
        if (element == nullptr) {
          const auto* list = target->GetDescriptor()->FindFieldByName(column.list);
          element = target->GetReflection()->AddMessage(target, list);
          read_.element_rows[column.list].push_back(index);
        }
        target = element;
      }
      Set(row, column, *target, text);
    }
    ReadDonor(index);
    if (index > 0 && elements.empty()) {
      Wrong(row, "record_key", read_.record_key,
            "the row above has the same key, and this one adds no element of a list: give it a "
            "key of its own, or leave it out");
    }
  }

  void CheckFurtherRow(const CsvRow& row) {
    if (auto problem = layout_.layout().WidthProblem(row)) problems_.push_back(*std::move(problem));
    for (const char* const column : {"kind", "relationship_key", "travel_key"}) {
      const std::string text = Raw(row, column);
      if (!text.empty() && text != Raw(read_.rows.front(), column)) TellFurther(row, column, text);
    }
  }

  void TellFurther(const CsvRow& row, const std::string& column, const std::string& text) {
    Wrong(row, column, text,
          "belongs into the first row of the record: leave it out here, or as it is there");
  }

  std::string Raw(const CsvRow& row, std::string_view column) const {
    return layout_.layout().Cell(row, column);
  }

  void Wrong(const CsvRow& row, std::string_view column, const std::string& value,
             std::string_view remedy) {
    problems_.push_back({row.line, std::string(column), value, std::string(remedy)});
  }

  // Cells that a record of this kind does not have.
  void TellForeignCells(const CsvRow& row) {
    const auto& present = layout_.Present(kind_);
    for (const std::string& name : layout_.present()) {
      const bool own = std::ranges::find(kOwnColumns, name) != kOwnColumns.end();
      if (own || std::ranges::find(present, name, &RecordColumn::name) != present.end()) continue;
      const std::string text = Raw(row, name);
      if (!text.empty()) {
        Wrong(row, name, text,
              fmt::format("a {} has no such column: clear the cell, or correct the kind", kind_));
      }
    }
    if (kind_ != "device" && !Raw(row, "travel_key").empty()) {
      Wrong(row, "travel_key", Raw(row, "travel_key"),
            fmt::format("a {} has no such column: clear the cell, or correct the kind", kind_));
    }
  }

  void Set(const CsvRow& row, const RecordColumn& column, Message& target,
           const std::string& text) {
    if (const std::string_view remedy = RemedyForText(text); !remedy.empty()) {
      return Wrong(row, column.name, text, remedy);
    }
    const auto* field = target.GetDescriptor()->FindFieldByName(column.field);
    const auto& reflection = *target.GetReflection();
    switch (column.form) {
      case Form::kPlain: {
        const bool is_code = column.field == "country";
        const Result<void> set = SetField(target, column.field, is_code ? UpperCase(text) : text);
        if (!set) Wrong(row, column.name, text, set.error().violations.front().description);
        return;
      }
      case Form::kParty:
        return SetParty(row, column.name, text,
                        static_cast<Party&>(*reflection.MutableMessage(&target, field)));
      case Form::kParties:
        for (std::string_view rest = text; !rest.empty();) {
          const std::size_t comma = std::min(rest.find(','), rest.size());
          SetParty(row, column.name, std::string(rest.substr(0, comma)),
                   static_cast<Party&>(*reflection.AddMessage(&target, field)));
          rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        return;
      case Form::kAmount:
      case Form::kCurrency:
      case Form::kNzdAmount:
      case Form::kRateDate:
        // A column that was filled down, with no amount: nothing is said.
        if (Raw(row, MoneyColumn(column, "amount")).empty() && column.form == Form::kCurrency)
          return;
        return SetMoney(row, column, text,
                        static_cast<Money&>(*reflection.MutableMessage(&target, field)));
    }
  }

  void SetMoney(const CsvRow& row, const RecordColumn& column, const std::string& text,
                Money& money) {
    if (column.form == Form::kCurrency) return money.set_currency(UpperCase(text));
    if (column.form == Form::kRateDate) {
      const Result<void> set = SetField(money, "rate_date", text);
      if (!set) Wrong(row, column.name, text, set.error().violations.front().description);
    } else if (const Result<std::int64_t> cents = ParseCents(text); !cents) {
      Wrong(row, column.name, text, cents.error().violations.front().description);
    } else if (column.form == Form::kAmount) {
      money.set_cents(*cents);
    } else {
      money.set_nzd_cents(*cents);
    }
    const std::string amount = MoneyColumn(column, "amount");
    if (Raw(row, amount).empty()) {
      Wrong(row, amount, "", "give the amount, such as 4361.51, or clear " + column.name);
    }
  }

  // "mayor", "official:UUID", "principal:UUID", "donor", "donor:KEY".
  void SetParty(const CsvRow& row, const std::string& column, std::string text, Party& party) {
    const std::size_t begins = std::min(text.find_first_not_of(' '), text.size());
    text = text.substr(begins, text.find_last_not_of(' ') + 1 - begins);
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string word = text.substr(0, colon);
    std::string rest = colon == text.size() ? "" : text.substr(colon + 1);
    rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
    if (word == "official" && IsUuid(rest)) return party.set_official_id(rest);
    if (word == "principal" && IsUuid(rest)) return party.set_principal_id(rest);
    if (word == "donor") {
      if (rest.empty()) donor_named_ = true;
      const std::string& key = rest.empty() ? donor_key_ : rest;
      if (!key.empty()) return party.set_principal_id(PrincipalIdOf(read_.council_id, key));
    } else if (colon == text.size() && !IsUuid(text)) {
      return party.set_office(LowerCase(text));  // Which there are, CheckWhole knows.
    }
    Wrong(row, column, text,
          "use an office such as mayor, or official:UUID, principal:UUID, donor:KEY, or donor for "
          "the one of donor_key");
  }

  void ReadDonor(std::size_t index) {
    const CsvRow& row = read_.rows[index];
    const std::string kind = Raw(row, "donor_kind");
    const std::string name = Raw(row, "donor_name");
    if (donor_key_.empty()) {
      if (!name.empty()) Wrong(row, "donor_key", "", "give the donor a key of its own");
      return;
    }
    if (index > 0 && !donor_named_) {
      if (donor_key_ == Raw(read_.rows.front(), "donor_key")) return;
      return Wrong(row, "donor_key", donor_key_,
                   "nobody is named by it here: write donor where a person or body is wanted");
    }
    KeyedPrincipal donor;
    donor.row = row.line;
    donor.key = donor_key_;
    donor.principal_id = PrincipalIdOf(read_.council_id, donor_key_);
    donor.principal.set_name("principals/" + donor.principal_id);
    donor.principal.set_display_name(name);
    const Result<void> set = SetField(donor.principal, "kind", kind);
    if (!set) Wrong(row, "donor_kind", kind, set.error().violations.front().description);
    if (!name.empty() && kind.empty()) {
      Wrong(row, "donor_kind", kind, "use one of: " + ChoicesOf(donor.principal, "kind"));
    }
    read_.donors.push_back(std::move(donor));
    if (index == 0) {
      fills_ = !donor_named_;
    }
  }

  // A relationship and a journey by the council's own keys, or by UUID.
  void ReadKeys(RowCells& first) {
    const std::string relationship = first.Text("relationship_key");
    if (!relationship.empty() && council_is_good_) {  // Else its name would be wrong, too.
      read_.record.set_relationship(fmt::format(
          "councils/{}/relationships/{}", read_.council_id,
          IsUuid(relationship) ? relationship : RelationshipIdOf(read_.council_id, relationship)));
    }
    const std::string travel = first.Text("travel_key");
    if (kind_ == "device" && !travel.empty()) {
      read_.travel_id = IsUuid(travel) ? travel : RecordIdOf(read_.council_id, travel);
      read_.record.mutable_device()->set_travel_record_id(read_.travel_id);
    }
  }

  // Whom donor_key names without a word elsewhere: the other side of a gift, the host.
  void FillDonor() {
    if (!fills_) return;
    const CsvRow& first = read_.rows.front();
    Party* party = nullptr;
    if (kind_ == "gift") {
      auto& gift = *read_.record.mutable_gift();
      const bool given = gift.direction() == engagement::v1::GIFT_DIRECTION_GIVEN_BY_COUNCIL;
      party = given ? gift.mutable_recipient() : gift.mutable_donor();
    } else if (kind_ == "hospitality") {
      party = read_.record.mutable_hospitality()->mutable_host();
    }
    if (party == nullptr || party->who_case() != Party::WHO_NOT_SET) {
      return Wrong(first, "donor_key", read_.donors.front().key,
                   "nobody is named by it here: write donor where a person or body is wanted, or "
                   "clear the cell");
    }
    party->set_principal_id(read_.donors.front().principal_id);
  }

  static void Complete(Money& money) {
    if (money.currency().empty()) money.set_currency(std::string(kNewZealandDollar));
    if (money.currency() == kNewZealandDollar && money.nzd_cents() == 0) {
      money.set_nzd_cents(money.cents());
    }
  }

  void CompleteMoney() {
    Record& record = read_.record;
    if (record.gift().has_value()) Complete(*record.mutable_gift()->mutable_value());
    if (record.hospitality().has_value_per_person()) {
      Complete(*record.mutable_hospitality()->mutable_value_per_person());
    }
    if (record.has_travel())
      CompleteCosts("cost_lines", *record.mutable_travel()->mutable_cost_lines());
    if (record.has_delegation()) {
      CompleteCosts("costs", *record.mutable_delegation()->mutable_costs());
    }
  }

  template <class Costs>
  void CompleteCosts(const std::string& list, Costs& costs) {
    for (int i = 0; i < costs.size(); ++i) {
      if (costs[i].has_amount()) {
        Complete(*costs[i].mutable_amount());
        continue;
      }
      const CsvRow& row = read_.rows[read_.element_rows[list][static_cast<std::size_t>(i)]];
      if (Raw(row, "cost_amount").empty()) {
        Wrong(row, "cost_amount", "", "give what was paid, such as 4361.51");
      }
    }
  }

  void AddPaths() {
    const auto add = [&](const std::string& path) {
      if (std::ranges::find(read_.paths, path) == read_.paths.end()) read_.paths.push_back(path);
    };
    const Layout& columns = layout_.layout();
    for (const RecordColumn& column : layout_.Present(kind_)) {
      // What the server fills in where nothing is said is amended only where something is.
      const bool has_default = column.field == "reported_by_role" || column.field == "marking" ||
                               column.field == "release_class";
      const bool is_empty = Raw(read_.rows.front(), column.name).empty();
      if (column.content.empty() && has_default && is_empty) continue;
      const bool has_days = kind_ == "gift" || kind_ == "travel";
      if (has_days && column.field.starts_with("occur_") && is_empty) continue;
      add(PathOf(column));
    }
    if (columns.Has("relationship_key")) add("relationship");
    if (columns.Has("donor_key")) {
      if (kind_ == "gift")
        add(read_.record.gift().direction() == engagement::v1::GIFT_DIRECTION_GIVEN_BY_COUNCIL
                ? "gift.recipient"
                : "gift.donor");
      if (kind_ == "hospitality") add("hospitality.host");
    }
    if (kind_ == "device" && columns.Has("travel_key")) add("device.travel_record_id");
  }

  // What the server would say of the record, of its fields alone.
  void CheckWhole() {
    rpc::Violations wrong;
    engagement::CheckWhole(read_.record, wrong);
    const std::vector<CellProblem> told(problems_.begin() + begins_, problems_.end());
    for (const FieldViolation& violation : wrong.all()) {
      CellProblem problem = BlameRecordCell(layout_, read_, violation.field, violation.description);
      // A cell that cannot be read is wrong once, and not missing too.
      const bool is_told = std::ranges::any_of(told, [&](const CellProblem& one) {
        return one.row == problem.row && one.column == problem.column;
      });
      if (!is_told) problems_.push_back(std::move(problem));
    }
  }

  const RecordLayout& layout_;
  std::vector<CellProblem>& problems_;
  std::ptrdiff_t begins_ = 0;  // Problems of records before this one.
  bool council_is_good_ = false;
  RecordRow read_;
  std::string kind_;
  std::string donor_key_;     // Of the row that is being read.
  bool donor_named_ = false;  // A cell of that row says "donor".
  bool fills_ = false;        // The first row's donor is named nowhere else.
};

}  // namespace

std::string RecordRow::kind() const {
  return record.content_case() == Record::CONTENT_NOT_SET
             ? ""
             : Record::descriptor()->FindFieldByNumber(record.content_case())->name();
}

RecordLayout::RecordLayout(Layout layout) : layout_(std::move(layout)) {
  for (const std::string& kind : RecordKindNames()) {
    for (const RecordColumn& column : ColumnsOf(kind)) {
      if (layout_.Has(column.name)) by_kind_[kind].push_back(column);
    }
    by_kind_[kind];
  }
  std::ranges::copy_if(RecordColumnNames(), std::back_inserter(present_),
                       [this](const std::string& name) { return layout_.Has(name); });
}

Result<RecordLayout> RecordLayout::Of(const std::vector<std::string>& header) {
  std::vector<LayoutColumn> columns;
  for (const std::string& name : RecordColumnNames()) {
    columns.push_back({name, name == "record_key" || name == "council_id" || name == "kind"});
  }
  Result<Layout> layout = Layout::Of(header, columns);
  if (layout) return RecordLayout(*std::move(layout));
  Error error = layout.error();
  if (error.reason == "COLUMN_MISSING") {
    error.message = fmt::format(
        "the header row lacks {}: `twinledger import engagements --template gift` "
        "prints one to fill in",
        error.metadata["columns"]);
  }
  return error;
}

const std::vector<RecordColumn>& RecordLayout::Present(const std::string& kind) const {
  return by_kind_.at(kind);
}

RecordRow ReadRecordRow(const RecordLayout& layout, std::vector<CsvRow> rows,
                        std::vector<CellProblem>& problems) {
  return Reading(layout, std::move(rows), problems).Run();
}

}  // namespace twinledger::client
