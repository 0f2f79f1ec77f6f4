// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/url.h"

#include <charconv>

#include "daemon/json/unicode.h"

namespace loomgate::http {

namespace {

std::optional<char> escaped_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::optional<std::string> decode(std::string_view raw, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%') {
      const auto byte = escaped_byte(raw.substr(i + 1, 2));
      if (!byte) return std::nullopt;
      decoded += *byte;
      i += 2;
    } else {
      decoded += raw[i] == '+' && plus_is_space ? ' ' : raw[i];
    }
  }
  const bool hides_nul = decoded.find('\0') != std::string::npos;
  if (hides_nul || !json::is_utf8(decoded)) return std::nullopt;
  return decoded;
}

// "http://host/path" (a proxy's form) -> "/path".
std::string_view without_origin(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!raw.starts_with(scheme)) continue;
    const std::size_t path = raw.find('/', scheme.size());
    return path == std::string_view::npos ? "/" : raw.substr(path);
  }
  return raw;
}

bool split_path(std::string_view raw, Target& target) {
  if (!raw.starts_with('/')) return false;
  while (!raw.empty()) {
    raw.remove_prefix(1);
    const std::size_t end = raw.find('/');
    auto segment = decode(raw.substr(0, end), false);
    if (!segment || *segment == "." || *segment == "..") return false;
    target.path += "/" + *segment;
    target.segments.push_back(std::move(*segment));
    raw = end == std::string_view::npos ? std::string_view() : raw.substr(end);
  }
  return true;
}

bool split_query(std::string_view raw, Target& target) {
  while (!raw.empty()) {
    const std::size_t end = raw.find('&');
    const std::string_view pair = raw.substr(0, end);
    raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto key = decode(pair.substr(0, equals), true);
    auto value = decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!key || !value) return false;
    target.query.emplace_back(std::move(*key), std::move(*value));
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view raw) {
  raw = without_origin(raw);
  const std::size_t question = raw.find('?');
  Target target;
  if (!split_path(raw.substr(0, question), target)) return std::nullopt;
  if (question != std::string_view::npos && !split_query(raw.substr(question + 1), target)) return std::nullopt;
  return target;
}

}  // namespace loomgate::http
