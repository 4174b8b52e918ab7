// A server with all its services, under constant load, on a disk of the test: started again and
// again at one address, while its clients go on and each keeps a history.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/faults/council_client.h"
#include "tests/support/server_process.h"

namespace twinledger {

// Threads: confined to one.
class LoadedServer {
 public:
  // Its data directory is `data`. Histories and its log lines are in `notes`, which is there.
  // `environment` is its process's, beside the test's own.
  LoadedServer(std::filesystem::path data, const std::filesystem::path& notes,
               std::vector<std::string> environment = {});
  ~LoadedServer();
  LoadedServer(const LoadedServer&) = delete;
  LoadedServer& operator=(const LoadedServer&) = delete;

  // Whether it serves: at the same address each time.
  bool Start(const std::vector<std::string>& flags = {});
  support::ServerProcess& process() { return *process_; }
  const support::ServerAddresses& at() const { return at_; }
  std::shared_ptr<grpc::Channel> As(const std::string& account) const;
  const std::filesystem::path& data() const { return data_; }
  const std::filesystem::path& history() const { return history_; }
  std::string LogText() const { return support::ReadText(log_file_); }
  // Whether a line of its log has `part`, now or soon: lines are written behind the answers that
  // they tell of.
  bool WaitForLine(const std::string& part) const;
  void ClearLog() const { std::filesystem::remove(log_file_); }

  // Clients that write from now on.
  static constexpr int kClients = 16;
  void Load(int clients = kClients, AfterWrite after = AfterWrite::kNothing);
  int clients() const { return static_cast<int>(clients_.size()); }
  int acknowledged() const { return acknowledgements_.count(); }
  // Whether so many more are answered. Of all clients, since each writes to partition after
  // partition: where one of them is stuck, none goes on for long.
  bool WaitForMore(int answers, std::chrono::seconds limit = std::chrono::seconds(120)) const;
  // How many answers had that reason, of all clients.
  int Told(const std::string& reason) const;
  int unknown() const;
  int read_back() const;
  std::string last_error() const { return clients_.front()->last_error(); }
  // Each settles its last request.
  void EndLoad();
  void GiveUpLoad();  // Settled or not.

  // What a rebuild of each projection beside it says of its digests: empty if all are equal.
  std::vector<std::string> UnequalDigests() const;

  // Ends it in good order, and asks the oracle. Empty if all is well.
  std::vector<std::string> Violations();

 private:
  const std::filesystem::path data_;
  const std::filesystem::path history_;
  const std::filesystem::path log_file_;
  const std::vector<std::string> environment_;
  std::string listen_ = "127.0.0.1:0";
  support::ServerAddresses at_;
  std::unique_ptr<support::ServerProcess> process_;
  Acknowledgements acknowledgements_;
  std::vector<std::unique_ptr<CouncilClient>> clients_;
};

}  // namespace twinledger
