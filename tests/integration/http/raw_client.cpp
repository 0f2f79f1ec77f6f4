// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace loomgate::http {

namespace {

constexpr int kPatienceMs = 60000;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return text;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket_);
    throw std::runtime_error("connection refused");
  }
}

RawClient::~RawClient() {
  close();
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), pending_(std::move(other.pending_)) {}

void RawClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void RawClient::hang_up() {
  ::shutdown(socket_, SHUT_RDWR);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::receive() {
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMs) != 1) return false;
  std::array<char, 65536> buffer{};
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  pending_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> RawClient::take_line() {
  std::size_t end = pending_.find("\r\n");
  while (end == std::string::npos) {
    if (!receive()) return std::nullopt;
    end = pending_.find("\r\n");
  }
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 2);
  return line;
}

std::optional<std::string> RawClient::take(std::size_t count) {
  while (pending_.size() < count) {
    if (!receive()) return std::nullopt;
  }
  std::string taken = pending_.substr(0, count);
  pending_.erase(0, count);
  return taken;
}

std::optional<Answer> RawClient::read_head() {
  auto line = take_line();
  if (!line || line->size() < 12) return std::nullopt;
  Answer answer;
  answer.status = std::stoi(line->substr(9, 3));
  while ((line = take_line()) && !line->empty()) {
    const std::size_t colon = line->find(':');
    answer.headers[lower(line->substr(0, colon))] = line->substr(std::min(line->size(), colon + 2));
  }
  return line ? std::optional(answer) : std::nullopt;
}

std::optional<std::string> RawClient::read_chunk() {
  const auto size = take_line();
  if (!size) return std::nullopt;
  auto chunk = take(std::stoul(*size, nullptr, 16));
  if (!chunk || !take_line()) return std::nullopt;
  return chunk;
}

std::optional<Answer> RawClient::read_answer(bool has_body) {
  auto answer = read_head();
  if (!answer || !has_body) return answer;
  if (answer->headers.contains("content-length")) {
    const auto body = take(std::stoul(answer->headers["content-length"]));
    if (!body) return std::nullopt;
    answer->body = *body;
    return answer;
  }
  while (true) {
    const auto chunk = read_chunk();
    if (!chunk) return std::nullopt;
    if (chunk->empty()) return answer;
    answer->body += *chunk;
  }
}

bool RawClient::ended() {
  pollfd waiting{socket_, POLLIN, 0};
  while (::poll(&waiting, 1, kPatienceMs) == 1) {
    std::array<char, 65536> buffer{};
    if (::recv(socket_, buffer.data(), buffer.size(), 0) <= 0) return true;
  }
  return false;
}

std::optional<Answer> fetch(std::uint16_t port, std::string_view request) {
  RawClient client(port);
  client.send(request);
  return client.read_answer(!request.starts_with("HEAD"));
}

std::string get(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view headers) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace loomgate::http
