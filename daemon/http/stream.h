// SPDX-License-Identifier: Apache-2.0
// A response body that grows while the connection stays open (SSE, spec http-api 9). Between sends the connection is
// suspended: an idle stream costs memory, not a thread.
//
// Handler:  auto stream = std::make_shared<http::Stream>(http::StreamLimits{...});
//           keep the pointer with whatever produces events; return http::stream_response(stream, "text/event-stream").
// A client that went away is noticed at the next send that the kernel refuses; send something now and then (the clock
// event of spec 9.3 does).
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "daemon/http/piece.h"

namespace loomgate::http {

struct StreamLimits {
  std::size_t max_pieces = 256;  // spec 9.4
  std::size_t max_bytes = std::size_t{16} << 20;
  bool gzip = false;  // the response says Content-Encoding: gzip
};

// Thread safe.
class Stream {
 public:
  explicit Stream(StreamLimits limits = {}) : limits_(limits) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Queues one piece (one SSE frame). False when the stream has ended or is full; a full stream takes nothing more and
  // ends after what is queued was sent, so the client must come back and read anew.
  bool send(std::string piece) { return send(std::make_shared<const Piece>(std::move(piece))); }
  // The same for a piece that many streams share.
  bool send(std::shared_ptr<const Piece> piece);
  // Ends the response after everything queued was sent.
  void close();
  bool is_open() const;  // neither closed, nor full, nor gone
  bool overflowed() const;  // the client took too little, and the stream was closed for that
  std::size_t queued() const;
  bool gzip() const { return limits_.gzip; }

  // Called exactly once, from a server thread, when the connection is over (or at once when it already is). Must be
  // quick and must not throw; it may call is_open() and friends.
  void on_end(std::function<void()> callback);

  // --- for the server only -------------------------------------------------------------------------------------------
  // Fills up to `room` bytes: number of bytes; 0 when there is nothing yet and the connection was parked; nullopt at
  // the end. `park` runs under the stream's lock, so that no send can slip between the check and the suspension.
  std::optional<std::size_t> pull(char* into, std::size_t room, const std::function<void()>& park);
  // How a send wakes the parked connection. Any thread.
  void set_wake(std::function<void()> wake);
  void ended();

 private:
  void wake_locked();
  const std::string& bytes_of(const Piece& piece) const { return limits_.gzip ? piece.deflated() : piece.text(); }
  std::string last_words();

  mutable std::mutex mutex_;
  const StreamLimits limits_;
  std::string own_;  // goes before the pieces: the gzip header, and its trailer when there are none left
  std::deque<std::shared_ptr<const Piece>> pieces_;
  GzipEnvelope envelope_;
  bool begun_ = false;
  bool finished_ = false;
  std::size_t offset_ = 0;  // already sent bytes of the first piece
  std::size_t bytes_ = 0;
  bool closed_ = false;
  bool overflowed_ = false;
  bool gone_ = false;
  bool parked_ = false;
  std::function<void()> wake_;
  std::function<void()> on_end_;
};

}  // namespace loomgate::http
