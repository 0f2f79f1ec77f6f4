// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/domain/text.h"
#include "plugin/base/digest.h"

namespace loomgate::domain {
namespace {

constexpr std::size_t kMostConfigName = 32;
constexpr std::size_t kMostInterfaceName = 15;  // IFNAMSIZ of Linux without its NUL
constexpr std::size_t kShortHead = 8;
constexpr std::size_t kShortHash = 6;
constexpr std::string_view kEdges = "-_.";

bool is_ascii_alnum(char32_t point) {
  return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
}

// What wg-quick allows in an interface name, and config names with it.
bool is_tool_character(char character) {
  return is_ascii_alnum(static_cast<unsigned char>(character)) ||
         std::string_view("_=+.-").find(character) != std::string_view::npos;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& character : out) {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  }
  return out;
}

bool is_reserved_on_windows(std::string_view name) {
  const std::string text = upper(name);
  if (text == "CON" || text == "PRN" || text == "AUX" || text == "NUL") return true;
  const bool is_port = text.size() == 4 && (text.starts_with("COM") || text.starts_with("LPT"));
  return is_port && text[3] >= '1' && text[3] <= '9';
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    const bool stays = is_ascii_alnum(point) || point == '-' || point == '_' || point == '.';
    if (stays) {
      out.push_back(static_cast<char>(point));
    } else {
      out += fmt::format("u{:04x}", static_cast<std::uint32_t>(point));
    }
  }
  return out;
}

std::string_view without_edges(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kEdges);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kEdges) - first + 1);
}

bool fits_tools(std::string_view name) {
  return !name.empty() && name.size() <= kMostInterfaceName && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), is_tool_character);
}

}  // namespace

bool is_config_name(std::string_view name) {
  if (name.empty() || name.size() > kMostConfigName) return false;
  if (!std::all_of(name.begin(), name.end(), is_tool_character)) return false;
  return !is_reserved_on_windows(name) && !is_reserved_on_windows(name.substr(0, name.find('.')));
}

std::string segment(std::string_view text, std::string_view fallback) {
  const std::string safe = escaped(trim(text));
  const std::string_view kept = without_edges(safe);
  return std::string(kept.empty() ? fallback : kept);
}

std::string artifact_stem(std::string_view config_name, std::string_view node_name) {
  return segment(config_name, "wireguard") + '-' + segment(node_name, "node");
}

std::string interface_name(std::string_view stem, std::string_view node_id) {
  if (fits_tools(stem)) return std::string(stem);
  std::string head;
  for (const char character : stem) {
    const bool leads_badly = head.empty() && (character == '-' || character == '.');
    if (is_tool_character(character) && !leads_badly && head.size() < kShortHead) head.push_back(character);
  }
  if (head.empty()) head = "wg";
  return head + '-' + sha256_hex(node_id).substr(0, kShortHash);
}

}  // namespace loomgate::domain
