// SPDX-License-Identifier: Apache-2.0
// The few primitives that both programs need. digest.cpp and daemon/crypto are the only places that see OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace loomgate {

using Sha256 = std::array<std::uint8_t, 32>;
using MqttSalt = std::array<std::uint8_t, 16>;

// SHA-256 of the concatenation head ‖ tail. No allocation after the first call on a thread.
Sha256 sha256(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail = {});
Sha256 sha256(std::string_view text);
std::string sha256_hex(std::string_view text);  // 64 lower-case hex digits

// What is stored of an MQTT password: sha256(salt ‖ password). The password is 256-bit random, so a fast hash is right.
Sha256 mqtt_password_hash(const MqttSalt& salt, std::string_view password);

// Time does not depend on where the inputs differ. Different lengths are unequal at once.
bool equal_constant_time(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right);

// From the kernel's CSPRNG; throws std::runtime_error when it fails.
void random_bytes(std::span<std::uint8_t> out);

std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace loomgate
