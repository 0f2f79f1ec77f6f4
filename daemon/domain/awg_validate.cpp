// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_validate.h"

#include <algorithm>
#include <vector>

#include "daemon/domain/awg_option_values.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/cps.h"
#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

constexpr int kMostNumber = 65535;
constexpr std::uint64_t kMostH = 4294967295;
constexpr int kLeastSWithHeaderKey = 12;

template <typename Fields, typename Owner>
void check_numbers(const Fields& fields, const Owner& owner) {
  for (const auto& field : fields) {
    const auto& value = owner.*field.member;
    if (value && (*value < 0 || *value > kMostNumber)) {
      refuse_awg_parameter(field.name, "must be a whole number from 0 to 65535");
    }
  }
}

void check_s(const AwgShared& shared, const AwgVersion& version) {
  check_numbers(kAwgSFields, shared);
  for (std::size_t i = version.s_fields.size(); i < kAwgSFields.size(); ++i) {
    if ((shared.*kAwgSFields[i].member).value_or(0) != 0) {
      refuse_awg_parameter(kAwgSFields[i].name, "must be null or 0 in version " + std::string(version.name));
    }
  }
  if (version.distinct_handshake_sizes && has_equal_handshake_sizes(shared)) {
    refuse_awg_parameter("awg_s2", "must not be awg_s1 + 56: both handshake messages would have the same size");
  }
}

void check_h(AwgShared& shared, const AwgVersion& version) {
  std::vector<AwgHRange> taken;
  for (const auto& field : kAwgHFields) {
    auto& text = shared.*field.member;
    if (!text) continue;
    const auto range = parse_h(*text);
    if (!range) refuse_awg(errors::kInvalidAwgHRange, field.name, "must be \"n\" or \"n-m\" with n <= m <= 4294967295");
    const bool written_as_range = text->find('-') != std::string::npos;
    if (written_as_range && !version.h_ranges) {
      refuse_awg(errors::kInvalidAwgHRange, field.name,
                 "must be a single number in version " + std::string(version.name));
    }
    const auto overlaps = [&](const AwgHRange& other) { return other.low <= range->high && range->low <= other.high; };
    if (std::ranges::any_of(taken, overlaps)) {
      refuse_awg(errors::kInvalidAwgHRange, field.name, "must not overlap another H parameter");
    }
    taken.push_back(*range);
    text = std::to_string(range->low) + (written_as_range ? "-" + std::to_string(range->high) : "");
  }
}

void check_header_key(const AwgShared& shared, const AwgVersion& version) {
  if (!supports_option(version, AwgLevel::kConfig, kHeaderProtectionKey)) return;
  if (find_option(shared.options, kHeaderProtectionKey) == nullptr) return;
  for (const auto& field : kAwgSFields) {
    if ((shared.*field.member).value_or(0) < kLeastSWithHeaderKey) {
      refuse_awg_parameter(field.name, "must be at least 12 while a header protection key is set");
    }
  }
}

void check_trailers(const AwgShared& shared, const bool* random_trailers) {
  if (random_trailers != nullptr && *random_trailers && !has_equal_s(shared)) {
    refuse_awg_parameter(kRandomTrailersKey, "needs equal values of awg_s1 to awg_s4");
  }
}

const bool* switch_of(const AwgOptions& options, const AwgVersion& version, AwgLevel level, const char* key) {
  return supports_option(version, level, key) ? switch_option(options, key) : nullptr;
}

std::optional<AwgNumberRange> timing(const AwgNode& node, const AwgVersion& version, const char* key) {
  const auto* text = text_option(node.options, key);
  if (text == nullptr || !supports_option(version, AwgLevel::kNode, key)) return std::nullopt;
  return parse_number_range(*text, kMostNumber);
}

void check_timing(const AwgNode& node, const AwgVersion& version) {
  const auto rekey = timing(node, version, kRekeyAfterTimeKey);
  const auto reject = timing(node, version, kRejectAfterTimeKey);
  if (!rekey || !reject || rekey->high == 0 || reject->low == 0) return;
  if (reject->low <= rekey->high) {
    refuse_awg_parameter(kRejectAfterTimeKey, "must begin above the end of rekey_after_time");
  }
}

}  // namespace

AwgShared checked_awg_shared(AwgShared shared, const AwgVersion& version) {
  drop_blank_texts(shared);
  check_s(shared, version);
  check_h(shared, version);
  check_awg_options(shared.options, AwgLevel::kConfig);
  check_header_key(shared, version);
  check_trailers(shared, switch_of(shared.options, version, AwgLevel::kConfig, kRandomTrailersKey));
  return shared;
}

AwgNode checked_awg_node(AwgNode node, const AwgVersion& version) {
  drop_blank_texts(node);
  check_numbers(kAwgJFields, node);
  if (node.jmin && node.jmax && *node.jmax <= *node.jmin) {
    refuse_awg(errors::kInvalidAwgJRange, "awg_jmax", "must be above awg_jmin");
  }
  for (const auto& field : kAwgIFields) {
    const auto& text = node.*field.member;
    if (text && !parse_cps(*text)) {
      refuse_awg_parameter(field.name, "must be a chain of <b 0xHEX>, <t>, <r N>, <rc N> and <rd N>");
    }
  }
  check_awg_options(node.options, AwgLevel::kNode);
  check_timing(node, version);
  return node;
}

void check_awg_together(const AwgShared& shared, const AwgNode& node, const AwgVersion& version) {
  const bool* of_config = switch_of(shared.options, version, AwgLevel::kConfig, kRandomTrailersKey);
  const bool* of_node = switch_of(node.options, version, AwgLevel::kNode, kRandomTrailersKey);
  if (of_config != nullptr && of_node != nullptr && *of_config != *of_node) {
    refuse_awg_parameter(kRandomTrailersKey, "of the node must equal the value of its config, or be null");
  }
  check_trailers(shared, of_config != nullptr ? of_config : of_node);
}

std::optional<AwgHRange> parse_h(std::string_view text) {
  const std::size_t dash = text.find('-');
  std::string packed(trim(text.substr(0, dash)));
  if (dash != std::string_view::npos) packed.append("-").append(trim(text.substr(dash + 1)));
  const auto range = parse_number_range(packed, kMostH);
  if (!range) return std::nullopt;
  return AwgHRange{static_cast<std::uint32_t>(range->low), static_cast<std::uint32_t>(range->high)};
}

}  // namespace loomgate::domain
