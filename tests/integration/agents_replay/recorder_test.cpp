// SPDX-License-Identifier: Apache-2.0
// A live conversation with the real broker is written down, and the replay of what was written ends as it did.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "daemon/store/probes.h"
#include "tests/integration/agents/conversation.h"
#include "tests/integration/agents_replay/recorder.h"
#include "tests/integration/agents_replay/replay.h"

namespace loomgate::test {
namespace {

class Recording : public Conversation {
 protected:
  // Besides the devices, whom the plugin admits, a user of a password file who may read everything.
  void SetUp() override {
    harness::run_program({.argv = {"mosquitto_passwd", "-c", "-b", broker.file("passwords"), "recorder", "secret"},
                          .env = {},
                          .output = {},
                          .working_directory = {},
                          .user = {}});
    std::ofstream(broker.file("acl")) << "user recorder\ntopic read wfm/#\ntopic readwrite recorder/#\n";
    broker.options().extra_config +=
        "password_file " + broker.file("passwords").string() + "\nacl_file " + broker.file("acl").string() + "\n";
    broker.start();
    start_service();
    harness::MqttClientOptions user;
    user.port = broker.port();
    user.client_id = "recorder";
    user.username = "recorder";
    user.password = "secret";
    recorder = std::make_unique<Recorder>(std::move(user), mesh.pool.options());
  }

  std::unique_ptr<Recorder> recorder;
};

TEST_F(Recording, a_live_conversation_is_replayed_to_the_same_end) {
  const auto node = mesh.add_node("gw1"), other = mesh.add_node("gw2");
  auto& agent = join(node);
  auto& leaving = join(other);
  const auto first = mesh.stage(node.id, "[Interface]\nPrivateKey = secret\n");
  ASSERT_TRUE(soon([&] { return confirmed(node) == first; })) << broker.log();
  recorder->catch_up();
  const auto before = mesh.ask("SELECT clock_timestamp()");
  agent.take_over();
  ASSERT_TRUE(soon([&] { return agent.connects() == 2 && has_started_up(agent, before); }));
  const auto start = mesh.control(node.id, "start");
  const auto show = mesh.control(node.id, "wg_show");
  ASSERT_TRUE(soon([&] { return mesh.command_status(start) == "acked" && mesh.command_status(show) == "acked"; }));
  agent.publish("event", "no json");
  mesh.pool.transact([&](pg::Transaction& transaction) { store::ask_probes(transaction, {node.id}); });
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_detect_ack_at") != ""; }));
  recorder->catch_up();
  leaving.cut();
  ASSERT_TRUE(soon([&] { return presence(other) == "offline"; }));

  const auto text = recorder->finish();
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  EXPECT_EQ(text.find(node.id), std::string::npos) << text;
  for (const auto* line : {"push 1 text 1", "control 1 start", "info 1 wg_show", "detect 1", "sends event no json",
                           "presence online", "presence offline", "confirmed text 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << " is not in\n" << text;
  }
  for (const auto arrival : {Arrival::kOneByOne, Arrival::kTogether}) {
    World world(arrival);
    replay(world, script_lines(text), "recorded");
  }
  if (HasFailure() || std::getenv("LOOMGATE_SHOW_RECORDING") != nullptr) std::puts(text.c_str());
}

}  // namespace
}  // namespace loomgate::test
