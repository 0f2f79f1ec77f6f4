// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/network_namespace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "tests/harness/process.h"

namespace loomgate::harness {
namespace {

std::string run_anywhere(std::vector<std::string> argv) {
  return run_program({.argv = std::move(argv), .env = {}, .output = {}, .working_directory = {}, .user = {}});
}

int open_here(const std::string& name, int type) {
  const int space = ::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (space < 0) return -1;
  const bool inside = ::setns(space, CLONE_NEWNET) == 0;
  ::close(space);
  return inside ? ::socket(AF_INET, type | SOCK_CLOEXEC, 0) : -1;
}

// As its namespace sees it, and as the machine does: names of interfaces have at most 15 characters.
constexpr const char* kInside = "cable";
std::string outside() {
  return fmt::format("lg{}", ::getpid());
}

}  // namespace

NetworkNamespace::NetworkNamespace(const std::string& hint) : name_(fmt::format("loomgate-{}-{}", ::getpid(), hint)) {
  run_anywhere({"ip", "netns", "add", name_});
  run_anywhere({"ip", "-n", name_, "link", "set", "lo", "up"});
}

NetworkNamespace::~NetworkNamespace() {
  try {
    run_anywhere({"ip", "netns", "delete", name_});
  } catch (const std::runtime_error&) {
    // It never came to be.
  }
}

void NetworkNamespace::join(const std::string& its_address, const std::string& our_address) const {
  run_anywhere({"ip", "link", "add", outside(), "type", "veth", "peer", "name", kInside, "netns", name_});
  run_anywhere({"ip", "addr", "add", our_address, "dev", outside()});
  run_anywhere({"ip", "link", "set", outside(), "up"});
  run({"ip", "addr", "add", its_address, "dev", kInside});
  run({"ip", "link", "set", kInside, "up"});
}

void NetworkNamespace::cut_off() const {
  run({"ip", "link", "set", kInside, "down"});
}

void NetworkNamespace::reconnect() const {
  run({"ip", "link", "set", kInside, "up"});
}

std::string NetworkNamespace::run(std::vector<std::string> argv) const {
  argv.insert(argv.begin(), {"ip", "netns", "exec", name_});
  return run_anywhere(std::move(argv));
}

int NetworkNamespace::open_socket(int type) const {
  int socket = -1;
  // Only the thread moves into the namespace; the socket stays there when the thread has ended.
  std::thread([&] { socket = open_here(name_, type); }).join();
  if (socket < 0) throw std::runtime_error("no socket in the network namespace " + name_);
  const timeval limit{.tv_sec = 3, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return socket;
}

}  // namespace loomgate::harness
