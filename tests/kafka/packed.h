// Bytes packed as record batches have them.
#pragma once

#include <string>

namespace twinledger::testing {

// A gzip member; more of them in a row are a gzip file too. A megabyte of zeros makes some 1 KB.
std::string GzipMember(const std::string& bytes);

// A zstd frame. The same.
std::string ZstdFrame(const std::string& bytes);

}  // namespace twinledger::testing
