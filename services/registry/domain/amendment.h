// A change of some fields of a record. An event of an amendment carries the fields that really
// change and their new values, so that a history needs no other event to show it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/fields/field_paths.h"

namespace twinledger::registry {

template <class Fields>
struct Amendment {
  Fields result;                   // All fields as they are then.
  Fields values;                   // Those of `paths` alone.
  std::vector<std::string> paths;  // That differ; none if the record is so already.
};

template <class Fields>
Amendment<Fields> Amend(const Fields& current, const Fields& wished,
                        const std::vector<std::string>& paths) {
  Amendment<Fields> amendment{current, {}, {}};
  for (const std::string& path : paths) fields::Copy(wished, path, amendment.result);
  amendment.paths = fields::DifferingPaths(current, amendment.result);
  for (const std::string& path : amendment.paths) {
    fields::Copy(amendment.result, path, amendment.values);
  }
  return amendment;
}

template <class Fields, class Amended>
void Render(Amendment<Fields> amendment, Amended& event) {
  *event.mutable_fields() = std::move(amendment.values);
  event.mutable_paths()->Assign(amendment.paths.begin(), amendment.paths.end());
}

// Whether this program knows every path of the event. REQUIRED by Fold.
template <class Amended>
bool IsUnderstood(const Amended& event) {
  for (const std::string& path : event.paths()) {
    if (!fields::HasPath(event.fields(), path)) return false;
  }
  return true;
}

template <class Amended, class Fields>
void Fold(const Amended& event, Fields& fields) {
  for (const std::string& path : event.paths()) {
    twinledger::fields::Copy(event.fields(), path, fields);
  }
}

}  // namespace twinledger::registry
