#include "platform/rpc/listing.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "platform/base/check.h"
#include "platform/fields/field_paths.h"
#include "platform/rpc/sorted_lists.h"

namespace twinledger::rpc {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "COUNCIL_KIND_" of CouncilKind: people filter by CITY.
std::string PrefixOf(const EnumDescriptor& type) {
  const std::string& unspecified = type.value(0)->name();
  return unspecified.substr(0, unspecified.size() - std::string_view("UNSPECIFIED").size());
}

FieldKind KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return FieldKind::kEnum;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return FieldKind::kNumber;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
        return FieldKind::kNumber;
      }
      return FieldKind::kDate;
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return FieldKind::kText;
  }
  return FieldKind::kText;
}

const FieldDescriptor* FieldNamed(const google::protobuf::Descriptor* type, std::string_view name) {
  const FieldDescriptor* field = type->FindFieldByName(std::string(name));
  TL_CHECK(field != nullptr && !field->is_repeated());
  return field;
}

// What a filter and an order compare; nothing where the field is not set.
std::optional<std::string> ValueOf(const Message& item, std::string_view name) {
  const FieldDescriptor* field = FieldNamed(item.GetDescriptor(), name);
  if (field->message_type() == google::protobuf::Timestamp::descriptor()) {
    const auto& time = static_cast<const google::protobuf::Timestamp&>(
        item.GetReflection()->GetMessage(item, field));
    return std::to_string(time.seconds() * 1'000'000 + time.nanos() / 1'000);
  }
  std::optional<std::string> shown = fields::Show(item, name);
  // One that cannot tell whether it was given always is.
  if (!shown && KindOf(*field) == FieldKind::kNumber && !field->has_presence()) return "0";
  if (shown && field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    const std::string prefix = PrefixOf(*field->enum_type());
    if (shown->starts_with(prefix)) shown->erase(0, prefix.size());
  }
  return shown;
}

// Numbers by value; the rest, dates included, as text. What is not known comes last.
int Compare(FieldKind kind, const std::optional<std::string>& a,
            const std::optional<std::string>& b) {
  if (!a || !b) return static_cast<int>(!a) - static_cast<int>(!b);
  if (kind == FieldKind::kNumber) {
    std::int64_t left = 0;
    std::int64_t right = 0;
    std::from_chars(a->data(), a->data() + a->size(), left);
    std::from_chars(b->data(), b->data() + b->size(), right);
    return left < right ? -1 : static_cast<int>(left > right);
  }
  return a->compare(*b);
}

struct Candidate {
  std::string name = {};
  std::vector<std::optional<std::string>> values = {};  // Of the fields it is ordered by.
};

// Rows between two looks at whether anybody still waits: far below a millisecond's worth.
constexpr std::size_t kRowsApart = 64;

Error Cancelled() {
  return {.code = Code::kCancelled,
          .message = "nobody waits for this page any more",
          .reason = "CANCELLED"};
}

// As the source's walk, as long as somebody waits for the page.
Result<void> Walk(const ListSource& source, const std::string& after, const Page& page,
                  const ListSource::Visit& visit) {
  std::size_t rows = 0;
  bool cancelled = false;
  TL_TRY_VOID(source.walk(after, [&](const std::string& name, Message& resource) {
    cancelled = ++rows % kRowsApart == 0 && page.is_cancelled && page.is_cancelled();
    return !cancelled && visit(name, resource);
  }));
  if (cancelled) return Cancelled();
  return {};
}

// What is asked of a list, understood.
struct Question {
  Filter filter;
  std::vector<OrderField> order;  // To the end: no two resources are equal in it.
  std::vector<FieldKind> kinds;   // Of the fields that it is ordered by.

  bool IsInOrderOfNames() const { return order.front() == OrderField{"name", false}; }

  bool Matches(const Message& resource) const {
    return filter.Matches([&](std::string_view field) { return ValueOf(resource, field); });
  }

  bool IsBefore(const Candidate& a, const Candidate& b) const {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const int compared = Compare(kinds[i], a.values[i], b.values[i]);
      const bool known = a.values[i] && b.values[i];  // What is not known stays last.
      if (compared != 0) return (order[i].descending && known) ? compared > 0 : compared < 0;
    }
    return false;
  }

  // The names of all that match, sorted.
  Result<std::shared_ptr<const SortedNames>> Sort(const ListSource& source,
                                                  const Page& page) const {
    std::vector<Candidate> candidates;
    TL_TRY_VOID(Walk(source, {}, page, [&](const std::string& name, const Message& resource) {
      if (!Matches(resource)) return true;
      candidates.push_back({name});
      for (const OrderField& field : order) {
        candidates.back().values.push_back(ValueOf(resource, field.name));
      }
      return true;
    }));
    std::ranges::stable_sort(
        candidates, [this](const Candidate& a, const Candidate& b) { return IsBefore(a, b); });
    auto sorted = std::make_shared<SortedNames>();
    for (const Candidate& candidate : candidates) sorted->Add(candidate.name);
    return std::shared_ptr<const SortedNames>(std::move(sorted));
  }
};

}  // namespace

