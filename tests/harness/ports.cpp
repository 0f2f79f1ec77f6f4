// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/ports.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>

namespace loomgate::harness {
namespace {

bool can_bind(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

// The ports of all test programs of this machine: one byte of a file for each, locked by the program that has it. The
// kernel gives the locks back when the program ends, however it ends.
class Reservations {
 public:
  bool take(int port) {
    const std::lock_guard lock(mutex_);
    if (file_ < 0) open_file();
    // A lock of our own would be granted again.
    for (const int taken : taken_)
      if (taken == port) return false;
    if (!set(port, F_WRLCK)) return false;
    taken_.push_back(port);
    if (taken_.size() > kMost) {
      set(taken_.front(), F_UNLCK);
      taken_.pop_front();
    }
    return true;
  }

 private:
  static constexpr std::size_t kMost = 1000;  // of one program; a repeated one would use up all there are

  // Not in TMPDIR, which others may have set otherwise. Whoever made the file, everybody may lock in it; some kernels let
  // others only open what is there.
  void open_file() {
    constexpr const char* kFile = "/tmp/loomgate-test-ports";
    file_ = open(kFile, O_RDWR | O_CLOEXEC);
    if (file_ >= 0) return;
    file_ = open(kFile, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) throw std::runtime_error(std::string("cannot open ") + kFile);
    fchmod(file_, 0666);
  }
  bool set(int port, short type) const {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = port;
    lock.l_len = 1;
    return fcntl(file_, F_OFD_SETLK, &lock) == 0;
  }

  std::mutex mutex_;
  int file_ = -1;
  std::deque<int> taken_;
};

}  // namespace

int free_port() {
  static std::random_device random;
  static Reservations reservations;
  std::uniform_int_distribution<int> ports(20000, 32000);
  for (int attempt = 0; attempt < 1000; ++attempt)
    if (const int port = ports(random); can_bind(port) && reservations.take(port)) return port;
  throw std::runtime_error("no free port on the loopback address");
}

}  // namespace loomgate::harness
