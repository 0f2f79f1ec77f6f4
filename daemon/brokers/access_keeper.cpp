// SPDX-License-Identifier: Apache-2.0
#include "daemon/brokers/access_keeper.h"

#include <algorithm>
#include <utility>

#include "daemon/base/log.h"

namespace loomgate::brokers {
namespace {

using namespace std::chrono_literals;

// Often enough to notice a lost database well before the copy counts as stale.
std::chrono::milliseconds ping_interval(std::chrono::seconds stale) {
  constexpr std::chrono::milliseconds kUsual = 3s;
  return stale == 0s ? kUsual : std::min(kUsual, std::chrono::milliseconds(stale) / 4);
}

void apply(access::AccessTable& table, Mailbox<replica::AccessUpdate>& updates) {
  for (const replica::AccessUpdate& update : updates.take()) {
    table.reserve(update.devices);
    for (const access::Change& change : update.changes) {
      access::PrincipalKey ignored = 0;
      table.apply(change, ignored);
    }
  }
}

}  // namespace

AccessKeeper::AccessKeeper(AccessKeeperOptions options) : options_(std::move(options)) {}

AccessKeeper::~AccessKeeper() {
  stop();
}

void AccessKeeper::start() {
  replica::ReplicaOptions options;
  options.conninfo = options_.conninfo;
  options.application_name = "loomgated: access";
  options.own_files = false;
  options.ping_interval = ping_interval(options_.stale);
  replica_ = std::make_unique<replica::Replica>(
      options, updates_, [](const LogLine& line) { write_log(*line.message, line.text); },
      replica::TableOwner{.wake = [this] { take_news(); }});
  replica_->start();
}

void AccessKeeper::stop() {
  replica_.reset();
}

bool AccessKeeper::allows(const AccessQuestion& question) {
  if (replica_ == nullptr) return false;
  if (!options_.backend_user.empty() && question.username == options_.backend_user) return true;
  // The daemons' own accounts are for brokers with our plugin; here the backend has the one name above.
  if (!access::parse_node_id(question.username) || !is_current()) return false;
  const access::TopicRequest request{.action = question.action, .topic = question.topic};
  return table_.with([&](access::AccessTable& table) {
    apply(table, updates_);  // news that the replica has posted but not brought in yet: a revocation counts at once
    return access::authorize(table, question.username, question.client_id, request) == access::Verdict::kAllowed;
  });
}

void AccessKeeper::take_news() {
  table_.with([&](access::AccessTable& table) { apply(table, updates_); });
}

bool AccessKeeper::is_current() const {
  const replica::ReplicaStatus& status = replica_->status();
  if (!status.loaded) return false;
  const auto silent = std::chrono::milliseconds(replica::monotonic_ms() - status.confirmed_ms);
  return options_.stale == 0s || silent <= options_.stale;
}

}  // namespace loomgate::brokers
