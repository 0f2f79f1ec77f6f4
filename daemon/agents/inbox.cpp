// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/inbox.h"

#include <utility>

#include "daemon/agents/messages.h"
#include "daemon/base/log.h"

namespace loomgate::agents {
namespace {

const char* reason_of(Unreadable why) {
  switch (why) {
    case Unreadable::kBadTopic:
      return "bad-topic";
    case Unreadable::kOversize:
      return "oversize";
    case Unreadable::kBadUtf8:
      return "bad-utf8";
  }
  return "unreadable";
}

struct Readable {
  std::vector<Upstream> messages;
  std::map<std::string, std::uint64_t> dropped;
};

Readable read_all(const std::vector<Incoming>& batch) {
  Readable readable;
  for (const auto& incoming : batch) {
    auto read = incoming.oversize ? ReadResult{std::nullopt, Unreadable::kOversize}
                                  : read_upstream(incoming.topic, incoming.payload);
    if (read.message) {
      readable.messages.push_back(std::move(*read.message));
    } else {
      ++readable.dropped[reason_of(read.why)];
    }
  }
  return readable;
}

// What happens in everyday life: a will that comes after the reconnect, an answer that the broker delivers twice.
bool is_ordinary(const std::string& what) {
  return what == "accepted" || what == "stale-will" || what == "repeated-answer";
}

// PostgreSQL objects to what the message says. Everything else, a full disk or a time limit, is not the message's doing
// and passes: the message waits.
bool is_to_blame(const pg::DatabaseError& error) {
  switch (error.error_class()) {
    case pg::ErrorClass::kInvalidInput:
    case pg::ErrorClass::kCheck:
    case pg::ErrorClass::kUnique:
    case pg::ErrorClass::kForeignKey:
      return true;
    case pg::ErrorClass::kConnectionLost:
    case pg::ErrorClass::kRetryable:
    case pg::ErrorClass::kOther:
      break;
  }
  return false;
}

void refuse(BatchOutcome& outcome, const Upstream& message, const std::exception& why) {
  log(kMessageFailed, message.topic.node_id, why.what());
  ++outcome.counts["refused"];
}

void merge(BatchOutcome& into, BatchOutcome&& more) {
  for (const auto& [reason, count] : more.counts) into.counts[reason] += count;
  into.returned.insert(into.returned.end(), more.returned.begin(), more.returned.end());
}

// The slow way, for a batch that could not be handled as a whole.
BatchOutcome handle_one_by_one(pg::Transaction& transaction, const std::vector<Upstream>& messages,
                               const store::Deadlines& deadlines, Timestamp now) {
  BatchOutcome outcome;
  for (const auto& message : messages) {
    try {
      pg::Savepoint savepoint(transaction);
      auto alone = Batch(transaction, deadlines, now).handle({&message, 1});
      savepoint.release();
      merge(outcome, std::move(alone));
    } catch (const pg::DatabaseError& error) {
      if (!is_to_blame(error)) throw;
      refuse(outcome, message, error);
    } catch (const std::exception& error) {
      refuse(outcome, message, error);
    }
  }
  return outcome;
}

}  // namespace

Inbox::Inbox(pg::Pool& pool, store::Deadlines deadlines, Clock clock, Tally& tally, Returned returned)
    : pool_(pool), deadlines_(deadlines), clock_(std::move(clock)), tally_(tally), returned_(std::move(returned)) {}

BatchOutcome Inbox::handle(const std::vector<Upstream>& messages) {
  const auto now = clock_();
  const auto as_a_whole = [&](pg::Transaction& transaction) {
    return Batch(transaction, deadlines_, now).handle(messages);
  };
  const auto alone = [&](pg::Transaction& transaction) {
    return handle_one_by_one(transaction, messages, deadlines_, now);
  };
  try {
    return pool_.transact(as_a_whole);
  } catch (const pg::DatabaseError& error) {
    if (!is_to_blame(error)) throw;
  } catch (const std::exception&) {
    // Said again by the message that it is about.
  }
  return pool_.transact(alone);
}

bool Inbox::take(const std::vector<Incoming>& batch) {
  const auto readable = read_all(batch);
  BatchOutcome outcome;
  try {
    outcome = handle(readable.messages);
  } catch (const std::exception& error) {
    log(kBatchFailed, error.what());
    return false;
  }
  for (const auto& [reason, count] : readable.dropped) tally_.dropped(reason, count);
  for (const auto& [reason, count] : outcome.counts) {
    if (is_ordinary(reason)) {
      tally_.add(reason, count);
    } else {
      tally_.dropped(reason, count);
    }
  }
  if (!outcome.returned.empty()) returned_(outcome.returned);
  return true;
}

}  // namespace loomgate::agents
