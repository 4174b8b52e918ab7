#include "platform/server/chosen_services.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/base/nearest.h"

namespace twinledger::server {

Result<std::vector<Assembly>> ChosenServices(const std::vector<Assembly>& assemblies,
                                             const std::vector<std::string>& names) {
  if (names.empty()) return assemblies;
  std::vector<std::string> known;
  for (const Assembly& assembly : assemblies) known.emplace_back(assembly.name);
  std::vector<Assembly> chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(assemblies, name, &Assembly::name);
    if (found == assemblies.end()) {
      const std::string meant = DidYouMean(name, known);
      return Error{
          Code::kInvalidArgument,
          fmt::format("services: there is no service \"{}\"{}", name,
                      meant.empty() ? fmt::format("; use {}", fmt::join(known, ", ")) : meant),
          "UNKNOWN_SERVICE",
          {{"service", name}}};
    }
    if (std::ranges::find(chosen, name, &Assembly::name) != chosen.end()) {
      return Error{Code::kInvalidArgument,
                   fmt::format("services: \"{}\" is named twice; name it once", name),
                   "SERVICE_TWICE",
                   {{"service", name}}};
    }
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace twinledger::server
