// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/client_packages.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "daemon/archive/zip_writer.h"
#include "daemon/base/error_codes.h"
#include "plugin/base/digest.h"

namespace loomgate::services {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPath = "/api/v1/tools/download/client-artifacts/";

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return std::nullopt;
  return content;
}

// Complete or not there at all, also for a reader that comes meanwhile.
void write_file(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  const fs::path unfinished = path.string() + ".part";
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << content;
    if (!file.flush()) throw std::runtime_error("cannot write " + unfinished.string());
  }
  fs::rename(unfinished, path);
}

std::string target_suffix(const ClientTarget& target) {
  return "-" + target.goos + "-" + target.goarch;
}

// Packages of other versions of the same target.
void drop_others(const fs::path& kept, const ClientTarget& target) {
  for (const auto& entry : fs::directory_iterator(kept.parent_path())) {
    const bool is_same_target = entry.path().stem().string().ends_with(target_suffix(target));
    if (is_same_target && entry.path() != kept) fs::remove(entry.path());
  }
}

std::string read_me(const ClientTarget& target, const std::string& version) {
  return fmt::format(
      "Loomgate client {} for {} {}\n\n"
      "Run the install command of {} as administrator; it installs the agent and starts it.\n",
      version, target.goos, target.goarch, client_program("wfmctl", target));
}

}  // namespace

struct ClientPackageService::Programs {
  std::string control;
  std::string agent;

  std::string hash() const {
    return sha256_hex("wfmctl" + std::string(1, '\0') + control + std::string(1, '\0') + "wfm-agent" +
                      std::string(1, '\0') + agent + std::string(1, '\0'))
        .substr(0, 12);
  }
};

void ClientPackageService::require_mqtt() const {
  if (!settings_.mqtt_enabled) throw Error(errors::kMqttDisabled, "MQTT services are switched off");
}

std::optional<ClientPackageService::Programs> ClientPackageService::read_programs(const ClientTarget& target) const {
  if (settings_.programs.empty()) return std::nullopt;
  const auto folder = settings_.programs / (target.goos + "-" + target.goarch);
  auto control = read_file(folder / client_program("wfmctl", target));
  auto agent = read_file(folder / client_program("wfm-agent", target));
  if (!control || !agent) return std::nullopt;
  return Programs{std::move(*control), std::move(*agent)};
}

ClientOptions ClientPackageService::options() const {
  require_mqtt();
  auto options = standard_client_options();
  options.version = settings_.version;
  for (const auto& target : client_targets()) {
    if (settings_.programs.empty()) break;
    const auto folder = settings_.programs / (target.goos + "-" + target.goarch);
    std::error_code ignored;
    const bool there = fs::exists(folder / client_program("wfmctl", target), ignored) &&
                       fs::exists(folder / client_program("wfm-agent", target), ignored);
    options.sources.front().available = options.sources.front().available || there;
  }
  return options;
}

ClientArtifact ClientPackageService::artifact_of(const ClientTarget& target, const Programs& programs) const {
  ClientArtifact artifact;
  artifact.source = "local_build";
  artifact.goos = target.goos;
  artifact.goarch = target.goarch;
  artifact.version = settings_.version;
  artifact.source_hash = programs.hash();
  artifact.artifact_id = fmt::format("local_build-{}-{}{}", artifact.version, artifact.source_hash, target_suffix(target));
  artifact.filename = client_filename(target, artifact.version);
  artifact.download_path = kPath + artifact.artifact_id;
  return artifact;
}

std::string ClientPackageService::packed(const ClientTarget& target, const Programs& programs, ClientArtifact& artifact) {
  const std::lock_guard one_at_a_time(packing_);
  const auto path = settings_.cache / (artifact.artifact_id + ".zip");
  if (auto found = read_file(path)) {
    artifact.cached = true;
    return std::move(*found);
  }
  auto content = archive::write_zip({{client_program("wfmctl", target), programs.control, 0755},
                                     {client_program("wfm-agent", target), programs.agent, 0755},
                                     {"README.txt", read_me(target, artifact.version), 0644}},
                                    system_clock()());
  write_file(path, content);
  drop_others(path, target);
  return content;
}

ClientArtifact ClientPackageService::build(const ClientArtifactWrite& write) {
  require_mqtt();
  if (write.source != "local_build" && write.source != "github_release") {
    throw Error(errors::kInvalidDownloadSource, "The source is local_build or github_release");
  }
  const auto target = require_client_target(write.goos, write.goarch);
  if (write.source == "github_release") {
    throw Error(errors::kGithubReleaseAssetNotFound, "This server offers no programs of a release",
                json::Json::object({{"version", settings_.version}, {"filename", client_filename(target, settings_.version)}}));
  }
  const auto programs = read_programs(target);
  if (!programs) throw Error(errors::kClientSourceNotFound, "No client programs for this target are on the server");
  auto artifact = artifact_of(target, *programs);
  packed(target, *programs, artifact);
  return artifact;
}

ClientArtifact ClientPackageService::grant(const ClientArtifactWrite& write) {
  auto artifact = build(write);
  auto token = tokens_.mint(file_scope(kClientArtifactFile, artifact.artifact_id));
  artifact.download_token = std::move(token.access_token);
  artifact.download_token_expires_at = token.expires_at;
  artifact.token_type = std::string("download");
  return artifact;
}

std::string ClientPackageService::content(std::string_view artifact_id) {
  require_mqtt();
  for (const auto& target : client_targets()) {
    if (!artifact_id.ends_with(target_suffix(target))) continue;
    const auto programs = read_programs(target);
    if (!programs) break;
    auto artifact = artifact_of(target, *programs);
    if (artifact.artifact_id == artifact_id) return packed(target, *programs, artifact);
  }
  throw Error(errors::kClientArtifactNotFound, "There is no such client package");
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::ClientArtifact;
using services::ClientArtifactWrite;

const Shape<ClientArtifactWrite>& Describe<ClientArtifactWrite>::shape() {
  static const auto shape = Shape<ClientArtifactWrite>("ClientArtifactWrite")
                                .field("source", &ClientArtifactWrite::source, text().defaults(""))
                                .field("goos", &ClientArtifactWrite::goos, text().defaults(""))
                                .field("goarch", &ClientArtifactWrite::goarch, text().defaults(""));
  return shape;
}

const Shape<ClientArtifact>& Describe<ClientArtifact>::shape() {
  using Artifact = ClientArtifact;
  static const auto shape = Shape<Artifact>("ClientArtifact")
                                .field("artifact_id", &Artifact::artifact_id)
                                .field("filename", &Artifact::filename)
                                .field("download_path", &Artifact::download_path)
                                .field("source", &Artifact::source)
                                .field("goos", &Artifact::goos)
                                .field("goarch", &Artifact::goarch)
                                .field("version", &Artifact::version)
                                .field("source_hash", &Artifact::source_hash)
                                .field("cached", &Artifact::cached)
                                .field("download_token", &Artifact::download_token, text().nullable().secret())
                                .field("download_token_expires_at", &Artifact::download_token_expires_at)
                                .field("token_type", &Artifact::token_type);
  return shape;
}

}  // namespace loomgate::json
