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

  // True when it connects, false with the first reason otherwise.
  bool connects(agents::MqttSettings settings, std::string& why) {
    settings.port = tls_port;
    settings.tls = true;
    std::atomic<bool> connected = false;
    Guarded<std::string> reason;
    agents::LinkHandlers handlers;
    handlers.on_batch = [](const auto&) { return true; };
    handlers.on_published = [](const auto&) {};
    handlers.on_connected = [&](bool) { connected = true; };
    handlers.on_disconnected = [&](const std::string& text) {
      reason.with([&](auto& kept) {
        if (kept.empty()) kept = text;
      });
    };
    agents::MqttLink link(settings, {"wfm-server-tls", "x"}, {"wfm/+/+/event"}, handlers);
    harness::eventually(8s, [&] { return connected || reason.with([](auto& kept) { return !kept.empty(); }); });
    why = reason.with([](auto& kept) { return kept; });
    return connected;
  }
};

TEST_F(Tls, verifies_the_broker_against_the_given_authority) {
  std::string why;
  agents::MqttSettings settings;
  settings.host = "127.0.0.1";
  settings.ca_file = file("ca.pem");
  EXPECT_TRUE(connects(settings, why)) << why;
  settings.ca_file = file("other.pem");
  EXPECT_FALSE(connects(settings, why)) << "signed by somebody else";
  settings.ca_file = file("ca.pem");
  settings.host = "localhost";
  EXPECT_FALSE(connects(settings, why)) << "the certificate names only the address";
  settings.ca_file = "";
  settings.host = "127.0.0.1";
  EXPECT_FALSE(connects(settings, why)) << "the system does not know this authority";
  settings.verify = false;
  EXPECT_TRUE(connects(settings, why)) << why;
  settings.verify = true;
  settings.ca_file = file("missing.pem");
  EXPECT_FALSE(connects(settings, why));
  EXPECT_FALSE(why.empty());
}

}  // namespace
}  // namespace loomgate::test
