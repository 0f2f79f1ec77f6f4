// SPDX-License-Identifier: Apache-2.0
// The Linux commands of port forwards, run for real: a client, a To and a From node, each in a network namespace. The
// client knows a way to the To node only and the From node has none to the client, so every rule is needed.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "daemon/domain/port_forward.h"
#include "daemon/domain/tunnel_text.h"
#include "tests/harness/network_namespace.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::domain {
namespace {

using harness::NetworkNamespace;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTo = "10.66.0.2";
constexpr const char* kFrom = "10.66.0.3";
constexpr const char* kOtherFrom = "10.66.0.4";
constexpr int kToPort = 8080;
constexpr int kFromPort = 9090;

sockaddr_in address_of(const char* address, int port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address, &made.sin_addr);
  return made;
}

class Socket {
 public:
  Socket(const NetworkNamespace& space, int type) : handle_(space.open_socket(type)) {}
  explicit Socket(int handle) : handle_(handle) {}
  ~Socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool bind(const char* address, int port) const {
    const auto at = address_of(address, port);
    const int yes = 1;
    ::setsockopt(handle_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return ::bind(handle_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
  }
  bool connect(const char* address, int port) const {
    const auto at = address_of(address, port);
    return ::connect(handle_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
  }
  std::string receive() const {
    char buffer[64];
    const auto size = ::recv(handle_, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : "";
  }
  void send(const std::string& text) const { ::send(handle_, text.data(), text.size(), MSG_NOSIGNAL); }
  int handle() const { return handle_; }

 private:
  int handle_;
};

// The three machines, and in the To node a folder that holds the only programs its hooks find.
class Machines {
 public:
  Machines() {
    join(client, "c0", "10.1.0.1/24", "c1", "10.1.0.2/24");
    join(from, "f0", "10.66.0.3/24", "f1", "10.66.0.2/24");
    from.run({"ip", "addr", "add", "10.66.0.4/24", "dev", "f0"});
    client.run({"ip", "route", "add", "10.66.0.2", "via", "10.1.0.2"});
    to.run({"sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"});
    for (const char* program : {"grep", "awk"}) offer(program, program);
  }

  void offer(const std::string& name, const std::string& program) {
    harness::run_program({.argv = {"sh", "-c", "ln -s \"$(command -v \"$0\")\" \"$1\"", program, (programs / name).string()},
                          .env = {}, .output = {}, .working_directory = {}, .user = {}});
  }
  // As wg-quick runs a hook: in bash, where any command that fails would end the start of the interface.
  void run_hook(const std::string& command) const {
    to.run({"env", "PATH=" + programs.path().string(), "/bin/bash", "-e", "-o", "pipefail", "-c", "(eval \"$0\")", command});
  }
  void run_hook_in_sh(const std::string& command) const {
    to.run({"env", "PATH=" + programs.path().string(), "/bin/sh", "-c", command});
  }

  // What the service at the From node was sent when the client asked the To node, and what the client got back.
  std::string ask_tcp(const char* service = kFrom) const {
    const Socket listening(from, SOCK_STREAM);
    if (!listening.bind(service, kFromPort) || ::listen(listening.handle(), 1) != 0) return "no service";
    const Socket asking(client, SOCK_STREAM);
    if (!asking.connect(kTo, kToPort)) return "not connected";
    const Socket accepted(::accept(listening.handle(), nullptr, nullptr));
    asking.send("question");
    const auto question = accepted.receive();
    accepted.send("answer");
    return question + " " + asking.receive();
  }
  std::string ask_udp() const {
    const Socket service(from, SOCK_DGRAM);
    if (!service.bind(kFrom, kFromPort)) return "no service";
    const Socket asking(client, SOCK_DGRAM);
    if (!asking.connect(kTo, kToPort)) return "no way";
    asking.send("question");
    char buffer[64];
    sockaddr_in asker{};
    socklen_t length = sizeof asker;
    const auto size = ::recvfrom(service.handle(), buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&asker), &length);
    if (size <= 0) return "nothing arrived";
    ::sendto(service.handle(), "answer", 6, 0, reinterpret_cast<sockaddr*>(&asker), length);
    return std::string(buffer, static_cast<std::size_t>(size)) + " " + asking.receive();
  }

  NetworkNamespace client{"client"}, to{"to"}, from{"from"};
  harness::TempDir programs;

 private:
  void join(const NetworkNamespace& other, const std::string& its, const std::string& its_address,
            const std::string& ours, const std::string& our_address) const {
    other.run({"ip", "link", "add", its, "type", "veth", "peer", "name", ours, "netns", to.name()});
    other.run({"ip", "addr", "add", its_address, "dev", its});
    other.run({"ip", "link", "set", its, "up"});
    to.run({"ip", "addr", "add", our_address, "dev", ours});
    to.run({"ip", "link", "set", ours, "up"});
  }
};

PortForward rule_for(const std::string& protocol) {
  PortForward rule;
  rule.id = "pf_0123456789ab";
  rule.from_port = kFromPort;
  rule.to_port = kToPort;
  rule.to_platform = "linux";
  rule.protocol = protocol;
  return rule;
}

ForwardCommands commands_for(const std::string& protocol, const char* from = kFrom) {
  return forward_commands(rule_for(protocol), {.from = from, .to = kTo});
}

// iptables-nft and iptables-legacy stand for hosts with iptables, nft for hosts that have nothing else.
class ForwardRules : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string tool = GetParam();
    try {
      machines_.emplace();
      machines_->offer(tool == "nft" ? "nft" : "iptables", tool);
      rules();
    } catch (const std::runtime_error& error) {
      machines_.reset();
      GTEST_SKIP() << "this machine does not let us try " << tool << " in a network namespace: " << error.what();
    }
    for (const auto& line : foreign_rules()) machines_->to.run({"sh", "-c", line});
    before_ = rules();
  }

  // A host that drops what it is not told to forward, and that has rules of its own.
  std::vector<std::string> foreign_rules() const {
    const std::string tool = GetParam();
    if (tool == "nft") {
      return {"nft 'table inet filter { chain forward { type filter hook forward priority 0; policy drop; "
              "ip saddr 192.0.2.1 accept comment \"wfm-pf_ffffffffffff-tcp\"; }; }'"};
    }
    return {tool + " -w -P FORWARD DROP",
            tool + " -w -A FORWARD -s 192.0.2.1 -m comment --comment wfm-pf_ffffffffffff-tcp -j ACCEPT",
            tool + " -w -t nat -A PREROUTING -d 192.0.2.1 -j ACCEPT"};
  }
  std::string rules() const {
    const std::string tool = GetParam();
    if (tool == "nft") return machines_->to.run({"nft", "list", "ruleset"});
    return machines_->to.run({tool, "-w", "-t", "nat", "-S"}) + machines_->to.run({tool, "-w", "-S"});
  }

  std::optional<Machines> machines_;
  std::string before_;
};

TEST_P(ForwardRules, TrafficArrivesOverBothProtocolsAndNothingIsLeftBehind) {
  const auto commands = commands_for("all");
  EXPECT_EQ(machines_->ask_tcp(), "not connected");

  machines_->run_hook(commands.post_up);
  EXPECT_EQ(machines_->ask_tcp(), "question answer");
  EXPECT_EQ(machines_->ask_udp(), "question answer");
  const auto after_one = rules();
  machines_->run_hook_in_sh(commands.post_up);
  EXPECT_EQ(rules(), after_one) << "the second run must leave one set of rules";
  EXPECT_EQ(machines_->ask_tcp(), "question answer");

  machines_->run_hook(commands.pre_down);
  EXPECT_EQ(rules(), before_);
  machines_->run_hook_in_sh(commands.pre_down);
  EXPECT_EQ(rules(), before_);
  EXPECT_EQ(machines_->ask_tcp(), "not connected");
}

TEST_P(ForwardRules, OneProtocolLeavesTheOtherAlone) {
  const auto commands = commands_for("tcp");
  machines_->run_hook(commands.post_up);
  EXPECT_EQ(machines_->ask_tcp(), "question answer");
  EXPECT_EQ(machines_->ask_udp(), "nothing arrived");
  machines_->run_hook(commands.pre_down);
  EXPECT_EQ(rules(), before_);
}

TEST_P(ForwardRules, RulesOfAnUncleanStopDoNotOutliveTheNextStart) {
  machines_->run_hook(commands_for("all", kOtherFrom).post_up);
  const auto commands = commands_for("tcp");
  machines_->run_hook(commands.post_up);
  EXPECT_THAT(rules(), Not(HasSubstr(kOtherFrom)));
  EXPECT_THAT(rules(), Not(HasSubstr("udp")));
  EXPECT_EQ(machines_->ask_tcp(), "question answer");
  machines_->run_hook(commands.pre_down);
  EXPECT_EQ(rules(), before_);
}

INSTANTIATE_TEST_SUITE_P(Tools, ForwardRules, testing::Values("iptables-nft", "iptables-legacy", "nft"),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::erase(name, '-');
                           return name;
                         });

