// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_draw.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_validate.h"
#include "daemon/domain/cps.h"

namespace loomgate::domain {
namespace {

constexpr AwgBounds kHStart{1024, 4294901023};
constexpr AwgBounds kHLength{64, 575};
// Ranges that a request has set can cover nearly everything; then a draw must end too.
constexpr int kMostTries = 1000;

std::uint32_t draw(const AwgBounds& bounds, Random& random) {
  return random.between(bounds.low, bounds.high);
}

AwgHRange draw_h(const std::vector<AwgHRange>& taken, std::string_view field, Random& random) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    const std::uint32_t low = draw(kHStart, random);
    const AwgHRange range{low, low + draw(kHLength, random)};
    const auto overlaps = [&](const AwgHRange& other) { return other.low <= range.high && range.low <= other.high; };
    if (std::ranges::none_of(taken, overlaps)) return range;
  }
  refuse_awg(errors::kInvalidAwgHRange, field, "finds no room beside the other H parameters");
}

void draw_common_s(AwgShared& shared, const AwgBounds& bounds, Random& random) {
  const auto set =
      std::ranges::find_if(kAwgSFields, [&](const auto& field) { return (shared.*field.member).has_value(); });
  const int common = set != kAwgSFields.end() ? *(shared.*set->member) : static_cast<int>(draw(bounds, random));
  for (const auto& field : kAwgSFields) {
    if (!(shared.*field.member)) shared.*field.member = common;
  }
}

struct JunkLimits {
  AwgBounds count;
  std::uint32_t largest;
};

JunkLimits junk_limits(AwgIntensity intensity) {
  switch (intensity) {
    case AwgIntensity::kLow:
      return {{1, 3}, 256};
    case AwgIntensity::kBalanced:
      return {{4, 7}, 768};
    case AwgIntensity::kHigh:
      return {{8, 10}, 1024};
  }
  return {};
}

std::uint32_t most_padding(AwgIntensity intensity) {
  switch (intensity) {
    case AwgIntensity::kLow:
      return 16;
    case AwgIntensity::kBalanced:
      return 64;
    case AwgIntensity::kHigh:
      return 128;
  }
  return 0;
}

std::string draw_range(const AwgBounds& from, const AwgBounds& to, Random& random) {
  std::string text = std::to_string(draw(from, random));
  if (to.high != 0) text += "-" + std::to_string(draw(to, random));
  return text;
}

AwgOptionValue draw_option(const AwgOption& option, AwgIntensity intensity, Random& random) {
  switch (option.kind) {
    case AwgOptionKind::kRange:
      return draw_range(option.drawn, option.drawn_end, random);
    case AwgOptionKind::kPadding: {
      const std::uint32_t most = most_padding(intensity);
      return draw_range({0, most / 2}, {most / 2 + 1, most}, random);
    }
    case AwgOptionKind::kCounter:
      return std::int64_t{draw(option.drawn, random)};
    case AwgOptionKind::kCps:
      return to_cps({CpsTag{CpsKind::kRandom, {}, static_cast<int>(draw(option.drawn, random))}});
    case AwgOptionKind::kHeaderKey:
    case AwgOptionKind::kSwitch:
      break;
  }
  return {};
}

}  // namespace

void draw_missing_h(AwgShared& shared, const AwgVersion& version, Random& random) {
  std::vector<AwgHRange> taken;
  for (const auto& field : kAwgHFields) {
    const auto& text = shared.*field.member;
    if (const auto range = text ? parse_h(*text) : std::nullopt) taken.push_back(*range);
  }
  for (const auto& field : kAwgHFields) {
    auto& text = shared.*field.member;
    if (text) continue;
    const AwgHRange range = draw_h(taken, field.name, random);
    taken.push_back(range);
    text = std::to_string(range.low) + (version.draws_h_ranges ? "-" + std::to_string(range.high) : "");
  }
}

void draw_missing_s(AwgShared& shared, const AwgVersion& version, const std::array<AwgBounds, 4>& bounds,
                    Random& random) {
  if (version.draws_common_s) return draw_common_s(shared, bounds.front(), random);
  const AwgShared given = shared;
  const bool can_redraw = !given.s1 || !given.s2;
  do {
    for (std::size_t i = 0; i < kAwgSFields.size(); ++i) {
      const auto member = kAwgSFields[i].member;
      if (!(given.*member)) shared.*member = static_cast<int>(draw(bounds[i], random));
    }
  } while (version.distinct_handshake_sizes && can_redraw && has_equal_handshake_sizes(shared));
}

AwgJunk draw_junk(AwgIntensity intensity, Random& random) {
  constexpr std::uint32_t kLeast = 64;
  constexpr std::uint32_t kMostSmallest = 256;
  const JunkLimits limits = junk_limits(intensity);
  const std::uint32_t count = draw(limits.count, random);
  const std::uint32_t smallest = random.between(kLeast, std::min(kMostSmallest, limits.largest - 1));
  const std::uint32_t largest = random.between(smallest + 1, limits.largest);
  return {static_cast<int>(count), static_cast<int>(smallest), static_cast<int>(largest)};
}

AwgOptions draw_node_options(const AwgVersion& version, AwgIntensity intensity, Random& random) {
  AwgOptions options;
  for (const AwgOption& option : version.node_options) {
    AwgOptionValue value = draw_option(option, intensity, random);
    if (!is_null(value)) options.emplace(option.key, std::move(value));
  }
  return options;
}

}  // namespace loomgate::domain
