// SPDX-License-Identifier: Apache-2.0
// loomgate_event_readers: many browsers on one daemon's event stream, in one thread; all accept gzip. Says `ready` when every
// stream has begun, reads until every one of them has everything up to the last mark of every node (or the time is up),
// and prints figures as one JSON line. A mark is `bench:<node>:<turn>:<microseconds since 1970>:` somewhere in an event;
// tests/bench/runner/events.py puts it there. Twenty of the streams are inflated and searched for marks; the others must end
// with the same bytes as these.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

struct Plan {
  int port = 0;
  std::string token;
  std::size_t readers = 2000;
  std::size_t nodes = 50;
  long last_turn = 0;  // of the mark that ends the run
  int seconds = 90;
};

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

constexpr std::size_t kInflated = 20;
constexpr std::size_t kTail = 48;

// The body of a chunked answer, byte for byte.
class Dechunker {
 public:
  template <typename Use>
  void take(std::string_view data, Use&& use) {
    while (!data.empty()) {
      if (left_ > 0) {
        const auto part = data.substr(0, left_);
        use(part);
        left_ -= part.size();
        data.remove_prefix(part.size());
        continue;
      }
      line_ += data.front();
      data.remove_prefix(1);
      if (!line_.ends_with("\n")) continue;
      if (!in_body_) {
        in_body_ = line_ == "\r\n";
      } else {
        std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);  // 0 for the line end behind a chunk
      }
      line_.clear();
    }
  }

 private:
  bool in_body_ = false;
  std::size_t left_ = 0;
  std::string line_;
};

// One browser. What it has seen of each node, and the piece of a mark that the next bytes continue.
struct Reader {
  int fd = -1;
  bool begun = false;
  bool ended = false;
  bool inflates = false;
  Dechunker body;
  z_stream inflater{};
  std::string tail;  // the last bytes of the body
  std::vector<long> turns;
  std::size_t finished = 0;  // nodes whose last mark was seen
  std::string rest;
};

