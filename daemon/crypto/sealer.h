// SPDX-License-Identifier: Apache-2.0
// Sealed columns: AES-256-GCM with a master key that never enters the database. Layout of a sealed value:
//   1 byte format (1) ‖ 4 bytes key id (big endian) ‖ 12 bytes nonce ‖ ciphertext ‖ 16 bytes tag
// The additional data is "table.column:row id", so a value moved to another row or column does not open.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::crypto {

using Bytes = std::vector<std::uint8_t>;

struct SealedPlace {
  std::string_view table;
  std::string_view column;
  std::string_view row;
};

struct MasterKey {
  std::uint32_t id = 1;
  std::vector<std::uint8_t> bytes;  // 32
};

// Reads "id:base64" lines (newest last; a bare base64 line has id 1). Throws std::runtime_error with one sentence.
std::vector<MasterKey> parse_master_keys(std::string_view text);
// Reads the file, or makes it with mode 0600 and one fresh key when it does not exist. Refuses a file that others can read.
std::vector<MasterKey> load_or_create_master_key_file(const std::string& path);

// Thread safe after construction.
class Sealer {
 public:
  explicit Sealer(std::vector<MasterKey> keys);  // the last one seals, all of them open
  Bytes seal(const SealedPlace& place, std::string_view plain) const;
  // Throws std::runtime_error ("cannot open ...", without data) when the value was tampered with or its key is unknown.
  std::string open(const SealedPlace& place, const Bytes& sealed) const;

 private:
  std::map<std::uint32_t, std::vector<std::uint8_t>> keys_;
  std::uint32_t sealing_id_ = 0;
};

}  // namespace loomgate::crypto
