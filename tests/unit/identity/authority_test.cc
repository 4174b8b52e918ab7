#include "platform/identity/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "platform/crypto/certificates.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/client_bundle.h"
#include "platform/identity/issued_certificates.h"
#include "platform/identity/principal_directory.h"
#include "platform/identity/replica_identity.h"
#include "platform/identity/revocation_list.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"

namespace twinledger::identity {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr WallTime kStart{std::chrono::sys_days{std::chrono::November / 25 / 2026}};
const Principal kOfficer{.role = Role::kCouncilOfficer, .council = "hutt-city", .account = "k7"};

mode_t ModeOf(const std::filesystem::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

void Append(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

void Replace(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::trunc | std::ios::binary) << text;
}

std::string Text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AuthorityTest : public ::testing::Test {
 protected:
  Authority Opened(AuthorityOptions options = {}) {
    Result<Authority> authority = Authority::Open(folder(), std::move(options), clock_, random_);
    EXPECT_TRUE(authority.ok()) << authority.error().message;
    return *std::move(authority);
  }
  std::filesystem::path folder() const { return directory_.path() / "identity"; }

  testing::TempDirectory directory_;
  support::ManualClock clock_{kStart};
  crypto::SystemRandom random_;
};

TEST_F(AuthorityTest, ABundleIsOfOnePieceAndNoOtherFitsIn) {
  Opened();
  const Result<ClientBundle> ours = ReadBundle(folder() / "clients/auditor");
  const Result<ClientBundle> other = ReadBundle(folder() / "clients/operator");
  ASSERT_TRUE(ours.ok() && other.ok());
  EXPECT_TRUE(crypto::IsKeyOf(ours->certificate_pem, ours->key_pem));
  EXPECT_FALSE(crypto::IsKeyOf(ours->certificate_pem, other->key_pem));
  EXPECT_FALSE(crypto::IsKeyOf(ours->certificate_pem, "no key"));
  EXPECT_FALSE(crypto::IsKeyOf("no certificate", ours->key_pem));
  EXPECT_TRUE(crypto::IsIssuedBy(ours->certificate_pem, ours->authority_pem));
  EXPECT_FALSE(crypto::IsIssuedBy(ours->certificate_pem, other->certificate_pem));
  EXPECT_FALSE(crypto::IsIssuedBy(ours->certificate_pem, "no certificate"));
}

TEST_F(AuthorityTest, TheFirstStartMakesABundleForEachRoleOfTheAgency) {
  const Authority authority = Opened();
  for (const char* role :
       {"agency-analyst", "agency-approver", "rule-author", "auditor", "operator"}) {
    SCOPED_TRACE(role);
    const Result<ClientBundle> bundle = ReadBundle(folder() / "clients" / role);
    ASSERT_TRUE(bundle.ok()) << bundle.error().message;
    EXPECT_EQ(bundle->uri, std::string("spiffe://twinledger.internal/") + role + "/first");
    EXPECT_EQ(bundle->server, "127.0.0.1:7443");
    EXPECT_EQ(bundle->authority_pem, authority.server().authority_pem);
  }
}

TEST_F(AuthorityTest, FilesAreTheOwnersAlone) {
  Opened();
  for (const char* file : {"ca.key", "ca.pem", "server.key", "server.pem", "issued.jsonl",
                           "revoked.txt", "clients/auditor/key.pem"}) {
    EXPECT_EQ(ModeOf(folder() / file), 0600U) << file;
  }
  for (const char* sub : {"", "clients", "clients/auditor"}) {
    EXPECT_EQ(ModeOf(folder() / sub), 0700U) << sub;
  }
}

TEST_F(AuthorityTest, AKeyThatOthersMayReadIsRefused) {
  Opened();
  chmod((folder() / "ca.key").c_str(), 0640);
  const Result<Authority> authority = Authority::Open(folder(), {}, clock_, random_);
  ASSERT_FALSE(authority.ok());
  EXPECT_EQ(authority.error().reason, "FILE_EXPOSED");
}

TEST_F(AuthorityTest, ASecondStartChangesNothing) {
  const std::string before = Opened().server().certificate_pem;
  const Authority again = Opened();
  EXPECT_EQ(again.server().certificate_pem, before);
  EXPECT_THAT(*again.List(), SizeIs(5));
}

TEST_F(AuthorityTest, AFirstStartThatWasCutShortIsCompleted) {
  Opened();
  std::filesystem::remove(folder() / "server.pem");
  std::filesystem::rename(folder() / "clients" / "auditor", folder() / "clients" / "auditor.new");
  Opened();
  EXPECT_TRUE(ReadBundle(folder() / "clients" / "auditor").ok());
  EXPECT_FALSE(std::filesystem::exists(folder() / "clients" / "auditor.new"));
}

TEST_F(AuthorityTest, AnAuthorityThatLostItsKeyAfterIssuingIsNotReplaced) {
  Opened();
  std::filesystem::remove(folder() / "ca.key");
  const Result<Authority> authority = Authority::Open(folder(), {}, clock_, random_);
  ASSERT_FALSE(authority.ok());
  EXPECT_EQ(authority.error().reason, "AUTHORITY_INCOMPLETE");
}

TEST_F(AuthorityTest, ACertificateOfTheAuthorityThatWasChangedAnywhereIsRefused) {
  Opened();
  const std::string sound = Text(folder() / "ca.pem");
  const std::size_t begin = sound.find('\n') + 1;
  const std::size_t end = sound.find_first_of("=-", begin);
  // Of the last letter some bits say nothing.
  for (std::size_t i = begin; i + 2 < end; i += 5) {
    if (sound[i] == '\n') continue;
    std::string changed = sound;
    changed[i] = sound[i] == 'A' ? 'B' : 'A';
    Replace(folder() / "ca.pem", changed);
    const auto opened = Authority::OpenExisting(folder(), {}, clock_, random_);
    ASSERT_FALSE(opened.ok()) << i;
    ASSERT_EQ(opened.error().reason, "BAD_AUTHORITY") << i;
  }
  Replace(folder() / "ca.pem", sound);
  Opened();
}

TEST_F(AuthorityTest, CredentialsAreOfTheTrustDomainOfTheServer) {
  Opened({.trust_domain = "councils.example"});
  std::filesystem::remove_all(folder() / "clients");  // Handed over, and deleted.
  auto authority = Authority::OpenExisting(folder(), {}, clock_, random_);
  ASSERT_TRUE(authority.ok()) << authority.error().message;
  EXPECT_EQ(authority->Issue(kOfficer, directory_.path() / "k7")->uri,
            "spiffe://councils.example/council/hutt-city/officer/k7");
  EXPECT_THAT(*authority->Revoke("council/hutt-city/officer/k7"), SizeIs(1));
  ASSERT_TRUE(authority->IssueReplica(directory_.path() / "replica").ok());
  EXPECT_TRUE(
      OpenReplica(directory_.path() / "replica", {.trust_domain = "councils.example"}, clock_)
          .ok());

  for (const bool there : {true, false}) {
    SCOPED_TRACE(there);
    Replace(folder() / "server.pem", "no certificate");
    if (!there) std::filesystem::remove(folder() / "server.pem");
    const auto opened = Authority::OpenExisting(folder(), {}, clock_, random_);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().reason, "CERTIFICATE_UNFIT");
    EXPECT_THAT(opened.error().message, HasSubstr((folder() / "server.pem").string()));
    EXPECT_THAT(opened.error().message, HasSubstr("with its trust_domain"));
  }
}

TEST_F(AuthorityTest, AFileOfTheRegisterThatIsLostIsNamedAndNotMadeAnew) {
  Opened();
  for (const char* file : {"revoked.txt", "issued.jsonl"}) {
    SCOPED_TRACE(file);
    const std::filesystem::path aside = directory_.path() / file;
    std::filesystem::rename(folder() / file, aside);
    const Result<Authority> authority = Authority::Open(folder(), {}, clock_, random_);
    ASSERT_FALSE(authority.ok());
    EXPECT_EQ(authority.error().reason, "IDENTITY_MISSING");
    EXPECT_THAT(authority.error().message, HasSubstr((folder() / file).string()));
    EXPECT_THAT(authority.error().message, HasSubstr("restore it from a backup"));
    EXPECT_FALSE(std::filesystem::exists(folder() / file));
    std::filesystem::rename(aside, folder() / file);
  }
  Opened();
}

TEST_F(AuthorityTest, AListWithoutItsHeadingOrARevocationIsNotTakenForOneThatRevokesNobody) {
  Authority authority = Opened();
  const ListedCertificate issued = *authority.Issue(kOfficer, directory_.path() / "k7");
  const std::string nobody = Text(RevokedFile(folder()));
  ASSERT_TRUE(authority.Revoke(issued.serial).ok());
  const std::string whole = Text(RevokedFile(folder()));
  // Cut anywhere, or as it was before.
  for (std::size_t size = 0; size < whole.find(issued.serial) + issued.serial.size(); ++size) {
    SCOPED_TRACE(size);
    Replace(RevokedFile(folder()), whole.substr(0, size));
    EXPECT_EQ(Authority::Open(folder(), {}, clock_, random_).error().reason, "REVOCATIONS_LOST");
    EXPECT_EQ(authority.List().error().reason, "REVOCATIONS_LOST");
    EXPECT_EQ(authority.Revoke("auditor/first").error().reason, "REVOCATIONS_LOST");
  }
  Replace(RevokedFile(folder()), nobody);
  EXPECT_THAT(Authority::Open(folder(), {}, clock_, random_).error().message,
              HasSubstr(issued.serial));
  Replace(RevokedFile(folder()), whole);
  EXPECT_TRUE(Opened().List()->back().revoked);
}

TEST_F(AuthorityTest, ALineWrittenByHandIsRegisteredAtTheNextStart) {
  Authority authority = Opened();
  const ListedCertificate issued = *authority.Issue(kOfficer, directory_.path() / "k7");
  Replace(RevokedFile(folder()), issued.serial);  // Without a heading, as older programs wrote it.
  Opened();
  EXPECT_THAT(Text(RevokedFile(folder())), ::testing::StartsWith("# revoked certificates"));
  EXPECT_THAT(ReadIssued(folder())->revoked, ::testing::ElementsAre(issued.serial));
}

TEST_F(AuthorityTest, TheServerCertificateIsRenewedBeforeItExpiresAndWhenItsNamesChange) {
  const std::string first = Opened().server().certificate_pem;
  clock_.Advance(days(334));
  EXPECT_EQ(Opened().server().certificate_pem, first);
  clock_.Advance(days(2));
  const std::string second = Opened().server().certificate_pem;
  EXPECT_NE(second, first);
  AuthorityOptions options;
  options.server_names = {"twinledger.example.govt.nz"};
  const Authority renamed = Opened(options);
  EXPECT_NE(renamed.server().certificate_pem, second);
  EXPECT_THAT(crypto::Inspect(renamed.server().certificate_pem)->names.dns,
              ::testing::ElementsAre("localhost", "twinledger.example.govt.nz"));
}

TEST_F(AuthorityTest, ACouncilAccountIsIssuedListedAndRevoked) {
  Authority authority = Opened();
  const Result<ListedCertificate> issued = authority.Issue(kOfficer, directory_.path() / "k7");
  ASSERT_TRUE(issued.ok()) << issued.error().message;
  EXPECT_EQ(issued->uri, "spiffe://twinledger.internal/council/hutt-city/officer/k7");
  const Result<ClientBundle> bundle = ReadBundle(directory_.path() / "k7");
  ASSERT_TRUE(bundle.ok());
  const auto facts = crypto::Inspect(bundle->certificate_pem);
  EXPECT_THAT(facts->names.uris, ::testing::ElementsAre(issued->uri));
  EXPECT_THAT(facts->names.dns, ::testing::IsEmpty());
  EXPECT_FALSE(facts->is_authority);
  EXPECT_EQ(facts->not_after, kStart + days(365));

  const auto revoked = authority.Revoke("council/hutt-city/officer/k7");
  ASSERT_TRUE(revoked.ok()) << revoked.error().message;
  EXPECT_THAT(*revoked, SizeIs(1));
  EXPECT_TRUE(authority.List()->back().revoked);
  EXPECT_EQ(authority.Revoke(issued->serial).error().reason, "NOT_ISSUED");
}

TEST_F(AuthorityTest, ABundleNeverReplacesAFolder) {
  Authority authority = Opened();
  std::filesystem::create_directory(directory_.path() / "k7");
  EXPECT_EQ(authority.Issue(kOfficer, directory_.path() / "k7").error().reason, "FOLDER_EXISTS");
  EXPECT_THAT(*authority.List(), SizeIs(5));
}

// The lists of a replica are a copy: it must know what is revoked, or not be made.
TEST_F(AuthorityTest, AReplicaKnowsWhatIsRevokedOrIsNotWritten) {
  Authority authority = Opened();
  const ListedCertificate issued = *authority.Issue(kOfficer, directory_.path() / "k7");
  ASSERT_TRUE(authority.Revoke(issued.serial).ok());
  const std::filesystem::path replica = directory_.path() / "replica";
  ASSERT_TRUE(WriteReplica(replica, authority.server(), folder()).ok());
  const auto principals = PrincipalDirectory::Open(replica, clock_);
  ASSERT_TRUE(principals.ok()) << principals.error().message;
  EXPECT_EQ((*principals)->Admit(issued.uri, issued.serial).error().reason, "REVOKED");

  std::filesystem::remove(RevokedFile(folder()));
  const std::filesystem::path other = directory_.path() / "other";
  const Result<void> refused = WriteReplica(other, authority.server(), folder());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "IDENTITY_MISSING");
  EXPECT_FALSE(std::filesystem::exists(other));
}

