// How fields that hold a sealed text are called: "display_name_sealed". That a report holds no
// sealed text rests on these names.
#pragma once

#include <string>
#include <string_view>

namespace twinledger::fields {

inline constexpr std::string_view kSealedSuffix = "_sealed";

inline bool IsSealedName(std::string_view name) { return name.ends_with(kSealedSuffix); }

// "display_name_sealed" of "display_name".
inline std::string SealedName(std::string_view clear) {
  return std::string(clear).append(kSealedSuffix);
}

// "display_name"; of a field that holds no sealed text, its own name.
inline std::string ClearName(std::string_view name) {
  if (IsSealedName(name)) name.remove_suffix(kSealedSuffix.size());
  return std::string(name);
}

}  // namespace twinledger::fields
