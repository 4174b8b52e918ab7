#include "platform/rpc/call_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "platform/rpc/policy.h"

namespace twinledger::rpc {
namespace {

TEST(CallCostTest, WhatReadsMoreTakesMore) {
  EXPECT_EQ(CostOf("twinledger.registry.v1.RegistryService/GetCouncil"), 1);
  EXPECT_EQ(CostOf("twinledger.registry.v1.RegistryService/CreateCouncil"), 1);
  EXPECT_EQ(CostOf("twinledger.registry.v1.RegistryService/ListCouncils"), 5);
  EXPECT_EQ(CostOf("twinledger.reporting.v1.ReportingService/GetOverview"), 20);
  EXPECT_EQ(CostOf("twinledger.audit.v1.AuditService/StreamRecords"), 100);
}

// A method that is renamed would silently cost as much as one record.
TEST(CallCostTest, NineMethodsAreDear) {
  std::set<std::string> dear;
  for (const std::string& method : MethodsWithRow()) {
    if (CostOf(method) > 5) dear.insert(method);
  }
  EXPECT_EQ(dear.size(), 9u);
}

}  // namespace
}  // namespace twinledger::rpc
