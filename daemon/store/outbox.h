// SPDX-License-Identifier: Apache-2.0
// Commands on their way to the broker (kind `publish` of the outbox, made by daemon/store/commands.h). Only the leader
// takes them. A lease hides a row from others until it is settled; rows of one lane, a node, are taken one after the
// other. Whoever settles holds its leases first: what was freed or taken by a later leader is not its business any more.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// One leased row and the command it stands for, as it is at that moment: what is sent is what an ACK will confirm.
struct Delivery {
  std::int64_t outbox_id = 0;
  std::string request_id;
  int attempts = 0;     // this one included
  bool wanted = false;  // the command is still open; nothing below is set otherwise
  std::string config_id;
  std::string node_id;
  std::string action;
  std::optional<int> pushed_version;
  std::optional<std::string> pushed_sha256;
  std::optional<crypto::Bytes> text_sealed;  // at {"node_texts", "text_sealed", node id ":" sha256}
  std::string interface_name;
  std::string tunnel_protocol;  // of the pushed text; of the config when nothing is pushed. awg_version likewise
  std::optional<std::string> previous_tunnel_protocol;
  std::optional<std::string> awg_version;
};

// Due rows, oldest first, but none of a node that is starting up. Counts an attempt for each. The owner's name is used by nobody else, not even by the same
// daemon in another term.
std::vector<Delivery> lease_deliveries(pg::Transaction& transaction, std::string_view owner, int limit,
                                       std::chrono::seconds lease);
// One attempt at a row.
struct Lease {
  std::int64_t outbox_id = 0;
  int attempt = 0;
};
// Those rows among the owner's that are still its own, in the same attempt; they stay so until the transaction ends.
std::vector<std::int64_t> hold_deliveries(pg::Transaction& transaction, std::string_view owner,
                                          const std::vector<Lease>& leases);
// What follows is for held rows. Done with, whatever the outcome.
void finish_deliveries(pg::Transaction& transaction, const std::vector<std::int64_t>& outbox_ids);
struct Postponed {
  std::int64_t outbox_id = 0;
  std::chrono::milliseconds delay{0};
  std::string reason;
};
void postpone_deliveries(pg::Transaction& transaction, const std::vector<Postponed>& postponed);
// Work that cannot be done stays visible and is not tried again.
void park_delivery(pg::Transaction& transaction, std::int64_t outbox_id, std::string_view reason);
// A new leader frees what its predecessor held. Rows that were tried wait `delay`: their ACK may be on its way.
void reclaim_deliveries(pg::Transaction& transaction, std::chrono::milliseconds delay);

}  // namespace loomgate::store
