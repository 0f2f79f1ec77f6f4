// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/binding.h"

#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

constexpr std::size_t kMostPlatform = 64;
constexpr std::size_t kMostVersion = 64;
constexpr std::size_t kMostHostname = 128;

std::string kept(std::string_view text, std::size_t most) {
  return std::string(cut_code_points(trim(text), most));
}

std::string_view platform_label(std::string_view platform) {
  if (platform == "windows" || platform == "win32") return "Windows";
  if (platform == "linux") return "Linux";
  if (platform == "darwin" || platform == "macos") return "macOS";
  return platform;
}

}  // namespace

ClientFacts client_facts(std::string_view platform, std::string_view version, std::string_view hostname) {
  return {.platform = kept(platform, kMostPlatform),
          .version = kept(version, kMostVersion),
          .hostname = kept(hostname, kMostHostname)};
}

std::string client_version_label(std::string_view platform, std::string_view version) {
  std::string label(platform_label(platform));
  if (!label.empty() && !version.empty()) label += ' ';
  label += version;
  return label;
}

}  // namespace loomgate::domain
