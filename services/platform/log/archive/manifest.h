// The manifest of an export: which accepted records it holds, signed by the writers' keys.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/crypto/signature.h"
#include "platform/log/archive/accepted_records.h"
#include "twinledger/log/v1/manifest.pb.h"

namespace twinledger::log {

inline constexpr std::string_view kManifestName = "manifest";
inline constexpr std::string_view kManifestTag = "twinledger/manifest/v1";

v1::Manifest MakeManifest(const Founding& founding, const Readings& readings, WallTime now);

// Signed by each of `keys` that is enrolled where its stream ends.
v1::SignedManifest SignManifest(const v1::Manifest& manifest, const Readings& readings,
                                const std::map<std::string, crypto::SigningKey>& keys);

// DATA_LOSS if the file is missing or not exactly a manifest.
struct ReadManifestFile {
  v1::SignedManifest signed_manifest;
  v1::Manifest manifest;
};
Result<ReadManifestFile> ReadManifest(const std::filesystem::path& directory);

}  // namespace twinledger::log
