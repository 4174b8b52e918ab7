// Top-level fields of protobuf messages by name: compared, copied, shown. What amendments and
// histories are made of, whatever the resource.
//
// A path is a field's name: "population". A field is set if it holds something else than its
// default, or, where it is optional, if it was given at all.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace twinledger::fields {

using google::protobuf::Message;

bool HasPath(const Message& message, std::string_view path);

// REQUIRES, here and below: `a` and `b`, or `from` and `to`, are of one type and have the path.
bool Equal(const Message& a, const Message& b, std::string_view path);
void Copy(const Message& from, std::string_view path, Message& to);  // Clears what is not set.

// Some fields of a type, to be copied from many messages: their names are looked up once. Threads:
// immutable once it is made.
class CopiedFields {
 public:
  // REQUIRES: the type has the paths, and its messages are generated ones.
  CopiedFields(const google::protobuf::Descriptor& type,
               std::initializer_list<std::string_view> paths);

  // As Copy, of each. REQUIRES: both are of the type.
  void Copy(const Message& from, Message& to) const;

 private:
  const google::protobuf::Descriptor& type_;
  std::vector<std::size_t> at_;  // Among the fields of the type.
};

// All paths in which they differ, in the order of the fields' numbers.
std::vector<std::string> DifferingPaths(const Message& a, const Message& b);

// One field that differs. Values are text, as shown_value.h has them.
struct Change {
  std::string path;
  std::optional<std::string> before;  // Nothing where it was not set.
  std::optional<std::string> after;
};
std::vector<Change> Changes(const Message& before, const Message& after);

// The value of a path as text; nothing where it is not set.
std::optional<std::string> Show(const Message& message, std::string_view path);

// Copies every field that both types have under the same name, messages within likewise, enums by
// number; the rest of `to` stays. The types' tests prove that such fields agree.
void Translate(const Message& from, Message& to);

}  // namespace twinledger::fields