class Readers {
 public:
  explicit Readers(Plan plan) : plan_(std::move(plan)), readers_(plan_.readers), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const std::size_t step = std::max<std::size_t>(1, readers_.size() / kInflated);
    for (std::size_t number = 0; number < readers_.size(); ++number) {
      Reader& reader = readers_[number];
      reader.inflates = number % step == 0;
      if (reader.inflates && ::inflateInit2(&reader.inflater, 15 + 16) != Z_OK) throw std::bad_alloc();
      inflating_ += reader.inflates ? 1 : 0;
      reader.turns.resize(plan_.nodes, -1);
      open(reader);
      read_ready(1);
    }
  }

  void run() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(plan_.seconds);
    bool said_ready = false;
    while (std::chrono::steady_clock::now() < end && complete() + ended_ < readers_.size()) {
      read_ready(20);
      if (said_ready || begun_ < readers_.size()) continue;
      said_ready = true;
      fmt::print("ready\n");
      std::fflush(stdout);
    }
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [this](std::size_t percent) {
      return latencies_.empty() ? 0.0 : static_cast<double>(latencies_[latencies_.size() * percent / 100]) / 1000;
    };
    fmt::print("{{\"readers\":{},\"begun\":{},\"complete\":{},\"ended\":{},\"marks\":{},\"megabytes\":{},\"p50_ms\":{:.1f},\"p99_ms\":{:.1f},"
               "\"longest_ms\":{:.1f}}}\n",
               readers_.size(), begun_, complete(), ended_, marks_, bytes_ >> 20, at(50), at(99),
               latencies_.empty() ? 0.0 : static_cast<double>(latencies_.back()) / 1000);
  }

 private:
  // Readers that have everything: all of those that look for marks, and who ends with the same bytes.
  std::size_t complete() const {
    if (complete_ < inflating_) return 0;
    return static_cast<std::size_t>(
        std::count_if(readers_.begin(), readers_.end(), [&](const Reader& reader) { return reader.tail == readers_[0].tail; }));
  }

  void open(Reader& reader) {
    reader.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(plan_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (reader.fd < 0 || ::connect(reader.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error(errno, std::generic_category(), "connect");
    }
    const std::string request =
        fmt::format("GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {}\r\nAccept-Encoding: gzip\r\n\r\n", plan_.port, plan_.token);
    if (::write(reader.fd, request.data(), request.size()) < 0) throw std::system_error(errno, std::generic_category(), "write");
    ::fcntl(reader.fd, F_SETFL, O_NONBLOCK);
    epoll_event event{EPOLLIN, {.ptr = &reader}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, reader.fd, &event);
  }

  void read_ready(int milliseconds) {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll_, events, 256, milliseconds);
    for (int index = 0; index < count; ++index) read(*static_cast<Reader*>(events[index].data.ptr));
  }

  void read(Reader& reader) {
    for (;;) {
      const auto got = ::read(reader.fd, buffer_.data(), buffer_.size());
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (got <= 0) return end(reader);
      bytes_ += static_cast<std::size_t>(got);
      if (!reader.begun) {
        reader.begun = true;
        ++begun_;
      }
      reader.body.take({buffer_.data(), static_cast<std::size_t>(got)}, [&](std::string_view part) { take_body(reader, part); });
    }
  }

  void end(Reader& reader) {
    ::close(reader.fd);
    if (reader.ended) return;
    reader.ended = true;
    ++ended_;
  }

  void take_body(Reader& reader, std::string_view part) {
    reader.tail += part.substr(part.size() - std::min(part.size(), kTail));
    reader.tail.erase(0, reader.tail.size() - std::min(reader.tail.size(), kTail));
    if (!reader.inflates) return;
    reader.inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    reader.inflater.avail_in = static_cast<uInt>(part.size());
    do {
      reader.inflater.next_out = reinterpret_cast<Bytef*>(inflated_.data());
      reader.inflater.avail_out = static_cast<uInt>(inflated_.size());
      const int outcome = ::inflate(&reader.inflater, Z_SYNC_FLUSH);
      if (outcome != Z_OK && outcome != Z_BUF_ERROR && outcome != Z_STREAM_END) throw std::runtime_error("the stream is no gzip");
      take(reader, {inflated_.data(), inflated_.size() - reader.inflater.avail_out});
    } while (reader.inflater.avail_out == 0);
  }

  void take(Reader& reader, std::string_view data) {
    constexpr std::string_view kMark = "bench:";
    constexpr std::size_t kLongestMark = 64;
    if (!reader.rest.empty()) {
      reader.rest += data.substr(0, kLongestMark);
      scan(reader, reader.rest, kMark);
      reader.rest.clear();
    }
    scan(reader, data, kMark);
    const auto cut = data.rfind("ben", data.size());
    if (cut != std::string_view::npos && data.size() - cut < kLongestMark) reader.rest = data.substr(cut);
  }

  void scan(Reader& reader, std::string_view data, std::string_view mark) {
    for (auto at = data.find(mark); at != std::string_view::npos; at = data.find(mark, at + 1)) {
      const char* position = data.data() + at + mark.size();
      const char* const end_of_data = data.data() + data.size();
      std::int64_t numbers[3] = {};
      int found = 0;
      for (; found < 3; ++found) {
        const auto [end, error] = std::from_chars(position, end_of_data, numbers[found]);
        if (error != std::errc{} || end == end_of_data || *end != ':') break;
        position = end + 1;
      }
      if (found == 3) note(reader, static_cast<std::size_t>(numbers[0]), numbers[1], numbers[2]);
    }
  }

  void note(Reader& reader, std::size_t node, long turn, std::int64_t written_us) {
    if (node >= plan_.nodes || turn <= reader.turns[node]) return;
    reader.turns[node] = turn;
    ++marks_;
    latencies_.push_back(now_us() - written_us);
    if (turn == plan_.last_turn && ++reader.finished == plan_.nodes) ++complete_;
  }

  const Plan plan_;
  std::vector<Reader> readers_;
  int epoll_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 18);
  std::vector<char> inflated_ = std::vector<char>(std::size_t{1} << 18);
  std::size_t inflating_ = 0;
  std::vector<std::int64_t> latencies_;
  std::size_t begun_ = 0, complete_ = 0, ended_ = 0, marks_ = 0, bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Reads the event stream of a daemon on this machine many times over.");
  Plan plan;
  app.add_option("--port", plan.port, "of the daemon on 127.0.0.1")->required();
  app.add_option("--token", plan.token, "session token")->required();
  app.add_option("--readers", plan.readers, "streams to open")->check(CLI::Range(1, 100000));
  app.add_option("--nodes", plan.nodes, "nodes that get marks")->check(CLI::Range(1, 100000));
  app.add_option("--last-turn", plan.last_turn, "turn of the last mark of every node")->required();
  app.add_option("--seconds", plan.seconds, "give up after")->check(CLI::Range(1, 3600));
  CLI11_PARSE(app, argc, argv);
  try {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    Readers readers(std::move(plan));
    readers.run();
    readers.print();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
