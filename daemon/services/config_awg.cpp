// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/config_awg.h"

#include <fmt/format.h>

#include "daemon/base/error_codes.h"
#include "daemon/domain/awg_convert.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_validate.h"

namespace loomgate::services {
namespace {

constexpr std::string_view kWireGuard = "wireguard";
constexpr std::string_view kAmneziaWg = "amneziawg";
// What older clients call AmneziaWG, and what then is its version.
constexpr std::string_view kAmneziaWg2 = "amneziawg_2";
constexpr std::string_view kVersionOfAmneziaWg2 = "2.0";

[[noreturn]] void refuse_version(std::string sentence) { throw Error(errors::kInvalidAwgVersion, std::move(sentence)); }

// A write may repeat S and H because a client sends back the whole config. Only other values say what is wanted.
bool repeats_numbers(const AwgSharedWrite& write, const domain::AwgShared& stored) {
  const auto sent = with_sent_numbers(write, stored);
  for (const auto& field : domain::kAwgSFields) {
    if (sent.*field.member != stored.*field.member) return false;
  }
  for (const auto& field : domain::kAwgHFields) {
    if (sent.*field.member != stored.*field.member) return false;
  }
  return true;
}

template <typename Fields>
void overlay(const Fields& fields, const domain::AwgShared& sent, domain::AwgShared& values) {
  for (const auto& field : fields) {
    if (sent.*field.member) values.*field.member = sent.*field.member;
  }
}

std::vector<projections::Adjustment> adjustments_of(const domain::AwgShared& wanted, const domain::AwgShared& after,
                                                    const domain::AwgVersion& version) {
  std::vector<projections::Adjustment> adjustments;
  for (auto& field : domain::changed_awg_fields(wanted, after)) {
    adjustments.push_back({std::move(field), fmt::format("Adapted to AmneziaWG {}", version.name)});
  }
  return adjustments;
}

domain::AwgShared converted(const AwgSharedWrite& write, const domain::AwgShared& before, const domain::AwgShared& wanted,
                            const domain::AwgVersion& source, const domain::AwgVersion& target, domain::Random& random) {
  auto stored = before;
  stored.options = wanted.options;
  auto shared = domain::convert_awg_shared(std::move(stored), &source, target, random);
  if (repeats_numbers(write, before)) return shared;
  auto sent = with_sent_numbers(write, {});
  if (target.draws_common_s) {
    sent.options = std::move(shared.options);
    return domain::fill_awg_shared(std::move(sent), target, random);
  }
  overlay(domain::kAwgSFields, sent, shared);
  overlay(domain::kAwgHFields, sent, shared);
  return domain::fill_awg_shared(std::move(shared), target, random);
}

}  // namespace

const domain::AwgVersion* version_of(const domain::Config& config) {
  return config.tunnel_protocol == kAmneziaWg ? &domain::effective_awg_version(config.awg.version) : nullptr;
}

const domain::AwgVersion* wanted_version(const ConfigWrite& write, const domain::Config& stored) {
  const auto protocol = write.tunnel_protocol.value_or(stored.tunnel_protocol);
  if (protocol != kWireGuard && protocol != kAmneziaWg && protocol != kAmneziaWg2) {
    throw Error(errors::kInvalidTunnelProtocol, "Unknown tunnel protocol", json::Json::object({{"value", protocol}}));
  }
  const auto* given = write.awg_version.has_value() ? &domain::require_awg_version(write.awg_version.value()) : nullptr;
  if (protocol == kWireGuard) {
    if (given != nullptr) refuse_version("A WireGuard config has no AmneziaWG version");
    return nullptr;
  }
  if (protocol == kAmneziaWg2) {
    if (given != nullptr && given->name != kVersionOfAmneziaWg2) refuse_version("amneziawg_2 is AmneziaWG 2.0");
    return &domain::require_awg_version(kVersionOfAmneziaWg2);
  }
  if (given != nullptr) return given;
  const auto* current = version_of(stored);
  if (current == nullptr) refuse_version("AmneziaWG needs awg_version");
  return current;
}

domain::AwgShared new_shared_awg(const AwgSharedWrite& write, const domain::AwgVersion& version,
                                 domain::Random& random) {
  auto shared = domain::fill_awg_shared(merged(write, {}, version), version, random);
  shared.version = std::string(version.name);
  return shared;
}

SharedAwgChange changed_shared_awg(const AwgSharedWrite& write, const domain::Config& before,
                                   const domain::AwgVersion& version, domain::Random& random) {
  const auto* source = version_of(before);
  if (source == nullptr) return {new_shared_awg(write, version, random), {}};
  auto wanted = merged(write, before.awg, version);
  SharedAwgChange change;
  if (source == &version) {
    change.shared = domain::checked_awg_shared(std::move(wanted), version);
  } else {
    change.shared = converted(write, before.awg, wanted, *source, version, random);
    change.shared.options = domain::keep_dormant_options(wanted.options, change.shared.options);
    change.adjustments = adjustments_of(wanted, change.shared, version);
  }
  change.shared.version = std::string(version.name);
  return change;
}

}  // namespace loomgate::services
