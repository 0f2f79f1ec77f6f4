// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/server.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "daemon/base/log.h"
#include "daemon/http/exchange.h"
#include "daemon/http/listen_socket.h"
#include "daemon/http/messages.h"

namespace loomgate::http {

namespace {

// libmicrohttpd's callbacks: translate, catch everything, fail closed.

void* on_request_line(void* parts, const char* uri, MHD_Connection* connection) {
  try {
    return new Exchange(*static_cast<ServerParts*>(parts), connection, uri);
  } catch (...) {
    return nullptr;
  }
}

MHD_Result on_step(void*, MHD_Connection*, const char*, const char* method, const char*, const char* data,
                   std::size_t* size, void** exchange) {
  if (*exchange == nullptr) return MHD_NO;
  try {
    return static_cast<Exchange*>(*exchange)->step(method, data, size);
  } catch (...) {
    return MHD_NO;
  }
}

void on_completed(void*, MHD_Connection*, void** exchange, MHD_RequestTerminationCode) {
  delete static_cast<Exchange*>(std::exchange(*exchange, nullptr));
}

void on_connection(void* parts, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
  auto& server = *static_cast<ServerParts*>(parts);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    server.deadlines.remove(connection);
    return;
  }
  const MHD_ConnectionInfo* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != nullptr) server.deadlines.add(connection, info->connect_fd, server.settings.header_timeout);
}

// Escapes stay as they are: parse_target decodes them, strictly.
std::size_t keep_escapes(void*, MHD_Connection*, char* text) {
  return std::strlen(text);
}

void on_library_message(void*, const char* format, va_list arguments) {
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  log(messages::kLibrary, std::string(text.data()));
}

template <typename Function>
std::intptr_t as_option(Function* function) {
  return reinterpret_cast<std::intptr_t>(function);
}

std::vector<MHD_OptionItem> options(ServerParts& parts, int listen_handle) {
  const ServerSettings& settings = parts.settings;
  std::vector<MHD_OptionItem> items{
      {MHD_OPTION_EXTERNAL_LOGGER, as_option(on_library_message), nullptr},
      {MHD_OPTION_LISTEN_SOCKET, listen_handle, nullptr},
      {MHD_OPTION_URI_LOG_CALLBACK, as_option(on_request_line), &parts},
      {MHD_OPTION_UNESCAPE_CALLBACK, as_option(keep_escapes), nullptr},
      {MHD_OPTION_NOTIFY_COMPLETED, as_option(on_completed), nullptr},
      {MHD_OPTION_NOTIFY_CONNECTION, as_option(on_connection), &parts},
      {MHD_OPTION_CONNECTION_LIMIT, static_cast<std::intptr_t>(settings.connection_limit), nullptr},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, static_cast<std::intptr_t>(settings.header_bytes), nullptr},
      {MHD_OPTION_CONNECTION_TIMEOUT, static_cast<std::intptr_t>(settings.idle_timeout.count()), nullptr},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
  };
  if (settings.connections_per_address > 0) {
    items.push_back(
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, static_cast<std::intptr_t>(settings.connections_per_address), nullptr});
  }
  if (settings.io_threads > 1) {
    items.push_back({MHD_OPTION_THREAD_POOL_SIZE, static_cast<std::intptr_t>(settings.io_threads), nullptr});
  }
  items.push_back({MHD_OPTION_END, 0, nullptr});
  return items;
}

}  // namespace

class Server::Impl {
 public:
  Impl(const Application& application, ServerSettings settings)
      : listen_(settings.address, settings.port), parts_(application, std::move(settings)) {
    auto items = options(parts_, listen_.handle());
    constexpr unsigned kFlags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    daemon_ =
        MHD_start_daemon(kFlags, 0, nullptr, nullptr, on_step, nullptr, MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
    if (daemon_ == nullptr) throw std::runtime_error("the HTTP server cannot start: out of memory, threads or files");
    log(messages::kListening, parts_.settings.address, listen_.port());
  }
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const { return listen_.port(); }
  std::size_t connections() const { return parts_.deadlines.connections(); }

  void stop() {
    std::lock_guard lock(stop_mutex_);
    if (daemon_ == nullptr) return;
    log(messages::kStopping, parts_.workers.pending());
    parts_.stopping = true;
    MHD_quiesce_daemon(daemon_);
    listen_.refuse();
    parts_.streams.end_all();
    // Every suspended connection must be resumed before libmicrohttpd may stop: handlers by the pool, streams above.
    parts_.workers.stop();
    const std::size_t left = parts_.busy.wait_for_none(parts_.settings.stop_timeout);
    if (left > 0) log(messages::kStopTimedOut, left);
    MHD_stop_daemon(std::exchange(daemon_, nullptr));
  }

 private:
  ListenSocket listen_;
  ServerParts parts_;
  MHD_Daemon* daemon_ = nullptr;
  std::mutex stop_mutex_;
};

Server::Server(const Application& application, ServerSettings settings)
    : impl_(std::make_unique<Impl>(application, std::move(settings))) {}
Server::~Server() = default;
std::uint16_t Server::port() const {
  return impl_->port();
}
std::size_t Server::connections() const {
  return impl_->connections();
}
void Server::stop() {
  impl_->stop();
}

}  // namespace loomgate::http
