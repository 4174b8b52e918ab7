// A keyring in a folder of the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/keyring/keyring.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/keyring_folder.h"
#include "tests/support/temp_directory.h"

namespace twinledger::keyring {

inline constexpr std::string_view kLogId = "6f1d9f0a-5b1e-4f0e-9a55-3d0f6f3f1c11";
inline constexpr FieldContext kNameField{.stream = "registry",
                                         .entity_key = "official/1",
                                         .event_type = "official_registered",
                                         .field_path = "official.name",
                                         .request_id = "request-1",
                                         .classification = ""};

class KeyringFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Result<void> created = CreateKeyring(data_, kLogId, random_);
    ASSERT_TRUE(created) << created.error().message;
  }

  static SubjectId Subject(int number) { return SubjectId("official/" + std::to_string(number)); }
  static std::vector<SubjectId> Subjects(int count) {
    std::vector<SubjectId> subjects;
    for (int i = 0; i < count; ++i) subjects.push_back(Subject(i));
    return subjects;
  }

  Result<std::unique_ptr<Keyring>> TryOpen() { return Keyring::Open(data_, kLogId, random_); }
  std::unique_ptr<Keyring> Opened() {
    Result<std::unique_ptr<Keyring>> opened = TryOpen();
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? *std::move(opened) : nullptr;
  }
  std::string ReasonOfOpening() {
    const auto opened = TryOpen();
    return opened ? "" : opened.error().reason;
  }
  std::filesystem::path file() const { return EpochFile(data_, 1); }
  std::string FileBytes() const { return testing::ReadFile(file()); }
  // In place: modes stay.
  void SetFileBytes(const std::string& bytes) const { testing::WriteFile(file(), bytes); }

  testing::TempDirectory folder_;
  crypto::SystemRandom random_;
  DataDirectory data_{folder_.path() / "data"};
};

}  // namespace twinledger::keyring
