// SPDX-License-Identifier: Apache-2.0
// Use cases of client packages (spec downloads 2, 3; http-api 6.9). Nothing is compiled here: the operator puts the programs
// into a folder, <folder>/<goos>-<goarch>/wfmctl and wfm-agent (with .exe for Windows), and they are packed on demand. Packed
// files are kept beside the daemon's other files; any daemon with the same folder makes the same package.
// Releases on the web are not asked: that source is never available. With MQTT off everything throws MQTT_DISABLED.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/time_codec.h"
#include "daemon/services/client_targets.h"
#include "daemon/services/download_tokens.h"

namespace loomgate::services {

struct ClientPackageSettings {
  bool mqtt_enabled = true;
  std::string version;
  std::filesystem::path programs;  // empty: there are none
  std::filesystem::path cache;     // made when it is needed
};

struct ClientArtifactWrite {
  std::string source;
  std::string goos;
  std::string goarch;
};

struct ClientArtifact {
  std::string artifact_id;
  std::string filename;
  std::string download_path;
  std::string source;
  std::string goos;
  std::string goarch;
  std::string version;
  std::string source_hash;  // of the two programs
  bool cached = false;      // it was packed before
  // Of a grant only.
  json::Field<std::string> download_token;
  json::Field<Timestamp> download_token_expires_at;
  json::Field<std::string> token_type;
};

class ClientPackageService {
 public:
  ClientPackageService(ClientPackageSettings settings, DownloadTokenService& tokens)
      : settings_(std::move(settings)), tokens_(tokens) {}

  void require_mqtt() const;
  ClientOptions options() const;
  // INVALID_DOWNLOAD_SOURCE, INVALID_CLIENT_SYSTEM, INVALID_CLIENT_ARCH; CLIENT_SOURCE_NOT_FOUND without programs;
  // GITHUB_RELEASE_ASSET_NOT_FOUND for the source that is not served.
  ClientArtifact build(const ClientArtifactWrite& write);
  // As build, with a token that opens the package.
  ClientArtifact grant(const ClientArtifactWrite& write);
  // The ZIP file. CLIENT_ARTIFACT_NOT_FOUND.
  std::string content(std::string_view artifact_id);

 private:
  struct Programs;
  std::optional<Programs> read_programs(const ClientTarget& target) const;
  ClientArtifact artifact_of(const ClientTarget& target, const Programs& programs) const;
  std::string packed(const ClientTarget& target, const Programs& programs, ClientArtifact& artifact);

  const ClientPackageSettings settings_;
  DownloadTokenService& tokens_;
  std::mutex packing_;  // one at a time: the next one finds the file
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::ClientArtifactWrite> {
  static const Shape<services::ClientArtifactWrite>& shape();
};
template <>
struct Describe<services::ClientArtifact> {
  static const Shape<services::ClientArtifact>& shape();
};

}  // namespace loomgate::json
