// What a page of a list costs, and a whole list by pages, in registries of a hundred to a hundred
// thousand relationships: rows on RocksDB, read as the services' lists do. A page in the order of
// names should cost what it shows, and a whole list so many times that, whatever the size of the
// registry. The first page in another order has to look at every row, and the others do not.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "platform/base/check.h"
#include "platform/rpc/sorted_lists.h"
#include "platform/store/rocks_store.h"
#include "registry/projection/registry_projection.h"
#include "registry/rpc/lists.h"
#include "tests/support/temp_directory.h"
#include "twinledger/registry/v1/national_register.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::registry {
namespace {

constexpr int kCouncilsOfOne = 10;
constexpr int kRowsInBatch = 1000;
constexpr std::size_t kSortedBytesMax = std::size_t{48} << 20;  // As a server.

std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }

void PutRelationship(int number, store::RowWriter& rows) {
  // Partners in another order than the relationships.
  const std::string partner = Uuid(static_cast<int>(number * 7919LL % 1'000'003));
  Partner body;
  body.set_partner_id(partner);
  body.mutable_fields()->set_display_name("Partner " + partner);
  body.mutable_fields()->set_country("JP");
  rows.Put(kPartners, {partner}, body);

  const std::string council = fmt::format("council-{}", number % kCouncilsOfOne);
  Relationship relationship;
  relationship.set_council_id(council);
  relationship.set_relationship_id(Uuid(number));
  relationship.set_create_time_us(1 + number);
  relationship.set_update_time_us(1 + number);
  auto& fields = *relationship.mutable_fields();
  fields.set_partner_id(partner);
  fields.set_kind(events::v1::RELATIONSHIP_KIND_SISTER_CITY);
  fields.set_status(events::v1::RELATIONSHIP_STATUS_ACTIVE);
  fields.mutable_since()->set_year(1980 + number % 40);
  rows.Put(kRelationships, {council, Uuid(number)}, relationship);
}

// A registry with so many relationships, each with a partner of its own.
class Registry {
 public:
  explicit Registry(int relationships) {
    auto created = store::RocksStore::Create(directory_.path() / "registry");
    TL_CHECK(created.ok());
    store_ = *std::move(created);
    log::Sequence sequence = 0;
    for (int done = 0; done < relationships;) {
      store::Overlay rows(*store_);
      rows.Begin({"registry", 0}, ++sequence);
      for (int i = 0; done == 0 && i < kCouncilsOfOne; ++i) {
        Council council;
        council.set_council_id(fmt::format("council-{}", i));
        council.mutable_fields()->set_display_name(fmt::format("Council {}", i));
        rows.Put(kCouncils, {council.council_id()}, council);
      }
      for (int i = 0; i < kRowsInBatch && done < relationships; ++i) PutRelationship(done++, rows);
      TL_CHECK(!rows.fault() && store_->Write(rows.batch()).ok());
    }
  }

  const store::KeyValueReader& rows() const { return *store_; }

 private:
  testing::TempDirectory directory_;
  std::unique_ptr<store::RocksStore> store_;
};

// Made once each, and closed before the program ends: RocksDB outlives no static of ours.
std::map<std::int64_t, std::unique_ptr<Registry>> registries;  // NOLINT: of this program alone.

const Registry& RegistryOf(std::int64_t relationships) {
  auto& registry = registries[relationships];
  if (!registry) registry = std::make_unique<Registry>(static_cast<int>(relationships));
  return *registry;
}

struct Question {
  std::string order;
  const std::string& filter() const { return nothing; }
  const std::string& order_by() const { return order; }
  std::string nothing = {};
};

const store::Cut kWhole{{{"registry", 0}, 1'000'000}};

template <class Resource>
std::int64_t ReadPage(const rpc::Listing& listing, const rpc::ListSource& source,
                      const Question& question, rpc::Page& page) {
  google::protobuf::RepeatedPtrField<Resource> rows;
  TL_CHECK(listing.Fill(question, source, page, rows).ok());
  return rows.size();
}

