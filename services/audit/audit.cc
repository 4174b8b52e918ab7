#include "audit/audit.h"

#include "audit/rpc/audit_service.h"

namespace twinledger::audit {
namespace {

class Audit final : public server::Module {
 public:
  explicit Audit(const server::ModuleContext& context) : service_(context) {}

  std::string_view name() const override { return "audit"; }
  std::optional<server::Projected> projected() override { return std::nullopt; }
  std::vector<server::HostedService> services() override {
    return {{v1::AuditService::service_full_name(), &service_}};
  }

 private:
  AuditService service_;
};

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  return std::unique_ptr<server::Module>(std::make_unique<Audit>(context));
}

}  // namespace twinledger::audit
