// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/compression.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <string>

#include "daemon/http/piece.h"
#include "daemon/json/unicode.h"

namespace loomgate::http {

namespace {

constexpr int kRawWindow = -15;       // zlib's way to ask for no header at all
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for a gzip header
constexpr int kMemoryLevel = 8;
constexpr int kLevel = 5;

bool is_text_like(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/javascript") || type.starts_with("image/svg");
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
}

// nullopt when there is no memory for it. `flush` is Z_FINISH, or Z_SYNC_FLUSH for blocks that others follow.
std::optional<std::string> compress(const std::string& plain, int window, int flush) {
  constexpr std::size_t kFlushMark = 16;  // deflateBound() does not count it
  z_stream state{};
  if (deflateInit2(&state, kLevel, Z_DEFLATED, window, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) return std::nullopt;
  std::string packed(deflateBound(&state, static_cast<uLong>(plain.size())) + kFlushMark, '\0');
  // zlib's interface predates const; it does not write to next_in.
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  state.avail_in = static_cast<uInt>(plain.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  const int outcome = deflate(&state, flush);
  packed.resize(state.total_out);
  const bool complete = outcome == (flush == Z_FINISH ? Z_STREAM_END : Z_OK) && state.avail_in == 0;
  deflateEnd(&state);
  return complete ? std::optional(std::move(packed)) : std::nullopt;
}

void append_little_endian(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

void Piece::deflate_once() const {
  std::call_once(once_, [this] {
    auto packed = compress(text_, kRawWindow, Z_SYNC_FLUSH);
    if (!packed) throw std::bad_alloc();
    packed->shrink_to_fit();
    deflated_ = std::move(*packed);
    const auto* bytes = reinterpret_cast<const Bytef*>(text_.data());
    crc_ = static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(text_.size())));
  });
}

const std::string& Piece::deflated() const {
  deflate_once();
  return deflated_;
}

std::uint32_t Piece::crc() const {
  deflate_once();
  return crc_;
}

std::string GzipEnvelope::header() {
  return {"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};  // RFC 1952: deflate, no name, no time, any system
}

void GzipEnvelope::add(const Piece& piece) {
  const auto size = static_cast<z_off_t>(piece.text().size());
  crc_ = static_cast<std::uint32_t>(crc32_combine(crc_, piece.crc(), size));
  size_ += piece.text().size();
}

std::string GzipEnvelope::trailer() const {
  std::string bytes{"\x03\0", 2};  // an empty last block
  append_little_endian(bytes, crc_);
  append_little_endian(bytes, static_cast<std::uint32_t>(size_));
  return bytes;
}

std::optional<std::string> gzip(const std::string& plain) {
  return compress(plain, kGzipWindow, Z_FINISH);
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = accept_encoding.find(',');
    const std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding = comma == std::string_view::npos ? std::string_view() : accept_encoding.substr(comma + 1);
    const std::size_t parameters = item.find(';');
    if (json::trim(item.substr(0, parameters)) != "gzip") continue;
    const std::string_view weight = parameters == std::string_view::npos ? "" : json::trim(item.substr(parameters + 1));
    return !weight.starts_with("q=0") || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

void compress_if_accepted(const Request& request, Response& response) {
  const bool fits =
      response.body.size() >= kWorthCompressing && response.body.size() < std::numeric_limits<uInt>::max() / 2;
  if (response.stream || !fits || !is_text_like(response.content_type)) return;
  if (has_header(response, "Content-Encoding")) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!accepts_gzip(request.header("accept-encoding").value_or(""))) return;
  auto packed = gzip(response.body);
  if (!packed) return;
  response.body = std::move(*packed);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace loomgate::http
