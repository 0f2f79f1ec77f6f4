// SPDX-License-Identifier: Apache-2.0
// The decoy packets, turned into bytes as a device would and read back by the rules of their protocols.
#include "daemon/domain/awg_chain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/domain/cps.h"
#include "tests/unit/domain/awg_fixture.h"
#include "tests/unit/domain/quic_reader.h"

namespace loomgate::domain {
namespace {

using enum AwgDirection;
using enum AwgIntensity;

constexpr std::array kIntensities{kLow, kBalanced, kHigh};

std::vector<std::string> draw(AwgDirection direction, AwgIntensity intensity, unsigned seed) {
  Random random = seeded(seed);
  std::vector<std::string> packets;
  bool ended = false;
  for (const auto& text : draw_awg_chain({direction, intensity}, random)) {
    EXPECT_FALSE(text && ended) << "a gap in the chain";
    if (text) packets.push_back(*text);
    ended = !text;
  }
  return packets;
}

// What a device sends for the expression: letters become 'a', digits '1', random bytes 0xee.
std::string materialize(const std::string& text) {
  const auto tags = parse_cps(text);
  EXPECT_TRUE(tags) << text;
  std::string bytes;
  for (const CpsTag& tag : tags.value_or(std::vector<CpsTag>())) {
    const auto count = static_cast<std::size_t>(tag.count);
    if (tag.kind == CpsKind::kBytes) bytes += tag.bytes;
    if (tag.kind == CpsKind::kTime) bytes += std::string(4, '\x01');
    if (tag.kind == CpsKind::kRandom) bytes += std::string(count, '\xee');
    if (tag.kind == CpsKind::kCharacters) bytes += std::string(count, 'a');
    if (tag.kind == CpsKind::kDigits) bytes += std::string(count, '1');
  }
  EXPECT_EQ(bytes.size(), packet_size(*tags));
  return bytes;
}

std::uint64_t number(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(at, size)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

TEST(AwgChain, IntensitySaysHowManyPackets) {
  for (const AwgDirection direction : {kGeneric, kDns, kStun, kRtp}) {
    EXPECT_EQ(draw(direction, kLow, 1).size(), 1U);
    EXPECT_EQ(draw(direction, kBalanced, 1).size(), 3U);
    EXPECT_EQ(draw(direction, kHigh, 1).size(), 5U);
  }
  for (const AwgIntensity intensity : kIntensities) EXPECT_EQ(draw(kQuic, intensity, 1).size(), 1U);
}

TEST(AwgChain, Vector11NoPacketIsLargerThan1200Bytes) {
  for (const AwgDirection direction : {kGeneric, kDns, kStun, kRtp, kQuic}) {
    for (unsigned seed = 0; seed < 40; ++seed) {
      for (const std::string& text : draw(direction, kHigh, seed)) EXPECT_LE(materialize(text).size(), 1200U) << text;
    }
  }
}

TEST(AwgChain, GenericIsOneRunOfRandomBytes) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    for (const std::string& text : draw(kGeneric, kHigh, seed)) {
      const auto tags = parse_cps(text);
      ASSERT_TRUE(tags && tags->size() == 1);
      EXPECT_EQ(tags->front().kind, CpsKind::kRandom);
      EXPECT_GE(tags->front().count, 32);
      EXPECT_LE(tags->front().count, 256);
    }
  }
}

TEST(AwgChain, Vector11DnsQueryIsSelfConsistent) {
  std::vector<std::uint64_t> types;
  for (unsigned seed = 0; seed < 40; ++seed) {
    for (const std::string& text : draw(kDns, kHigh, seed)) {
      EXPECT_TRUE(text.starts_with("<r 2><b 0x0100")) << text;
      const std::string packet = materialize(text);
      EXPECT_EQ(number(packet, 2, 2), 0x0100U);
      EXPECT_EQ(number(packet, 4, 8), 0x0001000000000000U) << "one question, nothing else";
      const std::uint64_t label = number(packet, 12, 1);
      EXPECT_GE(label, 6U);
      EXPECT_LE(label, 15U);
      const std::size_t second = 13 + label;
      EXPECT_EQ(packet.substr(13, label), std::string(label, 'a'));
      EXPECT_EQ(packet.substr(second, 9), std::string("\x07invalid\0", 9));
      types.push_back(number(packet, second + 9, 2));
      EXPECT_EQ(number(packet, second + 11, 2), 1U) << "class IN";
      EXPECT_EQ(packet.size(), second + 13);
    }
  }
  std::ranges::sort(types);
  types.erase(std::unique(types.begin(), types.end()), types.end());
  EXPECT_EQ(types, (std::vector<std::uint64_t>{0x01, 0x1c}));
}

TEST(AwgChain, Vector11StunRequestIsSelfConsistent) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    for (const std::string& text : draw(kStun, kHigh, seed)) {
      const std::string packet = materialize(text);
      EXPECT_EQ(number(packet, 0, 2), 0x0001U);
      EXPECT_EQ(number(packet, 2, 2), packet.size() - 20) << "length behind the header";
      EXPECT_EQ(number(packet, 4, 4), 0x2112a442U);
      EXPECT_EQ(packet.substr(8, 12), std::string(12, '\xee')) << "transaction";
      EXPECT_EQ(number(packet, 20, 2), 0x8022U);
      EXPECT_EQ(number(packet, 22, 2), packet.size() - 24);
      EXPECT_EQ(packet.size() % 4, 0U);
      EXPECT_GE(packet.size(), 28U);
      EXPECT_LE(packet.size(), 40U);
    }
  }
}

TEST(AwgChain, Vector11RtpPacketsAreOneStream) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const auto chain = draw(kRtp, kHigh, seed);
    const std::string first = materialize(chain.front());
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const std::string packet = materialize(chain[i]);
      EXPECT_EQ(packet.size(), 172U);
      EXPECT_EQ(number(packet, 0, 2), 0x8000U);
      EXPECT_EQ(number(packet, 2, 2), (number(first, 2, 2) + i) % 0x10000);
      EXPECT_EQ(number(packet, 4, 4), (number(first, 4, 4) + 160 * i) % 0x100000000);
      EXPECT_EQ(number(packet, 8, 4), number(first, 8, 4));
    }
  }
}

TEST(AwgChain, RtpCountersWrap) {
  Random random([](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{0xff}); });
  const auto chain = draw_awg_chain({kRtp, kBalanced}, random);
  EXPECT_TRUE(chain[0]->starts_with("<b 0x8000ffffffffffff"));
  EXPECT_TRUE(chain[1]->starts_with("<b 0x800000000000009f"));
}

TEST(AwgChain, QuicIsOneWholeInitial) {
  for (const AwgIntensity intensity : kIntensities) {
    const std::string text = draw(kQuic, intensity, 7).front();
    const auto tags = parse_cps(text);
    ASSERT_TRUE(tags && tags->size() == 1);
    EXPECT_TRUE(open_quic_initial(tags->front().bytes));
  }
}

}  // namespace
}  // namespace loomgate::domain
