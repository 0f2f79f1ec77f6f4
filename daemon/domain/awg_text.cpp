// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_text.h"

#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_version.h"

namespace loomgate::domain {
namespace {

using Lines = std::vector<std::pair<std::string_view, std::string>>;

constexpr std::array<std::string_view, 3> kJNames{"Jc", "Jmin", "Jmax"};
constexpr std::array<std::string_view, 4> kSNames{"S1", "S2", "S3", "S4"};
constexpr std::array<std::string_view, 4> kHNames{"H1", "H2", "H3", "H4"};
constexpr std::array<std::string_view, 5> kINames{"I1", "I2", "I3", "I4", "I5"};

std::string printed(int value) {
  return std::to_string(value);
}

std::string printed(const std::string& value) {
  return value;
}

// The first `count` fields of a table.
template <std::size_t N, typename Owner, typename Value>
void add_fields(Lines& lines, const std::array<std::string_view, N>& names,
                const std::array<AwgField<Owner, Value>, N>& fields, const Owner& owner, std::size_t count = N) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto& value = owner.*fields[i].member;
    if (value && !printed(*value).empty()) lines.emplace_back(names[i], printed(*value));
  }
}

std::string printed(const AwgOptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "on" : "off";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

void add_option(Lines& lines, const AwgOption& option, const AwgOptions& options) {
  const AwgOptionValue* value = find_option(options, option.key);
  if (value == nullptr || printed(*value).empty()) return;
  lines.emplace_back(option.printed_name, printed(*value));
}

void add_options(Lines& lines, const AwgVersion& version, const AwgShared& shared, const AwgNode& node) {
  for (const AwgOption& option : version.config_options) add_option(lines, option, shared.options);
  for (const AwgOption& option : version.node_options) {
    const bool said_by_config =
        supports_option(version, AwgLevel::kConfig, option.key) && find_option(shared.options, option.key) != nullptr;
    if (!said_by_config) add_option(lines, option, node.options);
  }
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> awg_lines(const AwgShared& shared, const AwgNode& node) {
  const AwgVersion& version = effective_awg_version(shared.version);
  Lines lines;
  add_fields(lines, kJNames, kAwgJFields, node);
  add_fields(lines, kSNames, kAwgSFields, shared, version.s_fields.size());
  add_fields(lines, kHNames, kAwgHFields, shared);
  add_fields(lines, kINames, kAwgIFields, node);
  add_options(lines, version, shared, node);
  return lines;
}

}  // namespace loomgate::domain
