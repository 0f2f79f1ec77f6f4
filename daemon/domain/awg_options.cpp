// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_options.h"

#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

std::optional<AwgOptionValue> option_value(json::View value) {
  switch (value.type()) {
    case json::Type::kNull:
      return AwgOptionValue();
    case json::Type::kBool:
      return AwgOptionValue(value.boolean());
    case json::Type::kNumber:
      if (const auto number = value.integer()) return AwgOptionValue(*number);
      return std::nullopt;
    case json::Type::kString: {
      const std::string_view text = trim(value.string());
      return text.empty() ? AwgOptionValue() : AwgOptionValue(std::string(text));
    }
    default:
      return std::nullopt;
  }
}

AwgOptionValue require_value(std::string_view key, json::View value) {
  auto read = option_value(value);
  if (!read) refuse_awg_parameter(key, "must be a text, a whole number, a boolean or null");
  return std::move(*read);
}

template <typename T>
const T* option_of_type(const AwgOptions& options, std::string_view key) {
  const AwgOptionValue* value = find_option(options, key);
  return value != nullptr ? std::get_if<T>(value) : nullptr;
}

}  // namespace

bool is_null(const AwgOptionValue& value) {
  return std::holds_alternative<std::monostate>(value);
}

const AwgOptionValue* find_option(const AwgOptions& options, std::string_view key) {
  const auto found = options.find(std::string(key));
  return found == options.end() || is_null(found->second) ? nullptr : &found->second;
}

const std::string* text_option(const AwgOptions& options, std::string_view key) {
  return option_of_type<std::string>(options, key);
}

const bool* switch_option(const AwgOptions& options, std::string_view key) {
  return option_of_type<bool>(options, key);
}

AwgOptions awg_options_from_json(json::View object) {
  if (!object.is(json::Type::kObject)) refuse_awg_parameter("awg_options", "must be an object");
  AwgOptions options;
  for (const auto& [key, value] : object.members()) options[std::string(key)] = require_value(key, value);
  return options;
}

json::Json awg_options_to_json(const AwgOptions& options) {
  json::Json object = json::Json::object();
  for (const auto& [key, value] : options) object.append(key, json::Codec<AwgOptionValue>::write(value));
  return object;
}

}  // namespace loomgate::domain

namespace loomgate::json {

domain::AwgOptionValue Codec<domain::AwgOptionValue>::read(View value) {
  return domain::require_value("awg_options", value);
}

Json Codec<domain::AwgOptionValue>::write(const domain::AwgOptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Json(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return Json(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return Json(*flag);
  return {};
}

}  // namespace loomgate::json
