#include "platform/log/archive/manifest.h"

#include <fcntl.h>

#include <algorithm>

#include "platform/log/embedded/damage.h"
#include "platform/log/embedded/file.h"

namespace twinledger::log {

v1::Manifest MakeManifest(const Founding& founding, const Readings& readings, WallTime now) {
  v1::Manifest manifest;
  manifest.set_log_id(founding.root.log_id());
  manifest.set_founding_hash(std::string(crypto::Bytes(founding.root_hash)));
  manifest.set_created_us(now.time_since_epoch().count());
  for (const auto& [partition, reading] : readings) {
    v1::PartitionTip* tip = manifest.add_tips();
    tip->set_stream(partition.stream);
    tip->set_partition(partition.partition);
    tip->set_sequence(reading.view.sequence);
    tip->set_hash(std::string(crypto::Bytes(reading.view.hash)));
    tip->set_records(reading.records);
  }
  return manifest;
}

v1::SignedManifest SignManifest(const v1::Manifest& manifest, const Readings& readings,
                                const std::map<std::string, crypto::SigningKey>& keys) {
  v1::SignedManifest signed_manifest;
  signed_manifest.set_manifest(manifest.SerializeAsString());
  for (const auto& [stream, key] : keys) {
    const auto reading = readings.find({stream, 0});
    if (reading == readings.end()) continue;
    const auto& enrolled = reading->second.view.keys;
    if (std::none_of(enrolled.begin(), enrolled.end(),
                     [&key = key](const v1::PublicKey& candidate) {
                       return crypto::KeyIdOf(candidate) == key.key_id();
                     })) {
      continue;
    }
    v1::ManifestSignature* signature = signed_manifest.add_signatures();
    signature->set_key_id(key.key_id());
    signature->set_signature(key.Sign(kManifestTag, signed_manifest.manifest()));
  }
  return signed_manifest;
}

Result<ReadManifestFile> ReadManifest(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kManifestName;
  // Whoever made the directory may have put anything there: a pipe would be waited for.
  const auto file = File::Open(path, O_RDONLY | O_NONBLOCK);
  if (!file.ok()) {
    if (file.error().code != Code::kNotFound) return file.error();
    return Damaged(path, 0,
                   "the manifest is missing, and without it nobody knows where the export ended",
                   std::nullopt, "LOG_LOST");
  }
  TL_TRY(const std::uint64_t size, file->Size());
  TL_TRY(const std::string bytes, file->ReadAt(0, static_cast<std::size_t>(size)));
  ReadManifestFile read;
  // Written by one serializer, so bytes that do not come out again mean nothing: nobody signed
  // them.
  if (!read.signed_manifest.ParseFromString(bytes) ||
      read.signed_manifest.SerializeAsString() != bytes ||
      !read.manifest.ParseFromString(read.signed_manifest.manifest())) {
    return Damaged(path, 0, "not a manifest");
  }
  return read;
}

}  // namespace twinledger::log
