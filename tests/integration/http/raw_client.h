// SPDX-License-Identifier: Apache-2.0
// A TCP client that sends exactly the bytes it is told to, so that malformed requests can be tested too.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace loomgate::http {

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Every wait ends after a minute; then a read returns what "nothing more" returns.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(std::string_view bytes);  // false when the server has cut the connection
  // One whole answer (Content-Length or chunked); nullopt when the connection ended before it was complete.
  std::optional<Answer> read_answer(bool has_body = true);
  // Status line and headers only; the rest comes through read_chunk.
  std::optional<Answer> read_head();
  std::optional<std::string> read_chunk();  // "" is the last one
  bool ended();                             // waits for the server's end of the stream
  void hang_up();                           // both directions; a blocked send() returns
  void close();

 private:
  bool receive();
  std::optional<std::string> take_line();
  std::optional<std::string> take(std::size_t count);

  int socket_ = -1;
  std::string pending_;
};

// One request on a connection of its own.
std::optional<Answer> fetch(std::uint16_t port, std::string_view request);
// "GET /x HTTP/1.1" with Host and further header lines (each ending in CRLF).
std::string get(std::string_view target, std::string_view headers = {});
std::string post(std::string_view target, std::string_view body, std::string_view headers = {});

}  // namespace loomgate::http
