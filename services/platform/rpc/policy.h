// Who may call what: one table of method by role, deny by default (policy.cc).
//
// A cell says how far a role reaches in a method: not at all, to its own council, or to any. A
// handler tells by a Scope which council its request is about; what it gets back, an Admission,
// says whose content the answer may hold. Reading another council's record by its name is answered
// as if the record did not exist.
#pragma once

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/caller.h"

namespace twinledger::rpc {

// What a request is about.
class Scope {
 public:
  // One council's record. `name` is the resource name asked for: "councils/wellington-city".
  static Scope OfCouncil(std::string council, std::string name) {
    return Scope(std::move(council), std::move(name));
  }
  // What belongs to no council (a partner body), or spans councils (a list): the handler keeps to
  // Admission::only_council.
  static Scope OfAll() { return Scope(std::nullopt, ""); }

  const std::optional<std::string>& council() const { return council_; }
  const std::string& name() const { return name_; }

 private:
  Scope(std::optional<std::string> council, std::string name)
      : council_(std::move(council)), name_(std::move(name)) {}

  std::optional<std::string> council_;
  std::string name_;
};

struct Admission {
  CallerIdentity caller;
  // The answer may hold this council's content only; unset: any council's.
  std::optional<std::string> only_council = std::nullopt;
};

// `method` is "twinledger.registry.v1.RegistryService/CreateCouncil". PERMISSION_DENIED, reason
// NOT_PERMITTED; for a read of another council's record NOT_FOUND, as rpc::NotFound says it.
Result<Admission> Authorize(const CallerIdentity& caller, std::string_view method,
                            const Scope& scope);

// Whether the role may call the method at all, for some council: before a request is looked at.
Result<void> AuthorizeMethod(const CallerIdentity& caller, std::string_view method);

// "package.Service/Method" of every method of the services given that has no row.
std::vector<std::string> MethodsWithoutRow(
    const std::vector<const google::protobuf::ServiceDescriptor*>& services);

// How the table reads, for documents and the matrix test.
enum class Reach { kNone, kOwnCouncil, kAny };
enum class Access { kRead, kWrite };
Reach ReachOf(std::string_view method, identity::Role role);  // kNone without a row.
std::optional<Access> AccessOf(std::string_view method);      // Nothing without a row.
std::vector<std::string> MethodsWithRow();

}  // namespace twinledger::rpc
