// SPDX-License-Identifier: Apache-2.0
// The API as its own document describes it, read from a running daemon. Immutable once read: any thread may ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/json/json.h"
#include "tests/harness/api_client.h"

namespace loomgate::contract {

struct Operation {
  std::string id;
  std::string method;  // upper case
  std::string path;    // with {names}
  json::View description;

  std::optional<json::View> body_schema() const;
  std::vector<json::View> parameters(std::string_view place) const;  // path, query
};

class Contract {
 public:
  explicit Contract(harness::ApiClient& client);

  json::View document() const { return document_.view(); }
  const std::vector<Operation>& operations() const { return operations_; }
  // The operation of that method and path ("/api/v1/configs/{config_id}"); throws when there is none.
  const Operation& operation(std::string_view method, std::string_view path) const;

  // Why this answer is none that the document lists for the operation; nullopt when it is one.
  std::optional<std::string> complaint(const Operation& operation, const harness::ApiAnswer& answer) const;

 private:
  json::Json document_;
  std::vector<Operation> operations_;
};

}  // namespace loomgate::contract
