// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/client_targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/error_codes.h"

namespace loomgate::services {

const std::vector<ClientTarget>& client_targets() {
  static const std::vector<ClientTarget> targets = {{"windows", "amd64"}, {"windows", "arm64"}, {"windows", "386"},
                                                    {"linux", "amd64"},   {"linux", "arm64"},   {"darwin", "amd64"},
                                                    {"darwin", "arm64"}};
  return targets;
}

ClientOptions standard_client_options() {
  static const std::map<std::string, std::string> labels = {
      {"amd64", "x86_64 / amd64"}, {"arm64", "ARM64"}, {"386", "x86 / 32-bit"}};
  ClientOptions options;
  options.sources = {{"local_build", "This server", "Programs that the operator put on this server", false},
                     {"github_release", "Release page", "Programs of a release on GitHub", false}};
  options.systems = {{"windows", "Windows"}, {"linux", "Linux"}, {"darwin", "macOS"}};
  for (const auto& target : client_targets()) {
    options.architectures[target.goos].push_back({target.goarch, labels.at(target.goarch)});
  }
  return options;
}

ClientTarget require_client_target(std::string_view goos, std::string_view goarch) {
  const auto& all = client_targets();
  const auto is_system = [&](const ClientTarget& target) { return target.goos == goos; };
  if (std::ranges::none_of(all, is_system)) {
    throw Error(errors::kInvalidClientSystem, "The system is windows, linux or darwin");
  }
  const auto found =
      std::ranges::find_if(all, [&](const ClientTarget& target) { return is_system(target) && target.goarch == goarch; });
  if (found == all.end()) throw Error(errors::kInvalidClientArch, "There is no client for this system and architecture");
  return *found;
}

std::string client_filename(const ClientTarget& target, std::string_view version) {
  return fmt::format("wfm-client-{}-{}-v{}.zip", target.goos, target.goarch, version);
}

std::string client_program(std::string_view name, const ClientTarget& target) {
  return std::string(name) + (target.goos == "windows" ? ".exe" : "");
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::ClientChoice;
using services::ClientDefaults;
using services::ClientOptions;
using services::ClientSource;

const Shape<ClientChoice>& Describe<ClientChoice>::shape() {
  static const auto shape =
      Shape<ClientChoice>("ClientChoice").field("value", &ClientChoice::value).field("label", &ClientChoice::label);
  return shape;
}

const Shape<ClientSource>& Describe<ClientSource>::shape() {
  static const auto shape = Shape<ClientSource>("ClientSource")
                                .field("value", &ClientSource::value)
                                .field("label", &ClientSource::label)
                                .field("description", &ClientSource::description)
                                .field("available", &ClientSource::available);
  return shape;
}

const Shape<ClientDefaults>& Describe<ClientDefaults>::shape() {
  static const auto shape = Shape<ClientDefaults>("ClientDefaults")
                                .field("source", &ClientDefaults::source)
                                .field("goos", &ClientDefaults::goos)
                                .field("goarch", &ClientDefaults::goarch);
  return shape;
}

const Shape<ClientOptions>& Describe<ClientOptions>::shape() {
  static const auto shape = Shape<ClientOptions>("ClientOptions")
                                .field("sources", &ClientOptions::sources)
                                .field("systems", &ClientOptions::systems)
                                .field("architectures", &ClientOptions::architectures)
                                .field("defaults", &ClientOptions::defaults)
                                .field("version", &ClientOptions::version);
  return shape;
}

}  // namespace loomgate::json
