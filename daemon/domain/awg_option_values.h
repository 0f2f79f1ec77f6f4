// SPDX-License-Identifier: Apache-2.0
// The value of one AmneziaWG option by its kind (spec domain 6.5). Part of awg_validate.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/domain/awg_options.h"
#include "daemon/domain/awg_version.h"

namespace loomgate::domain {

// Every key is known at the level, or is a strategy key of a config, and every value is null or of its kind; numbers
// written as text become numbers where a number is meant. INVALID_AWG_PARAMETER otherwise.
void check_awg_options(AwgOptions& options, AwgLevel level);

struct AwgNumberRange {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};
// "n" or "n-m" with n <= m <= most, decimal digits only; nullopt otherwise.
std::optional<AwgNumberRange> parse_number_range(std::string_view text, std::uint64_t most);

}  // namespace loomgate::domain
