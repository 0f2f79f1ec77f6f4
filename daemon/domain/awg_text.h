// SPDX-License-Identifier: Apache-2.0
// The AmneziaWG lines at the end of [Interface] (spec domain 6.3).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/domain/entities.h"

namespace loomgate::domain {

// Key and value of each line in order. What is null or empty, dormant, or strategy has no line. A config without a
// version counts as kUnnamedAwgVersion.
std::vector<std::pair<std::string_view, std::string>> awg_lines(const AwgShared& shared, const AwgNode& node);

}  // namespace loomgate::domain
