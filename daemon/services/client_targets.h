// SPDX-License-Identifier: Apache-2.0
// Which client programs there can be (spec downloads 2, 3): systems, architectures, and how packages are called. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/shape.h"

namespace loomgate::services {

struct ClientChoice {
  std::string value;
  std::string label;
};

struct ClientSource {
  std::string value;
  std::string label;
  std::string description;
  bool available = false;
};

struct ClientDefaults {
  std::string source = "github_release";
  std::string goos = "windows";
  std::string goarch = "amd64";
};

struct ClientOptions {
  std::vector<ClientSource> sources;
  std::vector<ClientChoice> systems;
  std::map<std::string, std::vector<ClientChoice>> architectures;  // by system
  ClientDefaults defaults;
  std::string version;
};

struct ClientTarget {
  std::string goos;
  std::string goarch;
};

// Everything but what depends on this installation: no source is available.
ClientOptions standard_client_options();
const std::vector<ClientTarget>& client_targets();
// INVALID_CLIENT_SYSTEM, then INVALID_CLIENT_ARCH.
ClientTarget require_client_target(std::string_view goos, std::string_view goarch);

std::string client_filename(const ClientTarget& target, std::string_view version);  // of a package
std::string client_program(std::string_view name, const ClientTarget& target);      // with .exe where it needs it

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::ClientChoice> {
  static const Shape<services::ClientChoice>& shape();
};
template <>
struct Describe<services::ClientSource> {
  static const Shape<services::ClientSource>& shape();
};
template <>
struct Describe<services::ClientDefaults> {
  static const Shape<services::ClientDefaults>& shape();
};
template <>
struct Describe<services::ClientOptions> {
  static const Shape<services::ClientOptions>& shape();
};

}  // namespace loomgate::json