// The real wg-quick with a tunnel that carries nothing: the kernel need not know WireGuard, so wg and the interface are
// played by others.
class WgQuick {
 public:
  explicit WgQuick(Machines& machines) : machines_(machines), folder_(machines.programs.path()) {
    harness::run_program({.argv = {"sh", "-c", "cp \"$(command -v wg-quick)\" \"$0\"", folder_.string()},
                          .env = {}, .output = {}, .working_directory = {}, .user = {}});
    write("wg", "#!/bin/sh\n[ \"$*\" != 'show interfaces' ] || echo wgt\n", "700");
    write("tunnel", "#!/bin/sh\nexec ip link add \"$1\" type veth peer name other\n", "700");
  }

  void configure(const PortForward& rule) const {
    Config config;
    Node node;
    node.private_key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
    node.virtual_ip = "10.66.0.2/32";
    ManagedHooks hooks;
    add_forward_hooks(hooks, rule, "10.66.0.3/32", node.virtual_ip);
    write("wgt.conf", render_tunnel_text({.config = config, .node = node, .peers = {}, .managed = hooks}), "600");
  }
  void run(const char* direction) const {
    machines_.to.run({"env", "PATH=" + folder_.string() + ":/usr/sbin:/usr/bin:/sbin:/bin",
                      "WG_QUICK_USERSPACE_IMPLEMENTATION=" + (folder_ / "tunnel").string(),
                      (folder_ / "wg-quick").string(), direction, (folder_ / "wgt.conf").string()});
  }

