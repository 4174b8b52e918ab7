// The answers that the calls on all resources give alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/council_scope.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/listing.h"
#include "platform/rpc/reads.h"
#include "platform/writer/command.h"
#include "registry/projection/registry_view.h"
#include "registry/rpc/intents.h"
#include "registry/rpc/resource_names.h"
#include "registry/rpc/translation.h"

namespace twinledger::registry {

// The record that was asked for by `name`.
template <class Row, class Resource>
Result<void> AnswerFound(const std::optional<Versioned<Row>>& found, std::string_view name,
                         Resource& answer) {
  if (!found) return rpc::NotFound(name);
  answer = ResourceOf(*found);
  return {};
}

// The record as a write left it; for one that only validates, as it would leave it.
template <class Row, class Resource>
Result<void> AnswerWritten(const std::optional<Versioned<Row>>& found, std::string_view name,
                           const writer::Outcome& outcome, const Prospect<Row>& prospect,
                           Resource& answer) {
  if (outcome.sequence != 0) return AnswerFound(found, name, answer);
  if (*prospect) answer = ResourceOf(Versioned<Row>{**prospect});
  return {};
}

// The record as a call that only validates would leave it: no version of it is there yet.
template <class Row>
std::optional<Versioned<Row>> ProspectOf(const Prospect<Row>& prospect) {
  if (!*prospect) return std::nullopt;
  return Versioned<Row>{**prospect};
}

// The council that the caller may see alone, if there is one.
inline std::optional<CouncilId> OnlyCouncil(const rpc::Reading& reading) {
  const std::optional<std::string>& only = reading.admission().only_council;
  return only ? std::optional<CouncilId>(*only) : std::nullopt;
}

// NOT_FOUND for a list of one council that was never registered.
inline Result<void> RequireParent(const std::string& parent, const rpc::Reading& reading) {
  return rpc::RequireParent(parent, reading, [&reading](std::string id) {
    return FindCouncil(reading.rows(), CouncilId(std::move(id)));
  });
}

// A version as a council may see it, if the caller is one: who of another council made it, by which
// request and why, is that council's own. A partner has versions of many councils.
inline v1::Version ResourceFor(const rpc::CallerIdentity& caller, const HistoryEntry& entry) {
  v1::Version version = ResourceOf(entry);
  const std::string& actor = version.actor();
  if (!caller.council.empty() && actor.starts_with("council/") &&
      !actor.starts_with("council/" + caller.council + "/")) {
    version.clear_actor();
    version.clear_request_id();
    version.clear_reason();
  }
  return version;
}

// One page of a record's versions.
template <class Response>
Result<void> AnswerHistory(const std::vector<HistoryEntry>& history, const rpc::Reading& reading,
                           std::string_view name, rpc::Page& page, Response& response) {
  if (history.empty()) return rpc::NotFound(name);
  const rpc::PageRange range = rpc::TakeRange(history.size(), page);
  for (std::size_t i = range.begin; i < range.end; ++i) {
    *response.add_versions() = ResourceFor(reading.admission().caller, history[i]);
  }
  return {};
}

}  // namespace twinledger::registry
