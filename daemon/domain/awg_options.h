// SPDX-License-Identifier: Apache-2.0
// AmneziaWG options of a config or a node: a small object of key -> text, integer, boolean or null (spec domain 1.1).
// Which keys exist at which level in which version stands in awg_version.h, what values they take in awg_validate.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/json/codec.h"
#include "daemon/json/json.h"

namespace loomgate::domain {

// std::monostate is null: "set to nothing", which is not the same as an absent key.
using AwgOptionValue = std::variant<std::monostate, bool, std::int64_t, std::string>;
using AwgOptions = std::map<std::string, AwgOptionValue>;

bool is_null(const AwgOptionValue& value);
// The value when the key is there and not null, else nullptr.
const AwgOptionValue* find_option(const AwgOptions& options, std::string_view key);
// The text, or the boolean, when the option is set and of that type; otherwise nullptr. For options that were
// validated.
const std::string* text_option(const AwgOptions& options, std::string_view key);
const bool* switch_option(const AwgOptions& options, std::string_view key);

// Texts are trimmed, and an empty text becomes null. INVALID_AWG_PARAMETER when the value is no object, or a member is
// neither text, whole number, boolean nor null; the sentence names the key. Keys are not looked at.
AwgOptions awg_options_from_json(json::View object);
json::Json awg_options_to_json(const AwgOptions& options);

}  // namespace loomgate::domain

namespace loomgate::json {

// Lets a described struct have a member of type AwgOptions. Reading throws like awg_options_from_json.
template <>
struct Codec<domain::AwgOptionValue> {
  static Rule rule() { return any(); }
  static void fit(Rule&) {}
  static domain::AwgOptionValue read(View value);
  static Json write(const domain::AwgOptionValue& value);
};

}  // namespace loomgate::json
