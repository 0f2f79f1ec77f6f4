// SPDX-License-Identifier: Apache-2.0
// How random node parameters are drawn: what the decoy packets look like, and how many and how large they are.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "daemon/domain/awg_options.h"

namespace loomgate::domain {

enum class AwgDirection { kGeneric, kDns, kStun, kRtp, kQuic };
enum class AwgIntensity { kLow, kBalanced, kHigh };

struct AwgStrategy {
  AwgDirection direction = AwgDirection::kGeneric;
  AwgIntensity intensity = AwgIntensity::kBalanced;

  bool operator==(const AwgStrategy&) const = default;
};

// INVALID_AWG_PARAMETER for unknown names.
AwgStrategy require_strategy(std::string_view direction, std::string_view intensity);
// What the options of a config say; generic and balanced where they say nothing.
AwgStrategy stored_strategy(const AwgOptions& config_options);
void store_strategy(AwgOptions& config_options, const AwgStrategy& strategy);

std::string_view name_of(AwgDirection direction);
std::string_view name_of(AwgIntensity intensity);

}  // namespace loomgate::domain
