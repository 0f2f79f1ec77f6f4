// SPDX-License-Identifier: Apache-2.0
// Readers of single setting values. Each returns an empty text, or why the value cannot be used ("must be ..."): the
// caller puts the name in front.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/app/settings.h"

namespace loomgate::app {

std::string trimmed(std::string_view text);
bool read_file(const std::string& path, std::string& out);  // false: it cannot be read

std::string read_bool(std::string_view text, bool& out);
std::string read_integer(std::string_view text, long least, long most, long& out);
std::string read_list(std::string_view text, std::vector<std::string>& out);  // JSON array of strings
std::string read_address(std::string_view text, Address& out);                // host:port, [v6]:port, :port
std::string read_mqtt_url(std::string_view text, MqttUrl& out);
std::string read_origin(std::string_view text, std::string& out);  // scheme://host[:port], one trailing slash removed
std::string read_timezone(std::string_view text, std::string& out);
std::string read_prefix(std::string_view text, std::string& out);
std::string read_database(std::string_view text, std::string& out);  // what libpq reads; sqlite is refused
std::string read_level(std::string_view text, Level& out);

// Parts of an origin that read_origin accepted.
struct OriginParts {
  std::string scheme;
  std::string host;  // without brackets and port
};
OriginParts origin_parts(std::string_view origin);
bool is_loopback_host(std::string_view host);

}  // namespace loomgate::app