 private:
  void write(const std::string& name, const std::string& text, const std::string& mode) const {
    std::ofstream(folder_ / name) << text;
    harness::run_program({.argv = {"chmod", mode, (folder_ / name).string()},
                          .env = {}, .output = {}, .working_directory = {}, .user = {}});
  }

  Machines& machines_;
  const std::filesystem::path folder_;
};

TEST(ForwardCommands, WgQuickStartsAndStopsThem) {
  std::optional<Machines> machines;
  try {
    machines.emplace();
    machines->to.run({"iptables-nft", "-w", "-t", "nat", "-S"});
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "this machine does not let us try a tunnel in a network namespace: " << error.what();
  }
  machines->offer("iptables", "iptables-nft");
  const WgQuick wg_quick(*machines);
  wg_quick.configure(rule_for("all"));
  wg_quick.run("up");
  EXPECT_EQ(machines->ask_tcp(), "question answer");
  EXPECT_EQ(machines->ask_udp(), "question answer");
  wg_quick.run("down");
  EXPECT_THAT(machines->to.run({"iptables-nft", "-w", "-t", "nat", "-S"}), Not(HasSubstr("wfm-")));
  EXPECT_EQ(machines->ask_tcp(), "not connected");

  std::filesystem::remove(machines->programs / "iptables");
  machines->offer("iptables", "false");
  wg_quick.run("up");
  EXPECT_THAT(machines->to.run({"ip", "link", "show", "wgt"}), HasSubstr("wgt")) << "up without its forward";
  wg_quick.run("down");
}

TEST(ForwardCommands, NeverFailWhateverTheHostHas) {
  const harness::TempDir programs;
  const auto run = [&](const std::string& command) {
    return harness::run_program({.argv = {"/bin/bash", "-e", "-o", "pipefail", "-c", "(eval \"$0\")", command},
                                 .env = {{"PATH", programs.path().string()}},
                                 .output = {},
                                 .working_directory = {},
                                 .user = {}});
  };
  const auto commands = commands_for("all");
  const auto darwin = [] {
    auto rule = rule_for("all");
    rule.to_platform = "darwin";
    return forward_commands(rule, {.from = kFrom, .to = kTo});
  }();
  // First with no programs at all, then with programs that refuse everything.
  for (int round = 0; round < 2; ++round) {
    for (const auto& command : {commands.post_up, commands.pre_down, darwin.post_up, darwin.pre_down}) {
      EXPECT_NO_THROW(run(command)) << command;
    }
    for (const char* name : {"iptables", "nft", "pfctl", "grep", "awk"}) {
      if (round == 0) harness::run_program({.argv = {"ln", "-s", "/bin/false", (programs / name).string()},
                                            .env = {}, .output = {}, .working_directory = {}, .user = {}});
    }
  }
}

}  // namespace
}  // namespace loomgate::domain
