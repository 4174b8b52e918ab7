#include "platform/crypto/system_random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kFromPageMax = 256;  // What is asked for at once; more is drawn for itself.

void Draw(std::span<std::uint8_t> into) {
  TL_CHECK(RAND_bytes(into.data(), static_cast<int>(into.size())) == 1);
}

// Of one thread. Threads: confined to it.
class RandomPage {
 public:
  RandomPage() {
    void* const page =
        mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TL_CHECK(page != MAP_FAILED);
    if (madvise(page, kPageBytes, MADV_WIPEONFORK) != 0) {
      munmap(page, kPageBytes);
      return;
    }
    // Both are a second line of defence, as in secret_bytes.cc.
    static_cast<void>(mlock(page, kPageBytes));
    static_cast<void>(madvise(page, kPageBytes, MADV_DONTDUMP));
    page_ = static_cast<Page*>(page);
  }
  ~RandomPage() {
    if (page_ == nullptr) return;
    OPENSSL_cleanse(page_, kPageBytes);
    munmap(page_, kPageBytes);
  }
  RandomPage(const RandomPage&) = delete;
  RandomPage& operator=(const RandomPage&) = delete;

  void Fill(std::span<std::uint8_t> into) {
    if (page_ == nullptr || into.size() > kFromPageMax) return Draw(into);
    if (page_->left < into.size()) {
      Draw(page_->bytes);
      page_->left = sizeof page_->bytes;
    }
    std::uint8_t* const from = page_->bytes + (sizeof page_->bytes - page_->left);
    std::copy_n(from, into.size(), into.data());
    OPENSSL_cleanse(from, into.size());
    page_->left -= into.size();
  }

 private:
  // As the kernel leaves it behind a fork, all zero, nothing is left.
  struct Page {
    std::size_t left;
    std::uint8_t bytes[kPageBytes - sizeof(std::size_t)];
  };

  Page* page_ = nullptr;  // Null where the system cannot empty it at a fork.
};

}  // namespace

std::string SystemRandom::Bytes(std::size_t count) {
  thread_local RandomPage page;
  std::string bytes(count, '\0');
  page.Fill({reinterpret_cast<std::uint8_t*>(bytes.data()), count});
  return bytes;
}

}  // namespace twinledger::crypto