class PrincipalDirectoryTest : public AuthorityTest {
 protected:
  PrincipalDirectoryTest() : authority_(Opened()) {
    issued_ = *authority_.Issue(kOfficer, directory_.path() / "k7");
    Result<std::unique_ptr<PrincipalDirectory>> opened = PrincipalDirectory::Open(folder(), clock_);
    EXPECT_TRUE(opened.ok());
    principals_ = *std::move(opened);
  }

  // The reason for which the officer is not admitted; empty if it is.
  std::string Refusal() {
    const Result<void> admitted = principals_->Admit(issued_.uri, issued_.serial);
    return admitted.ok() ? "" : admitted.error().reason;
  }

  Authority authority_;
  ListedCertificate issued_;
  std::unique_ptr<PrincipalDirectory> principals_;
};

TEST_F(PrincipalDirectoryTest, OnlyAnIssuedCertificateIsAdmittedAndOnlyUnderItsOwnUri) {
  EXPECT_EQ(Refusal(), "");
  EXPECT_EQ(principals_->Admit(issued_.uri, "0123").error().reason, "NOT_REGISTERED");
  EXPECT_EQ(principals_->Admit("spiffe://twinledger.internal/auditor/first", issued_.serial)
                .error()
                .reason,
            "NOT_REGISTERED");
}