// Each page by a reader of its own, as each call has.
template <class Resource, class Source>
std::int64_t ReadAll(const Registry& registry, const rpc::Listing& listing, const Source& source,
                     const Question& question, int page_size) {
  rpc::SortedLists sorted(kSortedBytesMax);
  rpc::Page page{.size = page_size, .after = "", .next = "", .list = "list", .sorted = &sorted};
  std::int64_t rows = 0;
  do {
    page.after = std::exchange(page.next, "");
    const store::CutReader reader(registry.rows(), kWhole);
    rows += ReadPage<Resource>(listing, source(reader, std::nullopt), question, page);
  } while (!page.next.empty());
  return rows;
}

// A page from the middle of the list, in the order of names: relationships, page size.
void BM_PageInTheOrderOfNames(benchmark::State& state) {
  const Registry& registry = RegistryOf(state.range(0));
  const std::string middle =
      fmt::format("councils/council-{}/relationships/{}", kCouncilsOfOne / 2, Uuid(0));
  std::int64_t rows = 0;
  for (auto _ : state) {
    const store::CutReader reader(registry.rows(), kWhole);
    rpc::Page page{.size = static_cast<int>(state.range(1)), .after = middle, .next = ""};
    rows += ReadPage<v1::Relationship>(RelationshipListing(),
                                       RelationshipSource(reader, std::nullopt), {}, page);
  }
  state.SetItemsProcessed(rows);
}
BENCHMARK(BM_PageInTheOrderOfNames)
    ->ArgsProduct({{100, 1000, 10'000, 100'000}, {10, 1000}})
    ->Unit(benchmark::kMillisecond);

// Relationships, page size.
void BM_WholeListInTheOrderOfNames(benchmark::State& state) {
  const Registry& registry = RegistryOf(state.range(0));
  std::int64_t rows = 0;
  for (auto _ : state) {
    rows += ReadAll<v1::Relationship>(registry, RelationshipListing(), RelationshipSource, {},
                                      static_cast<int>(state.range(1)));
  }
  TL_CHECK(rows == state.range(0) * static_cast<std::int64_t>(state.iterations()));
  state.SetItemsProcessed(rows);
}
BENCHMARK(BM_WholeListInTheOrderOfNames)
    ->ArgsProduct({{100, 1000, 10'000, 100'000}, {100, 1000}})
    ->Unit(benchmark::kMillisecond);

// The national register, by the names of councils and partners: sorted for its first page.
void BM_FirstPageOfTheRegister(benchmark::State& state) {
  const Registry& registry = RegistryOf(state.range(0));
  for (auto _ : state) {
    const store::CutReader reader(registry.rows(), kWhole);
    rpc::Page page{.size = 10, .after = "", .next = ""};
    ReadPage<v1::NationalRegisterRow>(RegisterListing(), RegisterSource(reader, std::nullopt), {},
                                      page);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(BM_FirstPageOfTheRegister)
    ->ArgsProduct({{100, 1000, 10'000, 100'000}})
    ->Unit(benchmark::kMillisecond);

// Relationships, page size.
void BM_WholeRegister(benchmark::State& state) {
  const Registry& registry = RegistryOf(state.range(0));
  std::int64_t rows = 0;
  for (auto _ : state) {
    rows += ReadAll<v1::NationalRegisterRow>(registry, RegisterListing(), RegisterSource, {},
                                             static_cast<int>(state.range(1)));
  }
  TL_CHECK(rows == state.range(0) * static_cast<std::int64_t>(state.iterations()));
  state.SetItemsProcessed(rows);
}
BENCHMARK(BM_WholeRegister)
    ->ArgsProduct({{100, 1000, 10'000, 100'000}, {100, 1000}})
    ->Unit(benchmark::kMillisecond);

}  // namespace

void CloseRegistries() { registries.clear(); }

}  // namespace twinledger::registry

int main(int count, char** words) {
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  twinledger::registry::CloseRegistries();
  return 0;
}
