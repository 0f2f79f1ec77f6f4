// SPDX-License-Identifier: Apache-2.0
// The one error a use case throws when it cannot go on. The HTTP and MCP boundaries turn it into an answer; codes and
// statuses are the contract's (spec http-api 3.2) and stand in daemon/base/error_codes.h.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "daemon/json/json.h"

namespace loomgate {

struct ErrorCode {
  const char* code;  // upper snake case
  int status;        // HTTP status
};

class Error : public std::exception {
 public:
  Error(const ErrorCode& code, std::string message, json::Json detail = json::Json::object())
      : code_(code), message_(std::move(message)), detail_(std::move(detail)) {}

  const ErrorCode& code() const { return code_; }
  const std::string& message() const { return message_; }  // short English sentence, safe to show
  const json::Json& detail() const { return detail_; }     // always an object
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  json::Json detail_;
};

}  // namespace loomgate
