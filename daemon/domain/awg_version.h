// SPDX-License-Identifier: Apache-2.0
// What a version of AmneziaWG knows, as data (spec domain 6.3-6.7, http-api 8.1). A new version is a row of this table;
// every rule of the awg_* files reads the table and none asks for a version by name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loomgate::domain {

enum class AwgLevel { kConfig, kNode };

enum class AwgOptionKind {
  kHeaderKey,  // base64 of 32 bytes that are not all zero; a secret
  kSwitch,     // boolean, printed as on or off
  kRange,      // text "n" or "n-m" up to 65535
  kPadding,    // the same text; its draw follows the intensity alone
  kCounter,    // integer 0..4294967295
  kCps,        // packet expression, cps.h
};

// Values that a draw may take, both ends included.
struct AwgBounds {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};

struct AwgOption {
  const char* key;
  const char* printed_name;
  AwgOptionKind kind;
  // How it is drawn: a number of `drawn`, or a range that ends in `drawn_end` when that is not empty; for kCps the
  // number of random bytes. Keys and switches are not drawn by this.
  AwgBounds drawn{};
  AwgBounds drawn_end{};
  bool listed = true;  // false: valid, but not offered by the capability document
};

struct AwgVersion {
  std::string_view name;                  // "1.5", "2.0", "3.1"
  std::span<const char* const> s_fields;  // the S parameters that it knows; the others are null or 0
  bool h_ranges;                          // H may be a range; http-api 8.1 calls this h_format "range", else "integer"
  bool distinct_handshake_sizes;          // S2 must not be S1 + 56: both handshake messages would have one size
  std::span<const AwgOption> config_options;  // in the order of the lines of a tunnel file
  std::span<const AwgOption> node_options;    // same
  // How shared parameters are drawn.
  bool draws_h_ranges;                 // as start-end, else only the start
  bool draws_common_s;                 // one value for all S; a conversion to this version replaces S and H
  std::array<AwgBounds, 4> default_s;  // S1..S4 of a new config
};

// Oldest first.
std::span<const AwgVersion> awg_versions();
// What the console proposes.
inline constexpr std::string_view kDefaultAwgVersion = "3.1";
// What an AmneziaWG config without a stored version has, and what stand-alone random generation assumes.
inline constexpr std::string_view kUnnamedAwgVersion = "2.0";

// nullptr when unknown.
const AwgVersion* find_awg_version(std::string_view name);
// INVALID_AWG_VERSION when unknown.
const AwgVersion& require_awg_version(std::string_view name);
// The version of a stored AmneziaWG config; kUnnamedAwgVersion without one.
const AwgVersion& effective_awg_version(const std::optional<std::string>& stored);

// The options of a level in one version, and whether it knows a key. The strategy keys below are no options of a
// version.
std::span<const AwgOption> awg_options_of(const AwgVersion& version, AwgLevel level);
bool supports_option(const AwgVersion& version, AwgLevel level, std::string_view key);
// The option in whatever version knows it at this level; nullptr when none does.
const AwgOption* find_awg_option(AwgLevel level, std::string_view key);

// Options of a config in every version that say how its parameters are drawn; never part of a tunnel file.
inline constexpr const char* kRandomDirectionKey = "_random_direction";
inline constexpr const char* kRandomIntensityKey = "_random_intensity";
bool is_strategy_key(std::string_view key);

// Keys that rules name.
inline constexpr const char* kHeaderProtectionKey = "header_protection_key";
inline constexpr const char* kRandomTrailersKey = "random_trailers";
inline constexpr const char* kDisableCookiesKey = "disable_cookies";
inline constexpr const char* kRekeyAfterTimeKey = "rekey_after_time";
inline constexpr const char* kRejectAfterTimeKey = "reject_after_time";

}  // namespace loomgate::domain
