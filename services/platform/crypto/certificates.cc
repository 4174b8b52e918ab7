#include "platform/crypto/certificates.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/private_key.h"

namespace twinledger::crypto {
namespace {

using CertificateHandle = std::unique_ptr<X509, decltype(&X509_free)>;
using BioHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;

constexpr std::size_t kSerialBytes = 16;  // RFC 5280 allows 20; 128 random bits never repeat.
constexpr std::string_view kCurve = "P-384";

KeyHandle GenerateKey() {
  KeyHandle key(EVP_EC_gen(kCurve.data()), &EVP_PKEY_free);
  TL_CHECK(key != nullptr);
  return key;
}

std::string Contents(const BioHandle& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

BioHandle Memory() { return BioHandle(BIO_new(BIO_s_mem()), &BIO_free); }

BioHandle MemoryOf(std::string_view bytes) {
  return BioHandle(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free);
}

std::string PemOf(EVP_PKEY* key) {
  const BioHandle bio = Memory();
  TL_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) ==
           1);
  return Contents(bio);
}

std::string PemOf(X509* certificate) {
  const BioHandle bio = Memory();
  TL_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return Contents(bio);
}

// Nothing unless there is one certificate, and nothing behind it but blanks.
CertificateHandle Parse(std::string_view pem) {
  const BioHandle bio = MemoryOf(pem);
  CertificateHandle certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                &X509_free);
  const std::string rest = Contents(bio);
  if (rest.find_first_not_of(" \t\r\n") != std::string::npos) certificate.reset();
  return certificate;
}

void SetTime(ASN1_TIME* to, WallTime time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  TL_CHECK(ASN1_TIME_set(to, seconds) != nullptr);
}

WallTime TimeOf(const ASN1_TIME* from) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(from, &parts) != 1) return WallTime::min();
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

void SetSerial(X509* certificate, RandomSource& random) {
  std::string bytes = random.Bytes(kSerialBytes);
  bytes[0] = static_cast<char>((bytes[0] & 0x7f) | 0x40);  // Positive, and of one length.
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), kSerialBytes, nullptr),
      &BN_free);
  TL_CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

std::string SerialOf(const X509* certificate) {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate);
  return Hex(std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                              static_cast<std::size_t>(ASN1_STRING_length(serial))));
}

void AddExtension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  TL_CHECK(extension != nullptr);
  TL_CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Texts go in as they are: OpenSSL's own notation would let a comma in a name add another name.
void AddText(GENERAL_NAMES* names, int type, std::string_view text) {
  ASN1_IA5STRING* const value = ASN1_IA5STRING_new();
  TL_CHECK(ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) == 1);
  GENERAL_NAME* const name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, type, value);
  TL_CHECK(sk_GENERAL_NAME_push(names, name) > 0);
}

bool AddAddress(GENERAL_NAMES* names, const std::string& text) {
  ASN1_OCTET_STRING* const value = a2i_IPADDRESS(text.c_str());
  if (value == nullptr) return false;
  GENERAL_NAME* const name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, GEN_IPADD, value);
  TL_CHECK(sk_GENERAL_NAME_push(names, name) > 0);
  return true;
}

Result<void> AddNames(X509* certificate, const SubjectNames& names) {
  const NamesHandle list(GENERAL_NAMES_new(), &GENERAL_NAMES_free);
  for (const std::string& dns : names.dns) AddText(list.get(), GEN_DNS, dns);
  for (const std::string& uri : names.uris) AddText(list.get(), GEN_URI, uri);
  for (const std::string& ip : names.ips) {
    if (AddAddress(list.get(), ip)) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("'{}' is no IP address", ip),
                 "BAD_NAME",
                 {{"name", ip}}};
  }
  if (sk_GENERAL_NAME_num(list.get()) == 0) return {};
  TL_CHECK(X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, 0) == 1);
  return {};
}

std::string TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

SubjectNames NamesOf(const X509* certificate) {
  SubjectNames names;
  const NamesHandle list(static_cast<GENERAL_NAMES*>(
                             X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
                         &GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
    int type = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(list.get(), i), &type));
    if (type == GEN_DNS) names.dns.push_back(TextOf(value));
    if (type == GEN_URI) names.uris.push_back(TextOf(value));
    if (type == GEN_IPADD) {
      const std::string bytes = TextOf(value);
      if (bytes.size() != 4 && bytes.size() != 16) continue;
      char text[INET6_ADDRSTRLEN] = "";
      inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
      names.ips.emplace_back(text);
    }
  }
  return names;
}

CertificateFacts FactsOf(X509* certificate) {
  return {.serial = SerialOf(certificate),
          .names = NamesOf(certificate),
          .not_before = TimeOf(X509_get0_notBefore(certificate)),
          .not_after = TimeOf(X509_get0_notAfter(certificate)),
          .is_authority = X509_check_ca(certificate) != 0};
}