Listing::Listing(const google::protobuf::Descriptor* type,
                 const std::vector<std::string>& filterable, std::vector<std::string> orderable,
                 std::vector<std::string> by_default, const Collections& collections)
    : type_(type), orderable_(std::move(orderable)), by_default_(std::move(by_default)) {
  TL_CHECK(!by_default_.empty());
  for (const std::string& name : filterable) {
    const FieldDescriptor* field = FieldNamed(type, name);
    FilterField described{name, KindOf(*field)};
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const std::string prefix = PrefixOf(*field->enum_type());
      for (int i = 1; i < field->enum_type()->value_count(); ++i) {
        described.values.push_back(field->enum_type()->value(i)->name().substr(prefix.size()));
      }
    }
    const auto collection = collections.find(name);
    if (collection != collections.end()) described.collection = collection->second;
    filterable_.push_back(std::move(described));
  }
  for (const std::string& name : orderable_) FieldNamed(type, name);
}

Result<void> Listing::Select(std::string_view filter, std::string_view order_by,
                             const ListSource& source, Page& page, const Show& show) const {
  TL_TRY(Filter matching, Filter::Parse(filter, filterable_));
  TL_TRY(std::vector<OrderField> order, ParseOrder(order_by, orderable_));
  for (const std::string& name : by_default_) order.push_back({name, false});
  std::vector<FieldKind> kinds;
  for (const OrderField& field : order) kinds.push_back(KindOf(*FieldNamed(type_, field.name)));
  const Question question{std::move(matching), std::move(order), std::move(kinds)};
  if (question.IsInOrderOfNames()) {
    int shown = 0;
    std::string last;
    return Walk(source, page.after, page, [&](const std::string& name, Message& resource) {
      if (!question.Matches(resource)) return true;
      if (shown == page.size) {  // So this page is not the last.
        page.next = last;
        return false;
      }
      last = name;
      show(resource);
      ++shown;
      return true;
    });
  }

  std::shared_ptr<const SortedNames> names = page.sorted ? page.sorted->Find(page.list) : nullptr;
  const bool kept = names != nullptr;
  if (!kept) {
    TL_TRY(names, question.Sort(source, page));
  }
  const PageRange range = TakeRange(names->size(), page);
  if (!kept && page.sorted && !page.next.empty()) page.sorted->Keep(page.list, names);
  for (std::size_t i = range.begin; i < range.end; ++i) {
    TL_TRY_VOID(source.find(std::string(names->At(i)), [&](const std::string&, Message& resource) {
      show(resource);
      return true;
    }));
  }
  return {};
}

PageRange TakeRange(std::size_t count, Page& page) {
  std::size_t begin = 0;
  std::from_chars(page.after.data(), page.after.data() + page.after.size(), begin);
  begin = std::min(begin, count);
  const std::size_t end = std::min(count, begin + static_cast<std::size_t>(page.size));
  if (end < count) page.next = std::to_string(end);
  return {begin, end};
}

}  // namespace twinledger::rpc
