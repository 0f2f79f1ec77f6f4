// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/settings_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/json/json.h"
#include "sql/pg/connection.h"

namespace loomgate::app {
namespace {

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

bool all_of(std::string_view text, std::string_view allowed_marks) {
  return std::ranges::all_of(text, [&](unsigned char c) {
    return std::isalnum(c) != 0 || allowed_marks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool valid_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && all_of(host, ".-_:%");
}

// Splits "host:port" or "[v6]:port"; the port may be missing (0).
std::string split_authority(std::string_view text, Address& out) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return "has a [ without a ]";
    host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return "has text after the ] that is no :port";
    port = rest.empty() ? rest : rest.substr(1);
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    if (text.find(':') != colon) return "must put an IPv6 address in [brackets]";
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return "has a colon without a port";
  }
  long number = 0;
  if (!port.empty()) {
    if (const auto problem = read_integer(port, 0, 65535, number); !problem.empty())
      return "has a port that " + problem;
  }
  out.host = std::string(host);
  out.port = static_cast<int>(number);
  return "";
}

}  // namespace

std::string trimmed(std::string_view text) {
  const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!text.empty() && blank(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && blank(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

bool read_file(const std::string& path, std::string& out) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return false;
  std::ifstream file(path, std::ios::binary);
  out.assign(std::istreambuf_iterator<char>(file), {});
  return file.good() || file.eof();
}

std::string read_bool(std::string_view text, bool& out) {
  static constexpr std::array kTrue = {"true", "1", "yes", "on", "t", "y"};
  static constexpr std::array kFalse = {"false", "0", "no", "off", "f", "n"};
  const auto word = lower(trimmed(text));
  if (std::ranges::find(kTrue, word) != kTrue.end()) {
    out = true;
  } else if (std::ranges::find(kFalse, word) != kFalse.end()) {
    out = false;
  } else {
    return "must be true or false (also 1/0, yes/no, on/off)";
  }
  return "";
}

std::string read_integer(std::string_view text, long least, long most, long& out) {
  const auto word = trimmed(text);
  const auto* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, out);
  if (word.empty() || error != std::errc{} || stop != end || out < least || out > most) {
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  }
  return "";
}

std::string read_list(std::string_view text, std::vector<std::string>& out) {
  const auto parsed = json::parse(text);
  if (!parsed.value || !parsed.value->view().is(json::Type::kArray)) return "must be a JSON array of strings";
  out.clear();
  for (const auto& item : parsed.value->view().items()) {
    if (!item.is(json::Type::kString)) return "must be a JSON array of strings";
    if (auto entry = trimmed(item.string()); !entry.empty()) out.push_back(std::move(entry));
  }
  return "";
}

std::string read_address(std::string_view text, Address& out) {
  const auto word = trimmed(text);
  if (auto problem = split_authority(word, out); !problem.empty()) return problem;
  if (word.find(':') == std::string::npos) return "must be address:port";
  if (out.host.empty()) out.host = "0.0.0.0";
  return valid_host(out.host) ? "" : "has an address with characters that no address has";
}

std::string read_mqtt_url(std::string_view text, MqttUrl& out) {
  const auto word = trimmed(text);
  const auto mark = word.find("://");
  if (mark == std::string::npos) return "must be mqtt://host:port or mqtts://host:port";
  const auto scheme = lower(word.substr(0, mark));
  if (scheme != "mqtt" && scheme != "tcp" && scheme != "mqtts" && scheme != "ssl") {
    return "must start with mqtt://, tcp://, mqtts:// or ssl://";
  }
  auto rest = word.substr(mark + 3);
  if (rest.ends_with('/')) rest.pop_back();
  if (const auto at = rest.rfind('@'); at != std::string::npos) rest.erase(0, at + 1);
  if (auto problem = split_authority(rest, out.address); !problem.empty()) return problem;
  if (!valid_host(out.address.host)) return "must name a host";
  out.tls = scheme == "mqtts" || scheme == "ssl";
  if (rest.ends_with(":0")) return "has a port that must be a whole number from 1 to 65535";
  if (out.address.port == 0) out.address.port = out.tls ? 8883 : 1883;
  return "";
}

std::string read_origin(std::string_view text, std::string& out) {
  auto word = trimmed(text);
  if (word.ends_with('/')) word.pop_back();
  const auto mark = word.find("://");
  const auto scheme = mark == std::string::npos ? std::string() : lower(word.substr(0, mark));
  if (scheme != "http" && scheme != "https") return "must start with http:// or https://";
  const auto authority = word.substr(mark + 3);
  if (authority.find_first_of("/?#@ ") != std::string::npos)
    return "must be scheme://host[:port] without path, query or user";
  Address address;
  if (auto problem = split_authority(authority, address); !problem.empty()) return problem;
  if (!valid_host(address.host)) return "must name a host";
  if (authority.ends_with(":0")) return "has a port that must be a whole number from 1 to 65535";
  out = scheme + "://" + authority;
  return "";
}

std::string read_timezone(std::string_view text, std::string& out) {
  static const std::filesystem::path kZones = "/usr/share/zoneinfo";
  auto word = trimmed(text);
  const bool shaped = !word.empty() && word.front() != '/' && all_of(word, "/_+-") && word.size() <= 64;
  std::error_code ignored;
  const bool have_zones = std::filesystem::is_directory(kZones, ignored);
  if (!shaped || (have_zones && !std::filesystem::is_regular_file(kZones / word, ignored))) {
    return "must be an IANA time zone name such as Europe/Berlin or UTC";
  }
  out = std::move(word);
  return "";
}

std::string read_prefix(std::string_view text, std::string& out) {
  auto word = trimmed(text);
  if (word.size() < 2 || word.front() != '/' || word.back() == '/' || !all_of(word, "/._-")) {
    return "must be a path that starts with / and does not end with /";
  }
  out = std::move(word);
  return "";
}

std::string read_database(std::string_view text, std::string& out) {
  const auto word = trimmed(text);
  if (lower(word).starts_with("sqlite")) {
    return "names an SQLite file, but Loomgate keeps its data in PostgreSQL: give a postgresql:// URL, and bring the "
           "data "
           "over with a snapshot of the old system";
  }
  std::string reason;
  auto normal = pg::normalize_conninfo(word, reason);
  if (!normal) return "is no usable PostgreSQL URL: " + reason;
  out = std::move(*normal);
  return "";
}

std::string read_level(std::string_view text, Level& out) {
  const auto word = lower(trimmed(text));
  if (word == "error") {
    out = Level::kError;
  } else if (word == "warning" || word == "warn") {
    out = Level::kWarning;
  } else if (word == "info") {
    out = Level::kInfo;
  } else if (word == "debug") {
    out = Level::kDebug;
  } else if (word == "trace") {
    out = Level::kTrace;
  } else {
    return "must be error, warning, info, debug or trace";
  }
  return "";
}

OriginParts origin_parts(std::string_view origin) {
  const auto mark = origin.find("://");
  if (mark == std::string_view::npos) return {};
  Address address;
  split_authority(origin.substr(mark + 3), address);
  return {std::string(origin.substr(0, mark)), address.host};
}

bool is_loopback_host(std::string_view host) {
  const auto name = lower(host);
  return name == "localhost" || name.ends_with(".localhost") || name == "::1" || name.starts_with("127.");
}

}  // namespace loomgate::app
