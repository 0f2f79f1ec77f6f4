// SPDX-License-Identifier: Apache-2.0
// One request and its answer on one connection, and what all of them share. Private to the server.
#pragma once

#include <microhttpd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "daemon/http/application.h"
#include "daemon/http/deadlines.h"
#include "daemon/http/server.h"
#include "daemon/http/worker_pool.h"

namespace loomgate::http {

// Open streams, so that stopping can end them.
class StreamRegistry {
 public:
  void add(std::shared_ptr<Stream> stream);  // closes it when end_all() came first
  void remove(const std::shared_ptr<Stream>& stream);
  void end_all();

 private:
  std::mutex mutex_;
  bool ending_ = false;
  std::set<std::shared_ptr<Stream>> streams_;
};

// Requests between their hand-over to a worker and the last byte of their answer.
class BusyCount {
 public:
  void up();
  void down();
  std::size_t wait_for_none(std::chrono::milliseconds most);  // what is left

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

struct ServerParts {
  ServerParts(const Application& served, ServerSettings given)
      : application(served), settings(std::move(given)), workers(settings.workers, settings.queue_limit) {}

  const Application& application;
  const ServerSettings settings;
  Deadlines deadlines;
  StreamRegistry streams;
  BusyCount busy;
  std::atomic<bool> stopping = false;
  std::atomic<bool> overloaded = false;
  WorkerPool workers;
};

// Lives from the request line to the end of the answer. All members run on the connection's thread, except the handler
// between suspend and resume, when that thread does not touch the exchange.
class Exchange {
 public:
  Exchange(ServerParts& parts, MHD_Connection* connection, std::string raw_target);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // libmicrohttpd calls this for the headers, for each piece of the body, at the end, and after each resume.
  MHD_Result step(const char* method, const char* data, std::size_t* size);

 private:
  MHD_Result admit(const char* method);
  MHD_Result take(std::string_view piece);
  MHD_Result hand_over();
  MHD_Result answer();
  void answer_without_worker(const ErrorCode& code, const std::string& message);
  MHD_Response* make_response();
  MHD_Response* make_stream();
  void log_answer() const;

  ServerParts& parts_;
  MHD_Connection* const connection_;
  const std::string raw_target_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  bool admitted_ = false;
  bool handed_over_ = false;
  bool must_close_ = false;  // the rest of the body was not read
  std::size_t received_ = 0;
  Application::Admission admission_;
  std::optional<Response> response_;
};

}  // namespace loomgate::http
