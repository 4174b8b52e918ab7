// Lists of resources: filtered, ordered and cut into pages. What a field is (text, number, date,
// enum) is read off the message, so a service only says which fields may be asked for. A number
// that can be unknown is declared optional; of any other, 0 is a value.
//
// The pages of a list are of one cut. In the order of names a page begins behind the last name of
// the one before, and costs what it shows and what its filter leaves out. In another order the
// first page looks at every row, and the others at their own (sorted_lists.h).
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/filter.h"
#include "platform/rpc/page_token.h"

namespace twinledger::rpc {

// Where the resources of a list are, each under its name.
struct ListSource {
  // Answers false to end the walk. May take the resource's content away.
  using Visit = std::function<bool(const std::string& name, google::protobuf::Message& resource)>;

  // Shows those whose names are behind `after`, or all if it is empty, in the order of names.
  std::function<Result<void>(const std::string& after, const Visit& visit)> walk;

  // Shows the one that `walk` has shown under this name.
  std::function<Result<void>(const std::string& name, const Visit& visit)> find;
};

// Threads: immutable, thread-safe.
class Listing {
 public:
  // How the resource names begin that a field holds: "partner", "partners/".
  using Collections = std::map<std::string, std::string>;

  // REQUIRES: `type` has the fields. Lists without an order are in that of `by_default`, and what
  // is equal in all that was asked for too. A field "name" holds the names of the source.
  Listing(const google::protobuf::Descriptor* type, const std::vector<std::string>& filterable,
          std::vector<std::string> orderable, std::vector<std::string> by_default,
          const Collections& collections = {});

  // Adds the page to `out`. INVALID_ARGUMENT, reason BAD_FILTER or BAD_ORDER; CANCELLED if its
  // caller is gone.
  template <class Request, class Resource>
  Result<void> Fill(const Request& request, const ListSource& source, Page& page,
                    google::protobuf::RepeatedPtrField<Resource>& out) const {
    return Select(request.filter(), request.order_by(), source, page,
                  [&out](google::protobuf::Message& resource) {
                    *out.Add() = std::move(static_cast<Resource&>(resource));
                  });
  }

 private:
  using Show = std::function<void(google::protobuf::Message&)>;

  Result<void> Select(std::string_view filter, std::string_view order_by, const ListSource& source,
                      Page& page, const Show& show) const;

  const google::protobuf::Descriptor* const type_;
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
