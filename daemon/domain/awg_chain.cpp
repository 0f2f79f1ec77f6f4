// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_chain.h"

#include <vector>

#include "daemon/domain/cps.h"
#include "daemon/domain/quic_initial.h"
#include "daemon/domain/wire_bytes.h"

namespace loomgate::domain {
namespace {

using Packet = std::vector<CpsTag>;
using Packets = std::vector<Packet>;

CpsTag fixed(std::string bytes) {
  return {CpsKind::kBytes, std::move(bytes), 0};
}

CpsTag drawn(CpsKind kind, std::uint32_t count) {
  return {kind, {}, static_cast<int>(count)};
}

Packet generic_packet(Random& random) {
  return {drawn(CpsKind::kRandom, random.between(32, 256))};
}

// A query for <letters>.invalid (RFC 1035 4.1, RFC 2606).
Packet dns_packet(Random& random) {
  constexpr std::uint64_t kRecursionDesired = 0x0100;
  constexpr std::uint64_t kTypeA = 0x0001;
  constexpr std::uint64_t kTypeAaaa = 0x001c;
  constexpr std::uint64_t kClassInternet = 0x0001;
  const std::uint32_t label = random.between(6, 15);
  const std::uint64_t type = random.coin() ? kTypeAaaa : kTypeA;
  const std::string counts = number_bytes(1, 2) + number_bytes(0, 6);  // one question, nothing else
  return {
      drawn(CpsKind::kRandom, 2), fixed(number_bytes(kRecursionDesired, 2) + counts + number_bytes(label, 1)),
      drawn(CpsKind::kCharacters, label),
      fixed(with_length(1, "invalid") + with_length(1, "") + number_bytes(type, 2) + number_bytes(kClassInternet, 2))};
}

// A Binding request with a SOFTWARE attribute (RFC 8489 5, 14.14).
Packet stun_packet(Random& random) {
  constexpr std::uint64_t kBindingRequest = 0x0001;
  constexpr std::uint64_t kMagicCookie = 0x2112a442;
  constexpr std::uint64_t kSoftware = 0x8022;
  const std::uint32_t name = 4 * random.between(1, 4);  // attributes end on a multiple of four
  return {fixed(number_bytes(kBindingRequest, 2) + number_bytes(name + 4, 2) + number_bytes(kMagicCookie, 4)),
          drawn(CpsKind::kRandom, 12), fixed(number_bytes(kSoftware, 2) + number_bytes(name, 2)),
          drawn(CpsKind::kCharacters, name)};
}

// Packets of one G.711 stream, 20 ms each (RFC 3550 5.1).
Packets rtp_packets(std::size_t count, Random& random) {
  constexpr std::uint64_t kVersionAndPcmu = 0x8000;
  constexpr std::uint32_t kSamples = 160;
  const std::uint64_t sequence = random.between(0, 0xffff);
  const std::uint64_t time = random.between(0, 0xffffffff);
  const std::string source = random.bytes(4);
  Packets packets;
  for (std::uint64_t i = 0; i < count; ++i) {
    packets.push_back({fixed(number_bytes(kVersionAndPcmu, 2) + number_bytes(sequence + i, 2) +
                             number_bytes(time + i * kSamples, 4) + source),
                       drawn(CpsKind::kRandom, kSamples)});
  }
  return packets;
}

std::size_t packet_count(AwgIntensity intensity) {
  switch (intensity) {
    case AwgIntensity::kLow:
      return 1;
    case AwgIntensity::kBalanced:
      return 3;
    case AwgIntensity::kHigh:
      return 5;
  }
  return 0;
}

Packets repeat(Packet (*draw)(Random&), std::size_t count, Random& random) {
  Packets packets;
  while (packets.size() < count) packets.push_back(draw(random));
  return packets;
}

Packets draw_packets(const AwgStrategy& strategy, Random& random) {
  const std::size_t count = packet_count(strategy.intensity);
  switch (strategy.direction) {
    case AwgDirection::kGeneric:
      return repeat(generic_packet, count, random);
    case AwgDirection::kDns:
      return repeat(dns_packet, count, random);
    case AwgDirection::kStun:
      return repeat(stun_packet, count, random);
    case AwgDirection::kRtp:
      return rtp_packets(count, random);
    case AwgDirection::kQuic:  // one at every intensity: a second Initial of that size would be a second connection
      return {{fixed(draw_quic_initial(random))}};
  }
  return {};
}

}  // namespace

AwgChain draw_awg_chain(const AwgStrategy& strategy, Random& random) {
  AwgChain chain;
  const Packets packets = draw_packets(strategy, random);
  for (std::size_t i = 0; i < packets.size(); ++i) chain.at(i) = to_cps(packets[i]);
  return chain;
}

}  // namespace loomgate::domain
