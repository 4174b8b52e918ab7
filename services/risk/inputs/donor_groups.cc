#include "risk/inputs/donor_groups.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace twinledger::risk {
namespace {

struct Donor {
  std::string id;
  state::v1::DonorRow row;
};

Result<Donor> Find(const std::string& id, const FindDonor& find) {
  TL_TRY(std::optional<state::v1::DonorRow> row, find(id));
  return Donor{id, row ? *std::move(row) : state::v1::DonorRow()};
}

// Of a circle the lowest id, so that each of its members leads to the same one.
Result<Donor> LastOf(const std::string& principal_id, const FindDonor& find) {
  std::vector<Donor> chain;
  TL_TRY(Donor at, Find(principal_id, find));
  while (!at.row.merged_into_id().empty()) {
    chain.push_back(std::move(at));
    const auto again = std::ranges::find(chain, chain.back().row.merged_into_id(), &Donor::id);
    if (again != chain.end())
      return *std::min_element(again, chain.end(), [](auto& a, auto& b) { return a.id < b.id; });
    TL_TRY(at, Find(chain.back().row.merged_into_id(), find));
  }
  return at;
}

}  // namespace

Result<std::string> DonorGroupOf(const std::string& principal_id, const FindDonor& find) {
  TL_TRY(const Donor last, LastOf(principal_id, find));
  return last.row.donor_group_id().empty() ? last.id : last.row.donor_group_id();
}

}  // namespace twinledger::risk
