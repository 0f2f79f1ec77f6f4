// SPDX-License-Identifier: Apache-2.0
// A TCP connection to a named host within a deadline, for probes. Everything here may be called from any thread.
#pragma once

#include <chrono>
#include <string>

namespace loomgate {

// Owns a descriptor.
class Socket {
 public:
  explicit Socket(int descriptor = -1) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

using Deadline = std::chrono::steady_clock::time_point;

// False when nothing of `events` (poll) happened in time.
bool wait_for(const Socket& socket, short events, Deadline deadline);

struct TcpConnection {
  Socket socket;        // non-blocking
  std::string problem;  // a phrase; empty when connected
};

// Tries the addresses of the host in turn. The resolver takes no deadline, so a name is looked up by a thread of its own,
// which may outlive the call.
TcpConnection connect_tcp(const std::string& host, int port, Deadline deadline);

}  // namespace loomgate
