// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/conninfo.h"

#include <libpq-fe.h>

#include <memory>

#include "sql/pg/connection.h"

namespace loomgate::pg {
namespace {

// "postgresql+psycopg://host/db", as SQLAlchemy writes it, is "postgresql://host/db" for libpq.
std::string drop_driver(std::string_view conninfo) {
  const std::size_t scheme_end = conninfo.find("://");
  const std::size_t plus = conninfo.find('+');
  if (scheme_end == std::string_view::npos || plus > scheme_end) return std::string(conninfo);
  const std::string_view scheme = conninfo.substr(0, plus);
  if (scheme != "postgresql" && scheme != "postgres") return std::string(conninfo);
  return std::string(scheme).append(conninfo.substr(scheme_end));
}

std::string without_line_breaks(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

// libpq quotes the piece it stumbled over, which may be a piece of the password: its words are kept only when the text
// cannot hold one ("user:password@", "password=", or a percent-encoded spelling of it).
std::string safe_reason(std::string_view conninfo, const char* message) {
  const bool may_hold_password = conninfo.find_first_of("@%") != std::string_view::npos ||
                                 conninfo.find("pass") != std::string_view::npos;
  if (may_hold_password || message == nullptr) return "libpq cannot read it (unknown option, missing quote or bad escape)";
  return without_line_breaks(message);
}

std::string quoted(const std::string& value) {
  if (!value.empty() && value.find_first_of(" '\\\t\n\r\f\v") == std::string::npos) return value;
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

std::optional<std::vector<ConninfoField>> parse_conninfo(std::string_view conninfo, std::string& reason) {
  if (conninfo.find('\0') != std::string_view::npos) {
    reason = "it contains a NUL byte";
    return std::nullopt;
  }
  const std::string text = drop_driver(conninfo);
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(text.c_str(), &message),
                                                                             &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> message_owner(message, &PQfreemem);
  if (!options) {
    reason = safe_reason(text, message);
    return std::nullopt;
  }
  std::vector<ConninfoField> fields;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) fields.push_back({option->keyword, option->val, option->dispchar[0] == '*'});
  return fields;
}

std::optional<std::string> normalize_conninfo(std::string_view conninfo, std::string& reason) {
  if (!parse_conninfo(conninfo, reason)) return std::nullopt;
  return drop_driver(conninfo);
}

std::string redact_conninfo(std::string_view conninfo) {
  std::string reason;
  const auto fields = parse_conninfo(conninfo, reason);
  if (!fields) return "(unreadable conninfo)";
  std::string text;
  for (const ConninfoField& field : *fields) {
    if (!text.empty()) text += ' ';
    text += field.keyword + '=' + (field.secret ? "***" : quoted(field.value));
  }
  return text;
}

}  // namespace loomgate::pg
