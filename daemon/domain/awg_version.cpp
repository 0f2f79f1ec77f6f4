// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_version.h"

#include <algorithm>

#include "daemon/base/error_codes.h"

namespace loomgate::domain {
namespace {

using enum AwgOptionKind;

constexpr std::array<const char*, 4> kSFields{"awg_s1", "awg_s2", "awg_s3", "awg_s4"};

constexpr std::array kNodeOptions15{
    AwgOption{"j1", "J1", kCps, {32, 128}},
    AwgOption{"j2", "J2", kCps, {32, 128}},
    AwgOption{"j3", "J3", kCps, {32, 128}},
    AwgOption{"itime", "Itime", kCounter, {10, 50}},
};
constexpr std::array kConfigOptions31{
    AwgOption{kHeaderProtectionKey, "HeaderProtectionKey", kHeaderKey},
    AwgOption{kRandomTrailersKey, "RandomTrailers", kSwitch},
};
constexpr std::array kNodeOptions31{
    AwgOption{"content_padding_addition", "ContentPaddingAddition", kPadding},
    AwgOption{kRekeyAfterTimeKey, "RekeyAfterTime", kRange, {100, 115}, {120, 135}},
    AwgOption{"rekey_timeout", "RekeyTimeout", kRange, {4, 6}},
    AwgOption{kRejectAfterTimeKey, "RejectAfterTime", kRange, {170, 180}, {181, 195}},
    AwgOption{"keepalive_timeout", "KeepaliveTimeout", kRange, {8, 12}},
    AwgOption{"max_handshake_attempts", "MaxHandshakeAttempts", kRange, {16, 20}},
    AwgOption{kDisableCookiesKey, "DisableCookies", kSwitch},
    // Offered for the config only; the node's value counts while the config leaves it open.
    AwgOption{kRandomTrailersKey, "RandomTrailers", kSwitch, {}, {}, false},
};

constexpr std::array kVersions{
    AwgVersion{
        .name = "1.5",
        .s_fields = {kSFields.data(), 2},
        .h_ranges = false,
        .distinct_handshake_sizes = true,
        .config_options = {},
        .node_options = kNodeOptions15,
        .draws_h_ranges = false,
        .draws_common_s = false,
        .default_s = {{{15, 64}, {15, 64}, {0, 0}, {0, 0}}},
    },
    AwgVersion{
        .name = "2.0",
        .s_fields = kSFields,
        .h_ranges = true,
        .distinct_handshake_sizes = false,
        .config_options = {},
        .node_options = {},
        .draws_h_ranges = true,
        .draws_common_s = false,
        .default_s = {{{15, 64}, {15, 64}, {15, 64}, {0, 32}}},
    },
    AwgVersion{
        .name = "3.1",
        .s_fields = kSFields,
        .h_ranges = true,
        .distinct_handshake_sizes = false,
        .config_options = kConfigOptions31,
        .node_options = kNodeOptions31,
        .draws_h_ranges = false,
        .draws_common_s = true,
        .default_s = {{{16, 32}, {16, 32}, {16, 32}, {16, 32}}},
    },
};

const AwgOption* option_in(const AwgVersion& version, AwgLevel level, std::string_view key) {
  const auto options = awg_options_of(version, level);
  const auto found =
      std::ranges::find(options, key, [](const AwgOption& option) { return std::string_view(option.key); });
  return found == options.end() ? nullptr : &*found;
}

}  // namespace

std::span<const AwgVersion> awg_versions() {
  return kVersions;
}

const AwgVersion* find_awg_version(std::string_view name) {
  const auto* found = std::ranges::find(kVersions, name, &AwgVersion::name);
  return found == kVersions.end() ? nullptr : found;
}

const AwgVersion& require_awg_version(std::string_view name) {
  if (const AwgVersion* version = find_awg_version(name)) return *version;
  std::string known;
  for (const AwgVersion& version : kVersions) known += (known.empty() ? "" : ", ") + std::string(version.name);
  throw Error(errors::kInvalidAwgVersion, "awg_version must be one of " + known);
}

const AwgVersion& effective_awg_version(const std::optional<std::string>& stored) {
  return require_awg_version(stored ? std::string_view(*stored) : kUnnamedAwgVersion);
}

std::span<const AwgOption> awg_options_of(const AwgVersion& version, AwgLevel level) {
  return level == AwgLevel::kConfig ? version.config_options : version.node_options;
}

bool supports_option(const AwgVersion& version, AwgLevel level, std::string_view key) {
  return option_in(version, level, key) != nullptr;
}

const AwgOption* find_awg_option(AwgLevel level, std::string_view key) {
  for (const AwgVersion& version : kVersions) {
    if (const AwgOption* option = option_in(version, level, key)) return option;
  }
  return nullptr;
}

bool is_strategy_key(std::string_view key) {
  return key == kRandomDirectionKey || key == kRandomIntensityKey;
}

}  // namespace loomgate::domain
