// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_random.h"

#include <algorithm>
#include <utility>

#include "daemon/crypto/tokens.h"
#include "daemon/domain/awg_chain.h"
#include "daemon/domain/awg_draw.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_validate.h"

namespace loomgate::domain {
namespace {

constexpr int kMostNumber = 65535;
constexpr int kRoomAboveJmin = 128;

[[noreturn]] void no_partner(const char* field) {
  refuse_awg(errors::kInvalidAwgJRange, field, "leaves no value for its partner");
}

bool is_number(int value) {
  return value >= 0 && value <= kMostNumber;
}

int between(int low, int high, Random& random) {
  return static_cast<int>(random.between(static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high)));
}

// A bound out of range is left alone: the check that follows refuses it by name.
void fill_junk(AwgNode& node, AwgIntensity intensity, Random& random) {
  const AwgJunk drawn = draw_junk(intensity, random);
  if (!node.jc) node.jc = drawn.count;
  if (!node.jmin && !node.jmax) {
    node.jmin = drawn.smallest;
    node.jmax = drawn.largest;
  } else if (!node.jmax && is_number(*node.jmin)) {
    if (*node.jmin == kMostNumber) no_partner("awg_jmin");
    const int most = std::min(kMostNumber, std::max(*node.jmin + kRoomAboveJmin, drawn.largest));
    node.jmax = between(*node.jmin + 1, most, random);
  } else if (!node.jmin && is_number(*node.jmax)) {
    if (*node.jmax == 0) no_partner("awg_jmax");
    node.jmin = between(0, std::min(*node.jmax - 1, drawn.smallest), random);
  }
}

void fill_chain(AwgNode& node, const AwgStrategy& strategy, Random& random) {
  const AwgChain chain = draw_awg_chain(strategy, random);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    auto& text = node.*kAwgIFields.at(i).member;
    if (!text) text = chain.at(i);
  }
}

void set_if_absent(AwgNode& node, const AwgVersion& version, const char* key, bool value) {
  if (supports_option(version, AwgLevel::kNode, key)) node.options.emplace(key, value);
}

void fill_options(AwgNode& node, const AwgShared& shared, const AwgVersion& version, AwgIntensity intensity,
                  Random& random) {
  node.options.merge(draw_node_options(version, intensity, random));  // keys that are there stay as they are
  const bool* common = switch_option(shared.options, kRandomTrailersKey);
  // Without equal S values the switch cannot be on.
  set_if_absent(node, version, kRandomTrailersKey, common != nullptr ? *common : has_equal_s(shared));
  set_if_absent(node, version, kDisableCookiesKey, false);
}

}  // namespace

AwgShared fill_awg_shared(AwgShared sent, const AwgVersion& version, Random& random) {
  sent.version = version.name;
  drop_blank_texts(sent);
  draw_missing_s(sent, version, version.default_s, random);
  draw_missing_h(sent, version, random);
  if (supports_option(version, AwgLevel::kConfig, kHeaderProtectionKey) &&
      !sent.options.contains(kHeaderProtectionKey)) {
    sent.options[kHeaderProtectionKey] = random_header_key(random);
  }
  return checked_awg_shared(std::move(sent), version);
}

AwgNode fill_awg_node(AwgNode sent, const AwgShared& shared, const AwgVersion& version, const AwgStrategy& strategy,
                      Random& random) {
  drop_blank_texts(sent);
  fill_junk(sent, strategy.intensity, random);
  fill_chain(sent, strategy, random);
  fill_options(sent, shared, version, strategy.intensity, random);
  AwgNode node = checked_awg_node(std::move(sent), version);
  check_awg_together(shared, node, version);
  return node;
}

AwgShared random_awg_shared(const AwgVersion& version, Random& random) {
  AwgShared shared;
  draw_missing_s(shared, version, version.default_s, random);
  draw_missing_h(shared, version, random);
  shared.version = version.name;
  return shared;
}

AwgNode random_awg_node(const AwgVersion& version, const AwgStrategy& strategy, Random& random) {
  return fill_awg_node({}, {}, version, strategy, random);
}

std::string random_header_key(Random& random) {
  constexpr std::size_t kHeaderKeySize = 32;
  return crypto::base64(random.bytes(kHeaderKeySize));
}

}  // namespace loomgate::domain
