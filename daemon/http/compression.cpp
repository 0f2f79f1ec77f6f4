// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/compression.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "daemon/json/unicode.h"

namespace loomgate::http {

namespace {

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

}  // namespace

std::optional<std::string> gzip(const std::string& plain) {
  z_stream state{};
  if (deflateInit2(&state, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
    return std::nullopt;
  std::string packed(deflateBound(&state, static_cast<uLong>(plain.size())), '\0');
  // zlib's interface predates const; it does not write to next_in.
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  state.avail_in = static_cast<uInt>(plain.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  const int outcome = deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  deflateEnd(&state);
  return outcome == Z_STREAM_END ? std::optional(std::move(packed)) : std::nullopt;
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