TEST_F(PrincipalDirectoryTest, ARevocationTakesEffectWithinTenSeconds) {
  ASSERT_TRUE(authority_.Revoke(issued_.serial).ok());
  clock_.Advance(seconds(10));
  EXPECT_EQ(Refusal(), "REVOKED");
}

TEST_F(PrincipalDirectoryTest, ACertificateIssuedWhileTheServerRunsWorksAtOnce) {
  clock_.Advance(seconds(1));
  const ListedCertificate other =
      *authority_.Issue({Role::kAuditor, "", "a2"}, directory_.path() / "a2");
  EXPECT_TRUE(principals_->Admit(other.uri, other.serial).ok());
}

TEST_F(PrincipalDirectoryTest, ARevocationListThatCannotBeReadLetsNobodyIn) {
  Append(RevokedFile(folder()), "# written by hand\n" + issued_.serial.substr(0, 10) + "X\n");
  clock_.Advance(seconds(10));
  EXPECT_EQ(Refusal(), "IDENTITY_UNREADABLE");
  std::filesystem::remove(RevokedFile(folder()));
  std::filesystem::create_directory(RevokedFile(folder()));
  clock_.Advance(seconds(10));
  EXPECT_EQ(Refusal(), "IDENTITY_UNREADABLE");
  EXPECT_FALSE(principals_->Check().ok());
  std::filesystem::remove(RevokedFile(folder()));
  ASSERT_TRUE(CreateRevoked(folder()).ok());
  clock_.Advance(seconds(10));
  EXPECT_EQ(Refusal(), "");
  EXPECT_TRUE(principals_->Check().ok());
}

