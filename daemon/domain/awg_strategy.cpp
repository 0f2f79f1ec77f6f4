// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_strategy.h"

#include <algorithm>

#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_version.h"

namespace loomgate::domain {
namespace {

template <typename E, std::size_t N>
using NameTable = std::array<std::pair<E, std::string_view>, N>;

constexpr NameTable<AwgDirection, 5> kDirections{{{AwgDirection::kGeneric, "generic"},
                                                  {AwgDirection::kDns, "dns"},
                                                  {AwgDirection::kStun, "stun"},
                                                  {AwgDirection::kRtp, "rtp"},
                                                  {AwgDirection::kQuic, "quic"}}};
constexpr NameTable<AwgIntensity, 3> kIntensities{
    {{AwgIntensity::kLow, "low"}, {AwgIntensity::kBalanced, "balanced"}, {AwgIntensity::kHigh, "high"}}};

template <typename E, std::size_t N>
E require_name(const NameTable<E, N>& table, std::string_view field, std::string_view name) {
  std::string known;
  for (const auto& [value, its_name] : table) {
    if (its_name == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(its_name);
  }
  refuse_awg_parameter(field, "must be one of " + known);
}

template <typename E, std::size_t N>
std::string_view find_name(const NameTable<E, N>& table, E value) {
  return std::ranges::find(table, value, &std::pair<E, std::string_view>::first)->second;
}

}  // namespace

AwgStrategy require_strategy(std::string_view direction, std::string_view intensity) {
  return {require_name(kDirections, "direction", direction), require_name(kIntensities, "intensity", intensity)};
}

AwgStrategy stored_strategy(const AwgOptions& config_options) {
  AwgStrategy strategy;
  if (const auto* name = text_option(config_options, kRandomDirectionKey)) {
    strategy.direction = require_name(kDirections, kRandomDirectionKey, *name);
  }
  if (const auto* name = text_option(config_options, kRandomIntensityKey)) {
    strategy.intensity = require_name(kIntensities, kRandomIntensityKey, *name);
  }
  return strategy;
}

void store_strategy(AwgOptions& config_options, const AwgStrategy& strategy) {
  config_options[kRandomDirectionKey] = std::string(name_of(strategy.direction));
  config_options[kRandomIntensityKey] = std::string(name_of(strategy.intensity));
}

std::string_view name_of(AwgDirection direction) {
  return find_name(kDirections, direction);
}

std::string_view name_of(AwgIntensity intensity) {
  return find_name(kIntensities, intensity);
}

}  // namespace loomgate::domain
