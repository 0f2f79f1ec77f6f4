// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_convert.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/awg_merge.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_random.h"

namespace loomgate::domain {
namespace {

constexpr int kDistinctS2 = 15;

// Values that the filling then draws.
void forget_s_and_h(AwgShared& shared) {
  for (const auto& field : kAwgSFields) (shared.*field.member).reset();
  for (const auto& field : kAwgHFields) (shared.*field.member).reset();
}

void convert_s(AwgShared& shared, const AwgVersion* source, const AwgVersion& target) {
  for (std::size_t i = 0; i < kAwgSFields.size(); ++i) {
    auto& value = shared.*kAwgSFields[i].member;
    if (source != nullptr && i >= source->s_fields.size()) value.reset();
    if (i >= target.s_fields.size()) value = 0;
  }
  if (target.distinct_handshake_sizes && has_equal_handshake_sizes(shared)) shared.s2 = kDistinctS2;
}

void convert_h(AwgShared& shared, const AwgVersion& target) {
  if (target.h_ranges) return;
  for (const auto& field : kAwgHFields) {
    auto& text = shared.*field.member;
    if (text) text = text->substr(0, text->find('-'));
  }
}

}  // namespace

AwgShared convert_awg_shared(AwgShared current, const AwgVersion* source, const AwgVersion& target, Random& random) {
  const bool same = source != nullptr && source->name == target.name;
  if (!same && target.draws_common_s) forget_s_and_h(current);
  if (!same) {
    convert_s(current, source, target);
    convert_h(current, target);
  }
  keep_supported_options(current.options, target, AwgLevel::kConfig);
  return fill_awg_shared(std::move(current), target, random);
}

AwgOptions keep_dormant_options(const AwgOptions& stored, const AwgOptions& converted) {
  AwgOptions kept = converted;
  kept.insert(stored.begin(), stored.end());
  return kept;
}

}  // namespace loomgate::domain
