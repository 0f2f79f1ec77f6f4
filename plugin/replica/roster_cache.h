// SPDX-License-Identifier: Apache-2.0
// The roster on disk, for a broker that starts while the database is down. Hashes only, mode 0600, written to a
// temporary file and renamed, so a reader sees the old or the new state and nothing between. Layout (docs/plugin.md): 8
// bytes magic with the version, u32 devices, u32 daemons, 64 bytes per device (u64 node, u64 config, salt, hash), per
// daemon u8 length, name, salt, hash; SHA-256 of all of it. Integers little-endian. The file's modification time says
// when the database last confirmed it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugin/access/roster.h"

namespace loomgate::replica {

std::vector<std::uint8_t> encode_roster(const access::Roster& roster);

struct CacheMissing {};
struct CacheRefused {
  std::string reason;  // one clause for the operator
};
struct CachedRoster {
  access::Roster roster;
  std::chrono::seconds age{};
};

// Pure half: checks magic, lengths, trailer and every row.
std::variant<access::Roster, CacheRefused> decode_roster(std::span<const std::uint8_t> bytes);

// Refuses what is not a regular file of ours or root's, or what others may write.
std::variant<CachedRoster, CacheMissing, CacheRefused> load_cache(const std::string& path);

// Throws std::system_error.
void save_cache(const std::string& path, const access::Roster& roster);

// The database has confirmed the content again: makes its age zero. Errors are ignored, the next save repairs them.
void touch_cache(const std::string& path);

}  // namespace loomgate::replica
