// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/quic_initial.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/domain/awg_fixture.h"
#include "tests/unit/domain/quic_reader.h"

namespace loomgate::domain {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text.push_back(static_cast<char>(value));
  return text;
}

TEST(QuicDecoy, Vector11AuthenticatesAndItsPaddingIsZero) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Random random = seeded(seed);
    const std::string packet = draw_quic_initial(random);
    EXPECT_EQ(packet.size(), 1200U);
    const auto opened = open_quic_initial(packet);
    ASSERT_TRUE(opened) << seed;
    EXPECT_EQ(opened->destination_id.size(), 8U);
    EXPECT_EQ(opened->source_id.size(), 8U);
    EXPECT_EQ(opened->token, "");
    EXPECT_EQ(opened->packet_number, std::string(2, '\0'));
    EXPECT_GT(opened->padding.size(), 500U);
    EXPECT_TRUE(std::ranges::all_of(opened->padding, [](char byte) { return byte == 0; }));
  }
}

TEST(QuicDecoy, OneChangedBitNoLongerAuthenticates) {
  Random random = seeded(1);
  std::string packet = draw_quic_initial(random);
  packet[700] = static_cast<char>(packet[700] ^ 1);
  EXPECT_FALSE(open_quic_initial(packet));
}

TEST(QuicDecoy, CarriesAClientHelloForOneInvalidName) {
  Random random = seeded(2);
  const auto opened = open_quic_initial(draw_quic_initial(random));
  ASSERT_TRUE(opened);
  const auto hello = read_client_hello(opened->client_hello);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->legacy_version, bytes({3, 3}));
  EXPECT_EQ(hello->session_id, "");
  EXPECT_EQ(hello->cipher_suites, bytes({0x13, 0x01}));
  EXPECT_EQ(hello->compression, bytes({0}));
  EXPECT_THAT(hello->order, ElementsAre(0x00, 0x2b, 0x0a, 0x0d, 0x33, 0x10, 0x39));

  const std::string name = hello->extensions.at(0x00);
  EXPECT_EQ(name.substr(0, 5), bytes({0, 23, 0, 0, 20}));
  EXPECT_THAT(name.substr(5), MatchesRegex("[0-9a-f]{12}\\.invalid"));
  EXPECT_EQ(hello->extensions.at(0x2b), bytes({2, 3, 4}));
  EXPECT_EQ(hello->extensions.at(0x0a), bytes({0, 2, 0, 0x1d}));
  EXPECT_EQ(hello->extensions.at(0x0d), bytes({0, 4, 8, 4, 8, 7}));
  EXPECT_EQ(hello->extensions.at(0x33).substr(0, 6), bytes({0, 36, 0, 0x1d, 0, 32}));
  EXPECT_EQ(hello->extensions.at(0x33).size(), 38U);
  EXPECT_EQ(hello->extensions.at(0x10), bytes({0, 3, 2}) + "h3");
}

TEST(QuicDecoy, TransportParametersNameTheSourceAndTheSize) {
  Random random = seeded(3);
  const auto opened = open_quic_initial(draw_quic_initial(random));
  ASSERT_TRUE(opened);
  const auto hello = read_client_hello(opened->client_hello);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->extensions.at(0x39), bytes({0x0f, 8}) + opened->source_id + bytes({0x03, 2, 0x44, 0xb0}));
}

TEST(QuicDecoy, EveryDrawIsANewConnection) {
  Random random = seeded(4);
  const auto first = open_quic_initial(draw_quic_initial(random));
  const auto second = open_quic_initial(draw_quic_initial(random));
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->destination_id, second->destination_id);
  EXPECT_NE(first->source_id, second->source_id);
  EXPECT_NE(read_client_hello(first->client_hello)->random, read_client_hello(second->client_hello)->random);
  EXPECT_NE(read_client_hello(first->client_hello)->extensions.at(0x33),
            read_client_hello(second->client_hello)->extensions.at(0x33));
}

}  // namespace
}  // namespace loomgate::domain
