// SPDX-License-Identifier: Apache-2.0
// Whatever stands in a conninfo: what is accepted stays accepted, and no password reaches a reason or a log line.
#include <string>

#include "sql/pg/connection.h"
#include "tests/fuzz/require.h"

namespace {

using loomgate::fuzz::require;
using loomgate::pg::normalize_conninfo;
using loomgate::pg::redact_conninfo;

constexpr const char* kSecret = "s3cr3t-0b5e";

void check_text(const std::string& text) {
  std::string reason;
  const auto normalized = normalize_conninfo(text, reason);
  require(normalized.has_value() == reason.empty(), "a refusal, and only a refusal, has a reason");
  const std::string redacted = redact_conninfo(text);
  if (!normalized) {
    require(redacted == "(unreadable conninfo)", "what libpq refuses is not shown");
    return;
  }
  require(normalize_conninfo(*normalized, reason) == normalized, "normalizing twice changes nothing");
  require(redact_conninfo(*normalized) == redacted, "normalizing hides nothing and shows nothing");
  require(normalize_conninfo(redacted, reason) == redacted, "a redacted conninfo is one that libpq reads");
  require(redact_conninfo(redacted) == redacted, "redacting twice changes nothing");
}

// The input as the surroundings of a password.
void check_secret_stays_hidden(const std::string& text) {
  for (const std::string& around : {text + " password=" + kSecret, std::string("password=") + kSecret + " " + text,
                                    "postgresql://user:" + std::string(kSecret) + "@" + text, text + "&password=" + kSecret}) {
    std::string reason;
    normalize_conninfo(around, reason);
    require(reason.find(kSecret) == std::string::npos, "a reason does not quote the password");
  }
  std::string reason;
  const std::string keyword = text + " password=" + kSecret;
  // Only where the word is a password and not a part of another value.
  if (normalize_conninfo(text, reason) && text.find_first_of("'\\=/") == std::string::npos)
    require(redact_conninfo(keyword).find(kSecret) == std::string::npos, "a log line does not show the password");
}

// The input as the password itself.
void check_as_password(const std::string& text) {
  if (text.find('\0') != std::string::npos) return;
  std::string quoted;
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  require(redact_conninfo("host=h password='" + quoted + "'") == "password=*** host=h", "a password is replaced whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  check_text(text);
  check_secret_stays_hidden(text);
  check_as_password(text);
  return 0;
}
