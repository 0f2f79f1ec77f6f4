// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/exchange.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "daemon/base/error_codes.h"
#include "daemon/base/log.h"
#include "daemon/http/messages.h"

namespace loomgate::http {

namespace {

// A chunked body says its size only by ending. So much more than allowed is still read (and thrown away) to answer 413
// in the regular way; whoever sends more is cut off.
constexpr std::size_t kPatience = std::size_t{4} << 20;
constexpr std::size_t kStreamBlock = 16 * 1024;

MHD_Result collect_header(void* into, MHD_ValueKind, const char* name, const char* value) {
  try {
    std::string lowered(name);
    std::ranges::transform(lowered, lowered.begin(),
                           [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    static_cast<Pairs*>(into)->emplace_back(std::move(lowered), value == nullptr ? "" : value);
    return MHD_YES;
  } catch (...) {
    return MHD_NO;
  }
}

std::string peer_of(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr) return {};
  const sockaddr* const address = info->client_addr;
  const socklen_t size = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) return {};
  const auto parsed = parse_address(text.data());
  return parsed ? to_text(*parsed) : std::string(text.data());
}

// Keeps the stream while libmicrohttpd holds the response.
struct StreamBody {
  std::shared_ptr<Stream> stream;
  MHD_Connection* connection;
};

ssize_t read_stream(void* body, std::uint64_t, char* into, std::size_t room) {
  auto& source = *static_cast<StreamBody*>(body);
  const auto filled = source.stream->pull(into, room, [&] { MHD_suspend_connection(source.connection); });
  return filled ? static_cast<ssize_t>(*filled) : MHD_CONTENT_READER_END_OF_STREAM;
}

void free_stream(void* body) {
  delete static_cast<StreamBody*>(body);
}

}  // namespace

void StreamRegistry::add(std::shared_ptr<Stream> stream) {
  std::lock_guard lock(mutex_);
  if (ending_) stream->close();
  streams_.insert(std::move(stream));
}

void StreamRegistry::remove(const std::shared_ptr<Stream>& stream) {
  std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void StreamRegistry::end_all() {
  std::lock_guard lock(mutex_);
  ending_ = true;
  for (const auto& stream : streams_) stream->close();
}

void BusyCount::up() {
  std::lock_guard lock(mutex_);
  ++count_;
}

void BusyCount::down() {
  {
    std::lock_guard lock(mutex_);
    --count_;
  }
  changed_.notify_all();
}

std::size_t BusyCount::wait_for_none(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, most, [this] { return count_ == 0; });
  return count_;
}

Exchange::Exchange(ServerParts& parts, MHD_Connection* connection, std::string raw_target)
    : parts_(parts), connection_(connection), raw_target_(std::move(raw_target)) {}

Exchange::~Exchange() {
  if (response_ && response_->stream) {
    parts_.streams.remove(response_->stream);
    response_->stream->ended();
  }
  parts_.deadlines.set(connection_, parts_.settings.idle_timeout);
  if (handed_over_) parts_.busy.down();
}

MHD_Result Exchange::step(const char* method, const char* data, std::size_t* size) {
  if (!admitted_) return admit(method);
  if (*size > 0) return take(std::string_view(data, std::exchange(*size, 0)));
  return response_ ? answer() : hand_over();
}

MHD_Result Exchange::admit(const char* method) {
  admitted_ = true;
  Application::Arrival arrival{method, raw_target_, peer_of(connection_), {}};
  MHD_get_connection_values(connection_, MHD_HEADER_KIND, collect_header, &arrival.headers);
  admission_ = parts_.application.admit(std::move(arrival));
  parts_.deadlines.set(connection_, parts_.settings.body_timeout);
  response_ = std::move(admission_.answer);
  must_close_ = admission_.refuses_body;
  if (!must_close_) return MHD_YES;
  parts_.deadlines.linger(connection_);
  return answer();
}

MHD_Result Exchange::take(std::string_view piece) {
  received_ += piece.size();
  if (received_ <= admission_.body_limit) {
    if (!response_) admission_.request.body.append(piece);
    return MHD_YES;
  }
  admission_.request.body.clear();
  return received_ <= admission_.body_limit + kPatience ? MHD_YES : MHD_NO;
}

MHD_Result Exchange::hand_over() {
  if (received_ > admission_.body_limit) {
    answer_without_worker(errors::kPayloadTooLarge, "The request body is too large");
    return answer();
  }
  if (parts_.stopping) {
    answer_without_worker(errors::kServiceUnavailable, "The server is stopping");
    return answer();
  }
  parts_.deadlines.clear(connection_);
  parts_.busy.up();
  handed_over_ = true;
  // Suspend first: a worker may be done, and resume, before submit() returns.
  MHD_suspend_connection(connection_);
  const bool is_queued = parts_.workers.submit([this] {
    response_ = parts_.application.handle(admission_.request, admission_.found);
    MHD_resume_connection(connection_);
  });
  if (is_queued) {
    parts_.overloaded = false;
    return MHD_YES;
  }
  if (!parts_.overloaded.exchange(true)) log(messages::kOverloaded);
  answer_without_worker(errors::kServiceUnavailable, "The server is busy, try again");
  MHD_resume_connection(connection_);
  return MHD_YES;
}

void Exchange::answer_without_worker(const ErrorCode& code, const std::string& message) {
  response_ = parts_.application.refuse(admission_.request, code, message);
}

MHD_Result Exchange::answer() {
  parts_.deadlines.clear(connection_);
  MHD_Response* const response = response_->stream ? make_stream() : make_response();
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, response_->content_type.c_str());
  for (const auto& [name, value] : response_->headers) MHD_add_response_header(response, name.c_str(), value.c_str());
  if (must_close_ || parts_.stopping) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  const MHD_Result queued = MHD_queue_response(connection_, static_cast<unsigned>(response_->status), response);
  MHD_destroy_response(response);
  log_answer();
  return queued;
}

// The exchange keeps the body until the answer has left, so nothing is copied.
MHD_Response* Exchange::make_response() {
  std::string& body = response_->body;
  return MHD_create_response_from_buffer(body.size(), body.data(), MHD_RESPMEM_PERSISTENT);
}

MHD_Response* Exchange::make_stream() {
  const auto& stream = response_->stream;
  stream->set_wake([connection = connection_] { MHD_resume_connection(connection); });
  parts_.streams.add(stream);
  auto body = std::make_unique<StreamBody>(StreamBody{stream, connection_});
  MHD_Response* const response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kStreamBlock, read_stream, body.get(), free_stream);
  if (response != nullptr) body.release();  // freed by free_stream
  return response;
}

void Exchange::log_answer() const {
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  const Request& request = admission_.request;
  log(messages::kAnswered, request.method, request.path, response_->status, taken.count(), request.remote_address,
      request.id);
}

}  // namespace loomgate::http
