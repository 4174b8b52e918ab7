// Lists of resources: filtered, ordered and cut into pages. What a field is (text, number, date,
// enum) is read off the message, so a service only says which fields may be asked for.
//
// The pages of a list are of one cut, so a page begins where the one before ended: at a number.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/filter.h"
#include "platform/rpc/page_token.h"

namespace twinledger::rpc {

// Threads: immutable, thread-safe.
class Listing {
 public:
  // How the resource names begin that a field holds: "partner", "partners/".
  using Collections = std::map<std::string, std::string>;

  // REQUIRES: `type` has the fields. Lists without an order are in that of `by_default`, and what
  // is equal in all that was asked for too.
  Listing(const google::protobuf::Descriptor* type, const std::vector<std::string>& filterable,
          std::vector<std::string> orderable, std::vector<std::string> by_default,
          const Collections& collections = {});

  // The page of `items`, as places in it. INVALID_ARGUMENT, reason BAD_FILTER or BAD_ORDER.
  Result<std::vector<std::size_t>> Select(
      const std::vector<const google::protobuf::Message*>& items, std::string_view filter,
      std::string_view order_by, Page& page) const;

  template <class Request, class Resource>
  Result<void> Fill(const Request& request, std::vector<Resource>& items, Page& page,
                    google::protobuf::RepeatedPtrField<Resource>& out) const {
    const std::vector<const google::protobuf::Message*> all = PointersTo(items);
    TL_TRY(const std::vector<std::size_t> selected,
           Select(all, request.filter(), request.order_by(), page));
    for (const std::size_t i : selected) *out.Add() = std::move(items[i]);
    return {};
  }

 private:
  template <class Resource>
  static std::vector<const google::protobuf::Message*> PointersTo(
      const std::vector<Resource>& items) {
    std::vector<const google::protobuf::Message*> pointers;
    pointers.reserve(items.size());
    for (const Resource& item : items) pointers.push_back(&item);
    return pointers;
  }

  std::vector<FilterField> filterable_;
  std::vector<std::string> orderable_;
  std::vector<std::string> by_default_;
};

// The part [page.after, page.after + page.size) of a list of so many, and sets page.next.
struct PageRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};
PageRange TakeRange(std::size_t count, Page& page);

}  // namespace twinledger::rpc