TEST_F(PrincipalDirectoryTest, ARevocationListThatIsLostStaysInForceAsItWasLastKnown) {
  ASSERT_TRUE(authority_.Revoke(issued_.serial).ok());
  const std::string whole = Text(RevokedFile(folder()));
  const ListedCertificate other =
      *authority_.Issue({Role::kAuditor, "", "a2"}, directory_.path() / "a2");
  Append(RevokedFile(folder()), other.serial + "\n");  // By hand: only the list knows it.
  clock_.Advance(seconds(10));
  ASSERT_TRUE(principals_->Check().ok());
  const struct {
    const char* name;
    std::function<void()> damage;
    const char* reason;
  } kCases[] = {
      {"emptied", [&] { Replace(RevokedFile(folder()), ""); }, "REVOCATIONS_LOST"},
      {"shortened", [&] { Replace(RevokedFile(folder()), whole); }, "REVOCATIONS_LOST"},
      {"removed", [&] { std::filesystem::remove(RevokedFile(folder())); }, "IDENTITY_MISSING"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    test.damage();
    clock_.Advance(seconds(10));
    EXPECT_EQ(principals_->Check().error().reason, test.reason);
    EXPECT_EQ(Refusal(), "REVOKED");
    EXPECT_EQ(principals_->Admit(other.uri, other.serial).error().reason, "REVOKED");
  }
  const ListedCertificate third =
      *authority_.Issue({Role::kAuditor, "", "a3"}, directory_.path() / "a3");
  EXPECT_TRUE(principals_->Admit(third.uri, third.serial).ok());
  Replace(RevokedFile(folder()), whole + other.serial + "\n");
  clock_.Advance(seconds(10));
  EXPECT_TRUE(principals_->Check().ok());
  EXPECT_EQ(Refusal(), "REVOKED");
}

TEST_F(PrincipalDirectoryTest, ALineThatACrashCutVouchesForNobodyAndSpoilsNoOther) {
  Append(IssuedFile(folder()), R"({"serial":"0a)");
  const ListedCertificate other =
      *authority_.Issue({Role::kAuditor, "", "a2"}, directory_.path() / "a2");
  clock_.Advance(seconds(10));
  EXPECT_TRUE(principals_->Admit(other.uri, other.serial).ok());
  EXPECT_EQ(Refusal(), "");
}

TEST_F(PrincipalDirectoryTest, AnAccountWorksAgainWithACertificateIssuedAfterTheRevocation) {
  ASSERT_TRUE(authority_.Revoke(issued_.uri).ok());
  const ListedCertificate again = *authority_.Issue(kOfficer, directory_.path() / "again");
  clock_.Advance(seconds(10));
  EXPECT_EQ(Refusal(), "REVOKED");
  EXPECT_TRUE(principals_->Admit(again.uri, again.serial).ok());
}

}  // namespace
}  // namespace twinledger::identity
