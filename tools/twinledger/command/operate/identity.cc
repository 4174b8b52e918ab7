// Certificates of a data directory's own authority: on the server's machine, by who may read its
// key.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "twinledger/command/operate/authority_options.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/connection/server_list.h"

namespace twinledger::client {
namespace {

struct IdentityFlags {
  std::string account;
  std::string role;
  std::string council;
  std::string out;
  std::string which;
  std::string server;
};

const std::vector<Column>& CertificateColumns() {
  static const std::vector<Column> columns{{"uri", "IDENTITY"},
                                           {"serial", "SERIAL"},
                                           {"not_after", "VALID UNTIL", Column::Kind::kTime},
                                           {"state", "STATE"}};
  return columns;
}

Json CertificateJson(const identity::ListedCertificate& certificate) {
  const char* state = certificate.revoked ? "REVOKED" : certificate.expired ? "EXPIRED" : "VALID";
  return {{"uri", certificate.uri},
          {"serial", certificate.serial},
          {"not_after", TimeForPrograms(certificate.not_after)},
          {"state", state}};
}

identity::AuthorityOptions OptionsOf(const DataDirectory& data, const IdentityFlags& flags) {
  identity::AuthorityOptions options = AuthorityOptionsOf(data);
  if (!flags.server.empty()) options.server = flags.server;
  return options;
}

template <class Use>
ExitCode WithAuthority(Session& session, const IdentityFlags& flags, const Use& use) {
  const DataDirectory data(session.data_dir());
  crypto::SystemRandom random;
  Result<identity::Authority> authority = identity::Authority::OpenExisting(
      data.identity(), OptionsOf(data, flags), session.clock(), random);
  if (!authority) return session.Fail(authority.error());
  return use(*authority);
}

ExitCode Issue(Session& session, const IdentityFlags& flags) {
  const std::optional<identity::Role> role = identity::RoleNamed(flags.role);
  if (!role) {
    std::string known;
    for (const identity::Role each : identity::kRoles) {
      known += (known.empty() ? "" : ", ") + std::string(identity::Name(each));
    }
    return session.Fail(
        Error{.code = Code::kInvalidArgument,
              .message = fmt::format("--role \"{}\" is none: use {}", flags.role, known),
              .reason = "ROLE_UNKNOWN"});
  }
  const identity::Principal principal{*role, flags.council, flags.account};
  const Result<void> checked = principal.Check();
  if (!checked) return session.Fail(checked.error());
  const std::filesystem::path out =
      flags.out.empty() ? DataDirectory(session.data_dir()).identity() / "clients" / flags.account
                        : std::filesystem::path(flags.out);
  if (!flags.server.empty()) {
    const auto servers = ParseServers({.value = flags.server, .source = "flag --for-server"});
    if (!servers) return session.Fail(servers.error());
  }
  return WithAuthority(session, flags, [&](identity::Authority& authority) {
    const Result<identity::ListedCertificate> issued = authority.Issue(principal, out);
    if (!issued) return session.Fail(issued.error());
    Printer printer = session.Print({.kind = "certificate",
                                     .columns = {{"uri", "identity"},
                                                 {"serial", "serial"},
                                                 {"not_after", "valid until", Column::Kind::kTime},
                                                 {"folder", "credentials"}},
                                     .single = true});
    Json row = CertificateJson(*issued);
    row["folder"] = out.string();
    printer.Row(row);
    printer.Finish();
    session.Note(
        fmt::format("give the folder to its holder by a safe way; they use it so:\n"
                    "  twinledger --credentials {} register",
                    out.string()));
    return ExitCode::kDone;
  });
}

ExitCode ListCertificates(Session& session, const IdentityFlags& flags) {
  return WithAuthority(session, flags, [&](identity::Authority& authority) {
    const auto certificates = authority.List();
    if (!certificates) return session.Fail(certificates.error());
    Printer printer = session.Print({.kind = "certificates", .columns = CertificateColumns()});
    for (const auto& certificate : *certificates) printer.Row(CertificateJson(certificate));
    printer.Finish();
    return ExitCode::kDone;
  });
}

ExitCode Revoke(Session& session, const IdentityFlags& flags) {
  return WithAuthority(session, flags, [&](identity::Authority& authority) {
    const auto certificates = authority.Revoke(flags.which);
    if (!certificates) return session.Fail(certificates.error());
    Printer printer = session.Print({.kind = "certificates", .columns = CertificateColumns()});
    for (const auto& certificate : *certificates) printer.Row(CertificateJson(certificate));
    printer.Finish();
    session.Note("a running server refuses them within 60 seconds");
    return ExitCode::kDone;
  });
}

}  // namespace

void AddIdentity(Command root) {
  Command group = root.Group(
      "identity", "who may talk to the server of this machine: issue, list, revoke",
      "twinledger identity issue k7 --role council-officer --council wellington-city --out k7\n"
      "twinledger identity list\n"
      "twinledger identity revoke council/wellington-city/officer/k7");
  auto flags = std::make_shared<IdentityFlags>();
  Command issue = group.Add(
      "issue", "makes credentials for an account",
      "twinledger identity issue k7 --role council-officer --council wellington-city --out k7\n"
      "twinledger identity issue a3 --role auditor --out a3");
  issue.Required("account", flags->account, "an opaque name, never a person's");
  issue.Option("--role", flags->role,
               "council-officer, council-approver, agency-analyst, agency-approver, rule-author, "
               "auditor, operator or service");
  issue.Option("--council", flags->council, "council of a council role");
  issue.Option("--out", flags->out, "folder to make [DATA_DIR/identity/clients/ACCOUNT]");
  issue.Option("--for-server", flags->server,
               "what its holder connects to: HOST:PORT, of replicas HOST:PORT,HOST:PORT or "
               "dns:NAME:PORT");
  issue.OnRunHere([flags](Session& session) { return Issue(session, *flags); });

  Command list = group.Add("list", "every certificate that was issued", "twinledger identity list");
  list.OnRunHere([flags](Session& session) { return ListCertificates(session, *flags); });

  Command revoke = group.Add("revoke", "makes certificates worthless, within 60 seconds",
                             "twinledger identity revoke council/wellington-city/officer/k7\n"
                             "twinledger identity revoke SERIAL");
  revoke.Required("which", flags->which, "an identity (all its certificates) or a serial number");
  revoke.OnRunHere([flags](Session& session) { return Revoke(session, *flags); });
}

}  // namespace twinledger::client
