// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents/child_service.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "daemon/agents/agents.h"
#include "tests/harness/eventually.h"

namespace loomgate::test {

namespace {

[[noreturn]] void serve_until_killed(const char* dsn) {
  pg::ConnectOptions options;
  options.conninfo = dsn;
  pg::Pool pool(options, 4);
  const crypto::Sealer sealer({crypto::MasterKey{1, crypto::Bytes(32, 7)}});
  agents::AgentsOptions agents_options;
  agents_options.mqtt.host = "127.0.0.1";
  agents_options.mqtt.port = std::atoi(std::getenv("LOOMGATE_CHILD_PORT"));
  agents_options.timings.catch_up_least = agents_options.timings.catch_up_most = std::chrono::milliseconds(0);
  agents_options.instance = std::getenv("LOOMGATE_CHILD_INSTANCE");
  agents::AgentsService service(agents_options, pool, sealer);
  service.start();
  while (true) ::pause();
}

// The child is this program again; it serves before it would run a test.
class ServesInTheChild : public testing::Environment {
 public:
  void SetUp() override {
    if (const char* dsn = std::getenv("LOOMGATE_CHILD_DSN")) serve_until_killed(dsn);
  }
};
const auto* const kServesInTheChild = testing::AddGlobalTestEnvironment(new ServesInTheChild);

}  // namespace

ChildService::ChildService(const std::string& dsn, int broker_port, const std::string& instance) {
  process_ = std::make_unique<harness::Process>(harness::ProcessOptions{
      .argv = {"/proc/self/exe"},
      .env = {{"LOOMGATE_CHILD_DSN", dsn},
              {"LOOMGATE_CHILD_PORT", std::to_string(broker_port)},
              {"LOOMGATE_CHILD_INSTANCE", instance}},
      .output = directory_ / "log",
      .working_directory = {},
      .user = {}});
}

void ChildService::kill9() {
  process_->signal(SIGKILL);
  process_->wait(harness::kPatience);
}

}  // namespace loomgate::test
