// What may stand in the fields of a resource that a client sends. Looks at the message alone; what
// the record's state forbids is the domain's to say.
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "platform/rpc/violations.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::registry {

// Which fields of a resource a request gives: all of them, or those of its update mask.
class Given {
 public:
  static Given All() { return Given(nullptr); }
  static Given Only(const google::protobuf::FieldMask& mask) { return Given(&mask); }

  bool Has(std::string_view path) const;

 private:
  explicit Given(const google::protobuf::FieldMask* mask) : mask_(mask) {}
  const google::protobuf::FieldMask* mask_;
};

// Violations are named under `prefix`: "council.population".
void CheckFields(std::string_view prefix, const v1::Council& council, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Partner& partner, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Relationship& relationship, const Given& given,
                 rpc::Violations& wrong);

// A mask names at least one path, and only such as `amendable` has.
void CheckMask(const google::protobuf::FieldMask& mask, const std::vector<std::string>& amendable,
               rpc::Violations& wrong);

void CheckDate(std::string_view field, const v1::PartialDate& date, rpc::Violations& wrong);
void RequireDate(std::string_view field, const v1::PartialDate& date, rpc::Violations& wrong);
void CheckProvenance(const v1::Provenance& provenance, rpc::Violations& wrong);

inline constexpr std::size_t kTextCharactersMax = 2000;  // Of a reason, a ground, a note.

}  // namespace twinledger::registry
