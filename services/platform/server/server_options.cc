#include "platform/server/server_options.h"

#include <dlfcn.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>

namespace twinledger::server {

void Limit(grpc::ServerBuilder& builder) {
  // A request has at most 256 KiB (rpc/handler.cc), and its handler says so with all that belongs
  // to an error of ours; the library's own, with a code alone, is for what nobody sends by mistake.
  builder.SetMaxReceiveMessageSize(1024 * 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  // Clients connect again by themselves; what nobody uses costs memory.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000);
  // A new handshake now and then, so that an expired certificate does not live on in a connection.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 3'600'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT,
                             0);  // A second server must not share a port.
  builder.SetResourceQuota(grpc::ResourceQuota("twinledgerd").Resize(256u << 20));
}

std::shared_ptr<grpc::ServerCredentials> MutualTls(const identity::ServerCredential& credential) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = credential.authority_pem;
  options.pem_key_cert_pairs.push_back({credential.key_pem, credential.certificate_pem});
  return grpc::SslServerCredentials(options);
}

Result<void> EnableReflection() {
  // The library switches reflection on for every server as soon as it is loaded, so it is not
  // linked.
  if (dlopen("libgrpc++_reflection.so.1.51", RTLD_NOW | RTLD_GLOBAL) != nullptr) return {};
  return Error{
      Code::kFailedPrecondition,
      "reflection: libgrpc++_reflection is not installed; install it or set reflection = false",
      "NO_REFLECTION"};
}

}  // namespace twinledger::server
