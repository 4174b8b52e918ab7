// Progress of work that reads a log, drawn from when its size is known.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "platform/log/archive/accepted_records.h"
#include "twinledger/command/session.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {

// Threads: confined to one.
class RecordProgress {
 public:
  // `session` must outlive it.
  RecordProgress(Session& session, std::string what) : session_(session), what_(std::move(what)) {}

  // Valid while this object lives.
  log::ReadProgressCallback Callback() {
    return [this](const log::ReadProgress& read) {
      if (!progress_) {
        progress_ = std::make_unique<Progress>(session_.terminal(), session_.clock(), what_,
                                               "records", read.total);
      }
      progress_->At(read.records);
    };
  }

 private:
  Session& session_;
  std::string what_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace twinledger::client
