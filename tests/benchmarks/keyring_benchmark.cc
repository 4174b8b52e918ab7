// The keyring at a nation's size, 100,000 subjects: making their keys, opening it, sealing and
// unsealing a name. `heap_mb` is what an open one holds.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "platform/crypto/system_random.h"
#include "platform/keyring/keyring.h"
#include "tests/support/temp_directory.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kLogId = "6f1d9f0a-5b1e-4f0e-9a55-3d0f6f3f1c11";
constexpr int kSubjects = 100'000;
constexpr FieldContext kField{.stream = "registry",
                              .entity_key = "official/7f0c3c1e-9f51-4c7b-8d0f-0a4a3f1b2c3d",
                              .event_type = "official_registered",
                              .field_path = "official.name",
                              .request_id = "0d9b6c52-3f1a-4e5c-8c1b-5a0e9f6d7c8b",
                              .classification = ""};

double HeapMegabytes() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd) / 1e6;
}

std::vector<SubjectId> Subjects() {
  std::vector<SubjectId> subjects;
  for (int i = 0; i < kSubjects; ++i) {
    subjects.emplace_back("official/7f0c3c1e-9f51-4c7b-8d0f-" +
                          std::to_string(100'000'000'000 + i));
  }
  return subjects;
}

// One keyring for all; made once.
struct Filled {
  Filled() {
    TL_CHECK(CreateKeyring(data, kLogId, random).ok());
    TL_CHECK(Opened()->EnsureKeys(Subjects()).ok());
  }
  std::unique_ptr<Keyring> Opened() { return *Keyring::Open(data, kLogId, random); }

  crypto::SystemRandom random;
  testing::TempDirectory folder;
  DataDirectory data{folder.path() / "data"};
};

Filled& Keys() {
  static Filled filled;
  return filled;
}

void BM_MakeKeys(benchmark::State& state) {
  const std::vector<SubjectId> subjects = Subjects();
  for (auto _ : state) {
    state.PauseTiming();
    crypto::SystemRandom random;
    const testing::TempDirectory folder;
    const DataDirectory data(folder.path() / "data");
    TL_CHECK(CreateKeyring(data, kLogId, random).ok());
    const auto keyring = *Keyring::Open(data, kLogId, random);
    state.ResumeTiming();
    TL_CHECK(keyring->EnsureKeys(subjects).ok());
  }
  state.SetItemsProcessed(state.iterations() * kSubjects);
}
BENCHMARK(BM_MakeKeys)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Open(benchmark::State& state) {
  Keys();
  double grown = 0;
  for (auto _ : state) {
    const double before = HeapMegabytes();
    const auto keyring = Keys().Opened();
    TL_CHECK(keyring->Counts().keys == kSubjects);
    grown = HeapMegabytes() - before;
  }
  state.counters["heap_mb"] = grown;
  state.SetItemsProcessed(state.iterations() * kSubjects);
}
BENCHMARK(BM_Open)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Seal(benchmark::State& state) {
  const auto keyring = Keys().Opened();
  const std::vector<SubjectId> subjects = Subjects();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(keyring->Seal(subjects[next++ % kSubjects], kField, "Māui Tāwhiri"));
  }
}
BENCHMARK(BM_Seal);

void BM_Unseal(benchmark::State& state) {
  const auto keyring = Keys().Opened();
  const std::string sealed = *keyring->Seal(Subjects().front(), kField, "Māui Tāwhiri");
  for (auto _ : state) benchmark::DoNotOptimize(keyring->Unseal(sealed, kField));
}
BENCHMARK(BM_Unseal)->ThreadRange(1, 2)->UseRealTime();

}  // namespace
}  // namespace twinledger::keyring