CertificateHandle Blank(std::string_view common_name, WallTime not_before, WallTime not_after,
                        EVP_PKEY* key, RandomSource& random) {
  CertificateHandle certificate(X509_new(), &X509_free);
  TL_CHECK(certificate != nullptr);
  TL_CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  SetSerial(certificate.get(), random);
  SetTime(X509_getm_notBefore(certificate.get()), not_before);
  SetTime(X509_getm_notAfter(certificate.get()), not_after);
  TL_CHECK(X509_set_pubkey(certificate.get(), key) == 1);
  TL_CHECK(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common_name.data()),
                                      static_cast<int>(common_name.size()), -1, 0) == 1);
  return certificate;
}

}  // namespace

struct CertificateAuthority::Parts {
  CertificateHandle certificate;
  KeyHandle key;
};

Result<CertificateFacts> Inspect(std::string_view pem) {
  const CertificateHandle certificate = Parse(pem);
  if (certificate == nullptr) {
    return Error{Code::kInvalidArgument, "not one X.509 certificate in PEM", "BAD_CERTIFICATE"};
  }
  return FactsOf(certificate.get());
}

bool IsKeyOf(std::string_view certificate_pem, std::string_view key_pem) {
  const CertificateHandle certificate = Parse(certificate_pem);
  const KeyHandle key = ParsePrivateKey(key_pem);
  return certificate != nullptr && key != nullptr &&
         X509_check_private_key(certificate.get(), key.get()) == 1;
}

bool IsIssuedBy(std::string_view certificate_pem, std::string_view authority_pem) {
  const CertificateHandle certificate = Parse(certificate_pem);
  const CertificateHandle authority = Parse(authority_pem);
  return certificate != nullptr && authority != nullptr &&
         X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
}

CertificateAuthority::CertificateAuthority(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)), certificate_pem_(PemOf(parts_->certificate.get())) {}

CertificateAuthority CertificateAuthority::Create(std::string_view common_name, WallTime not_before,
                                                  WallTime not_after, RandomSource& random) {
  KeyHandle key = GenerateKey();
  CertificateHandle certificate = Blank(common_name, not_before, not_after, key.get(), random);
  X509* const self = certificate.get();
  TL_CHECK(X509_set_issuer_name(self, X509_get_subject_name(self)) == 1);
  AddExtension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(self, self, NID_subject_key_identifier, "hash");
  TL_CHECK(X509_sign(self, key.get(), EVP_sha384()) > 0);
  return CertificateAuthority(
      std::make_shared<const Parts>(Parts{std::move(certificate), std::move(key)}));
}

Result<CertificateAuthority> CertificateAuthority::FromPem(std::string_view certificate_pem,
                                                           std::string_view key_pem) {
  CertificateHandle certificate = Parse(certificate_pem);
  KeyHandle key = ParsePrivateKey(key_pem);
  if (certificate == nullptr || key == nullptr || X509_check_ca(certificate.get()) == 0 ||
      X509_check_private_key(certificate.get(), key.get()) != 1 ||
      X509_verify(certificate.get(), key.get()) != 1) {
    return Error{Code::kFailedPrecondition,
                 "the authority's certificate and key are not a pair, or the certificate was "
                 "changed: restore both from one backup",
                 "BAD_AUTHORITY"};
  }
  return CertificateAuthority(
      std::make_shared<const Parts>(Parts{std::move(certificate), std::move(key)}));
}

std::string CertificateAuthority::KeyPem() const { return PemOf(parts_->key.get()); }

Result<IssuedCertificate> CertificateAuthority::Issue(const CertificateRequest& request,
                                                      RandomSource& random) const {
  const KeyHandle key = GenerateKey();
  const CertificateHandle certificate =
      Blank(request.common_name, request.not_before, request.not_after, key.get(), random);
  X509* const leaf = certificate.get();
  X509* const issuer = parts_->certificate.get();
  TL_CHECK(X509_set_issuer_name(leaf, X509_get_subject_name(issuer)) == 1);
  AddExtension(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf, issuer, NID_key_usage, "critical,digitalSignature");
  AddExtension(leaf, issuer, NID_ext_key_usage,
               request.use == CertificateUse::kServer ? "serverAuth" : "clientAuth");
  AddExtension(leaf, issuer, NID_subject_key_identifier, "hash");
  AddExtension(leaf, issuer, NID_authority_key_identifier, "keyid:always");
  TL_TRY_VOID(AddNames(leaf, request.names));
  TL_CHECK(X509_sign(leaf, parts_->key.get(), EVP_sha384()) > 0);
  return IssuedCertificate{
      .certificate_pem = PemOf(leaf), .key_pem = PemOf(key.get()), .facts = FactsOf(leaf)};
}

}  // namespace twinledger::crypto
