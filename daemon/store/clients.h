// SPDX-License-Identifier: Apache-2.0
// Binding a device to its node (spec mqtt 11, domain 9.5): rows of node_clients. Bind tokens and MQTT passwords are
// kept as hashes only. Times are the database's, so that daemons with different clocks agree when a token ends.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/domain/binding.h"
#include "plugin/base/digest.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// What is known of the node that a bind token belongs to.
struct BindCandidate {
  std::string node_id;
  std::string node_name;
  std::string config_id;
  std::string config_name;
  bool used = false;
  bool expired = false;
  bool allowed = false;  // node dynamic and enabled, config enabled
  std::string staged_sha256;
};
std::optional<BindCandidate> find_bind_token(pg::Connection& connection, std::string_view token_sha256);

// Replaces an older token; returns when the new one ends.
Timestamp put_bind_token(pg::Transaction& transaction, std::string_view node_id, std::string_view config_id,
                         std::string_view token_sha256, std::chrono::seconds life);

struct NewBinding {
  domain::ClientFacts facts;
  std::string interface_name;
  MqttSalt salt{};
  Sha256 hash{};
};
// Checks and uses the token in one conditional update: false when it was used or ended meanwhile.
bool redeem_bind_token(pg::Transaction& transaction, std::string_view node_id, std::string_view token_sha256,
                       const NewBinding& binding);

}  // namespace loomgate::store
