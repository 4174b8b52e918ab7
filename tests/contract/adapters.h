// The adapters that must keep the contract of services/platform/log/event_log.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/log/event_log.h"

namespace twinledger::testing {

// One log of an adapter, empty at first.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual log::EventLog& log() = 0;

  // As after a restart of the program: the same log, opened anew. Sessions and readers are gone
  // before.
  virtual void Reopen() = 0;
};

struct Adapter {
  std::string name;
  // Whether it never reports a sound append ambiguous or not appended. The contract asks for no
  // such thing, but an adapter that offers it is held to it.
  bool sure = true;
  std::function<std::unique_ptr<LogUnderTest>()> create;
};

std::vector<Adapter> AllAdapters();

}  // namespace twinledger::testing
