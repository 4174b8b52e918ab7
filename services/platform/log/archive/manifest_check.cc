#include "platform/log/archive/manifest_check.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "platform/log/archive/manifest.h"

namespace twinledger::log {
namespace {

using Tips = std::map<PartitionId, VerifyReport::Partition>;

std::optional<Tips> TipsOf(const v1::Manifest& manifest) {
  Tips tips;
  for (const v1::PartitionTip& tip : manifest.tips()) {
    VerifyReport::Partition& stated = tips[{tip.stream(), tip.partition()}];
    stated.sequence = tip.sequence();
    stated.records = tip.records();
    if (!crypto::HashFromBytes(tip.hash(), stated.hash)) return std::nullopt;
  }
  return tips;
}

// What of it differs, and no more: two numbers that are the same explain nothing.
std::string Difference(const PartitionId& partition, const VerifyReport::Partition& stated,
                       const VerifyReport::Partition& held) {
  const std::string name = ToString(partition);
  if (stated.sequence != held.sequence) {
    return fmt::format("the manifest knows {} up to sequence {}, and the files up to {}", name,
                       stated.sequence, held.sequence);
  }
  if (stated.records != held.records) {
    return fmt::format("the manifest knows {} records of {}, and the files hold {}", stated.records,
                       name, held.records);
  }
  return fmt::format(
      "the manifest knows the hash {} of {} at sequence {}, and in the files it is {}",
      crypto::Hex(stated.hash), name, held.sequence, crypto::Hex(held.hash));
}

// The first partition that does not end as the manifest says.
std::optional<BadPlace> CompareTips(const std::filesystem::path& file, const Tips& stated,
                                    const Tips& held) {
  for (const auto& [partition, holds] : held) {
    const auto tip = stated.find(partition);
    const VerifyReport::Partition says =
        tip == stated.end() ? VerifyReport::Partition{} : tip->second;
    const bool same = tip != stated.end() && says.sequence == holds.sequence &&
                      says.records == holds.records && says.hash == holds.hash;
    if (same) continue;
    // A record is missing, or the tip is another one.
    RecordPlace where{partition, holds.records, holds.sequence + 1};
    if (says.sequence == holds.sequence && holds.records > 0) {
      where = {partition, holds.records - 1, holds.sequence};
    }
    return BadPlace{file, 0, where, Difference(partition, says, holds)};
  }
  if (stated.size() == held.size()) return std::nullopt;
  return BadPlace{file, 0, std::nullopt, "the manifest has partitions that the log has not"};
}

// The streams of which a writer has signed; nothing if a signature does not check.
std::optional<std::set<std::string>> SignedStreams(const v1::SignedManifest& manifest,
                                                   const Founding& founding,
                                                   const std::map<PartitionId, ChainView>& views) {
  std::set<std::string> streams;
  for (const v1::ManifestSignature& signature : manifest.signatures()) {
    bool known = false;
    for (const std::string& stream : founding.root.streams()) {
      const auto view = views.find({stream, 0});
      if (view == views.end()) continue;
      for (const v1::PublicKey& key : view->second.keys) {
        if (crypto::KeyIdOf(key) != signature.key_id()) continue;
        if (!crypto::Verify(key, kManifestTag, manifest.manifest(), signature.signature())) {
          return std::nullopt;
        }
        streams.insert(stream);
        known = true;
      }
    }
    if (!known) return std::nullopt;
  }
  return streams;
}

}  // namespace

ManifestFindings CheckManifestOf(const std::filesystem::path& directory, const Founding& founding,
                                 const std::map<PartitionId, VerifyReport::Partition>& held,
                                 const std::map<PartitionId, ChainView>& views) {
  const std::filesystem::path file = directory / kManifestName;
  const auto bad = [&](std::string why) {
    return ManifestFindings{BadPlace{file, 0, std::nullopt, std::move(why)}, {}};
  };
  const auto read = ReadManifest(directory);
  if (!read.ok()) return {BadPlaceOf(read.error()), {}};
  // Or a bit in the tag of a signature would make a manifest that nobody has signed.
  const v1::SignedManifest& written = read->signed_manifest;
  if (!written.GetReflection()->GetUnknownFields(written).empty()) {
    return bad(
        "the manifest has something that this program does not know: it was altered, or a "
        "newer program made it");
  }
  if (read->manifest.founding_hash() != crypto::Bytes(founding.root_hash) ||
      read->manifest.log_id() != founding.root.log_id()) {
    return bad("the manifest is of another log");
  }
  const std::optional<Tips> stated = TipsOf(read->manifest);
  if (!stated) return bad("the manifest has a malformed hash");
  if (std::optional<BadPlace> differs = CompareTips(file, *stated, held)) return {differs, {}};
  const auto streams = SignedStreams(read->signed_manifest, founding, views);
  if (!streams) return bad("the manifest has a signature that does not check");

  ManifestFindings findings;
  for (const std::string& stream : founding.root.streams()) {
    if (streams->contains(stream)) continue;
    findings.missing.push_back(
        fmt::format("the manifest is not signed by a writer of {}: whether the end of the export "
                    "was cut off is open",
                    stream));
  }
  return findings;
}

}  // namespace twinledger::log
