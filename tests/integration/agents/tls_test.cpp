// SPDX-License-Identifier: Apache-2.0
// The link over TLS: verified against the CA it was given, refused otherwise.
#include <gmock/gmock.h>

#include "daemon/agents/mqtt_link.h"
#include "plugin/base/guarded.h"
#include "tests/harness/broker.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/process.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;

class Tls : public testing::Test {
 protected:
  harness::TempDir directory;
  int tls_port = harness::free_port();
  harness::MosquittoBroker broker{options()};

  Tls() {
    make_authority("ca");
    make_authority("other");
    const auto sign = openssl({"req", "-newkey", "rsa:2048", "-nodes", "-keyout", file("server.key"), "-out",
                               file("server.csr"), "-subj", "/CN=server"});
    harness::run_program(sign);
    std::string extension = "subjectAltName=IP:127.0.0.1";
    harness::run_program({.argv = {"sh", "-c", "echo " + extension + " > " + file("san")},
                          .env = {},
                          .output = {},
                          .working_directory = {},
                          .user = {}});
    harness::run_program(
        openssl({"x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"),
                 "-CAcreateserial", "-days", "2", "-extfile", file("san"), "-out", file("server.pem")}));
    broker.start();
  }

  std::string file(const std::string& name) const { return (directory / name).string(); }
  static harness::ProcessOptions openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    return {.argv = std::move(arguments), .env = {}, .output = {}, .working_directory = {}, .user = {}};
  }
  void make_authority(const std::string& name) {
    harness::run_program(openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", file(name + ".key"),
                                  "-out", file(name + ".pem"), "-days", "2", "-subj", "/CN=" + name}));
  }
  harness::BrokerOptions options() const {
    harness::BrokerOptions made;
    made.access = harness::BrokerOptions::Access::kAnonymous;
    made.extra_config = "listener " + std::to_string(tls_port) + " 127.0.0.1\ncafile " + file("ca.pem") +
                        "\ncertfile " + file("server.pem") + "\nkeyfile " + file("server.key") + "\n";
    return made;
  }

  struct Attempts {
    bool connected = false;
    std::string first_reason;
  };
  // Tries until it gets in, or until it was turned away when that is what is `wanted`.
  Attempts try_it(agents::MqttSettings settings, bool wanted) {
    settings.port = tls_port;
    settings.tls = true;
    Guarded<Attempts> seen;
    agents::LinkHandlers handlers;
    handlers.on_batch = [](const auto&) { return true; };
    handlers.on_published = [](const auto&) {};
    handlers.on_connected = [&](bool) { seen.with([](auto& now) { now.connected = true; }); };
    handlers.on_disconnected = [&](const std::string& text) {
      seen.with([&](auto& now) {
        if (now.first_reason.empty()) now.first_reason = text;
      });
    };
    agents::MqttLink link(settings, {"wfm-server-tls", "x"}, {"wfm/+/+/event"}, handlers);
    const auto now = [&] { return seen.with([](const auto& attempts) { return attempts; }); };
    harness::eventually(harness::kPatience, [&] { return now().connected || (!wanted && !now().first_reason.empty()); });
    return now();
  }
  void expect_in(const agents::MqttSettings& settings) {
    const auto seen = try_it(settings, true);
    EXPECT_TRUE(seen.connected) << seen.first_reason;
  }
  void expect_out(const agents::MqttSettings& settings, const char* why) {
    const auto seen = try_it(settings, false);
    EXPECT_FALSE(seen.connected) << why;
    EXPECT_FALSE(seen.first_reason.empty()) << why;
  }
};

TEST_F(Tls, verifies_the_broker_against_the_given_authority) {
  agents::MqttSettings settings;
  settings.host = "127.0.0.1";
  settings.ca_file = file("ca.pem");
  expect_in(settings);
  settings.ca_file = file("other.pem");
  expect_out(settings, "signed by somebody else");
  settings.ca_file = file("ca.pem");
  settings.host = "localhost";
  expect_out(settings, "the certificate names only the address");
  settings.ca_file = "";
  settings.host = "127.0.0.1";
  expect_out(settings, "the system does not know this authority");
  settings.verify = false;
  expect_in(settings);
  settings.verify = true;
  settings.ca_file = file("missing.pem");
  expect_out(settings, "there is no such file");
}

}  // namespace
}  // namespace loomgate::test
