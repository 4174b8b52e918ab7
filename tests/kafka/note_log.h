// A log of notes on Kafka with one partition, what was acknowledged of it, and who reads it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/kafka/acknowledgements.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/segment_file.h"
#include "tests/support/note_system.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

inline constexpr const char* kNoteWriter = "notes registry";  // The name of its key.

void ChangeAByte(std::string& value);  // In the middle.

// Threads: confined to one.
class NoteLog {
 public:
  NoteLog();

  // Notes "note-1", "note-2" and so on, one after another, each to be acknowledged; by a replica
  // that ends afterwards. Entity and text have the number too.
  void WriteNotes(int count);

  SegmentFile Segment() const { return {address_, {"registry", 0}}; }

  // As a replica that begins with nothing, and as the one that wrote, on what it has.
  projection::PartitionStatus ReadAll() const;
  projection::PartitionStatus ReadOn() const;

  // What it holds of an entity that a replica reads which begins with nothing.
  std::string TextOf(int number) const;

  Checked Check() const;

  const log::KafkaAddress& address() const { return address_; }

 private:
  std::unique_ptr<NoteSystem> Replica(const std::filesystem::path& directory) const;

  const log::KafkaAddress address_ = FreshKafkaAddress();
  const TempDirectory directory_;
  std::vector<Acknowledgement> acknowledged_;
};

}  // namespace twinledger::testing
