// SPDX-License-Identifier: Apache-2.0
// A network namespace of its own, made with ip(8) and gone at the end. Needs root; throws std::runtime_error with what the
// kernel said where it is forbidden.
#pragma once

#include <string>
#include <vector>

namespace loomgate::harness {

class NetworkNamespace {
 public:
  explicit NetworkNamespace(const std::string& hint);
  ~NetworkNamespace();
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;

  const std::string& name() const { return name_; }
  // A network between the namespace and this machine: its address there, ours here, with prefix lengths. It ends with
  // the namespace.
  void join(const std::string& its_address, const std::string& our_address) const;
  // Takes that network away and gives it back. Whatever is sent meanwhile is lost, and neither side is told.
  void cut_off() const;
  void reconnect() const;
  // Runs a program inside; its output. std::runtime_error when it fails.
  std::string run(std::vector<std::string> argv) const;
  // A socket that lives inside, with time limits of three seconds on sending, connecting and receiving.
  int open_socket(int type) const;

 private:
  std::string name_;
};

}  // namespace loomgate::harness
