// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/pretty.h"

#include <fmt/format.h>

#include "daemon/json/unicode.h"

namespace loomgate::json {
namespace {

// Of a compact dump, where everything below U+0080 is as it must be.
std::string ascii(std::string_view dump) {
  std::string text;
  while (!dump.empty()) {
    const auto next = first_code_point(dump);
    const auto size = next.size == 0 ? 1 : next.size;
    if (next.value < 0x80) {
      text += dump.front();
    } else if (next.value < 0x10000) {
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(next.value));
    } else {
      const auto rest = static_cast<unsigned>(next.value) - 0x10000;
      text += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
    }
    dump.remove_prefix(size);
  }
  return text;
}

void add(std::string& text, View value, std::size_t depth);

void add_line(std::string& text, std::size_t depth, bool first) {
  text += first ? "\n" : ",\n";
  text.append(2 * depth, ' ');
}

void add_close(std::string& text, std::size_t depth, char bracket) {
  text += '\n';
  text.append(2 * depth, ' ');
  text += bracket;
}

void add_object(std::string& text, View object, std::size_t depth) {
  text += '{';
  bool first = true;
  for (const auto& [name, value] : object.members()) {
    add_line(text, depth + 1, first);
    text += ascii(Json(name).dump()) + ": ";
    add(text, value, depth + 1);
    first = false;
  }
  add_close(text, depth, '}');
}

void add_array(std::string& text, View array, std::size_t depth) {
  text += '[';
  bool first = true;
  for (const auto value : array.items()) {
    add_line(text, depth + 1, first);
    add(text, value, depth + 1);
    first = false;
  }
  add_close(text, depth, ']');
}

void add(std::string& text, View value, std::size_t depth) {
  const bool is_list = value.is(Type::kArray) || value.is(Type::kObject);
  if (!is_list || value.size() == 0) {
    text += ascii(value.dump());
  } else if (value.is(Type::kObject)) {
    add_object(text, value, depth);
  } else {
    add_array(text, value, depth);
  }
}

}  // namespace

std::string pretty(View value) {
  std::string text;
  add(text, value, 0);
  return text + '\n';
}

}  // namespace loomgate::json
