// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/listener.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "plugin/base/guarded.h"
#include "tests/harness/durations.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

using namespace std::chrono_literals;
using harness::duration_of;
using harness::eventually;
using harness::fastest;
using harness::shared_cluster;

// What the callbacks saw, in order: "connected", "lost", "idle" or "channel=payload".
class Diary {
 public:
  void write(const std::string& entry) {
    entries_.with([&](auto& entries) { entries.push_back(entry); });
  }
  std::vector<std::string> entries() const {
    return entries_.with([](const auto& entries) { return entries; });
  }
  long count(const std::string& entry) const {
    const auto all = entries();
    return std::count(all.begin(), all.end(), entry);
  }
  bool reaches(const std::string& entry, long times, std::chrono::milliseconds deadline = 20s) const {
    return eventually(deadline, [&] { return count(entry) >= times; });
  }
  ListenerCallbacks callbacks() {
    ListenerCallbacks made;
    made.on_connected = [this](Connection&) { write("connected"); };
    made.on_notified = [this](Connection&, const std::vector<Notification>& all) {
      for (const Notification& one : all) write(one.channel + "=" + one.payload);
    };
    made.on_idle = [this](Connection&) { write("idle"); };
    made.on_lost = [this](const std::string&) { write("lost"); };
    return made;
  }

 private:
  Guarded<std::vector<std::string>> entries_;
};

ConnectOptions options_for(const std::string& dsn) {
  ConnectOptions options;
  options.conninfo = dsn;
  return options;
}

void notify(const std::string& dsn, const std::string& channel, const std::string& payload) {
  harness::connect(dsn).exec_script("SELECT pg_notify('" + channel + "', '" + payload + "')");
}

TEST(Listener, DeliversWhatItListensTo) {
  Diary diary;
  const Listener listener(options_for(shared_cluster().dsn()), {"test_one", "test_two"}, 1h, diary.callbacks());
  ASSERT_TRUE(diary.reaches("connected", 1));
  notify(shared_cluster().dsn(), "test_other", "unheard");
  notify(shared_cluster().dsn(), "test_one", "first");
  notify(shared_cluster().dsn(), "test_two", "");
  ASSERT_TRUE(diary.reaches("test_two=", 1));
  EXPECT_EQ(diary.entries(), (std::vector<std::string>{"connected", "test_one=first", "test_two="}));
}

// A query of the callback reads the notification along with its answer; the socket will not become readable again.
TEST(Listener, DeliversWhatArrivedDuringAQueryOfACallback) {
  Diary diary;
  ListenerCallbacks callbacks = diary.callbacks();
  callbacks.on_connected = [](Connection& connection) {
    notify(shared_cluster().dsn(), "test_during", "x");
    for (int i = 0; i < 3; ++i) connection.exec_script("SELECT 1");
  };
  const Listener listener(options_for(shared_cluster().dsn()), {"test_during"}, 1h, callbacks);
  EXPECT_TRUE(diary.reaches("test_during=x", 1));
}

TEST(Listener, IdlesAtItsIntervalAndWhenWoken) {
  Diary often;
  const Listener frequent(options_for(shared_cluster().dsn()), {"test_idle"}, 10ms, often.callbacks());
  EXPECT_TRUE(often.reaches("idle", 3));
  Diary seldom;
  Listener woken(options_for(shared_cluster().dsn()), {"test_idle"}, 1h, seldom.callbacks());
  ASSERT_TRUE(seldom.reaches("connected", 1));
  woken.wake();
  EXPECT_TRUE(seldom.reaches("idle", 1));
}

TEST(Listener, AnExceptionOfACallbackIsReportedAndEndsTheConnection) {
  Diary diary;
  ListenerCallbacks callbacks = diary.callbacks();
  callbacks.on_notified = [](Connection&, const std::vector<Notification>&) { throw std::runtime_error("cannot cope"); };
  callbacks.on_lost = [&diary](const std::string& reason) { diary.write(reason); };
  const Listener listener(options_for(shared_cluster().dsn()), {"test_throw"}, 1h, callbacks);
  ASSERT_TRUE(diary.reaches("connected", 1));
  notify(shared_cluster().dsn(), "test_throw", "");
  EXPECT_TRUE(diary.reaches("cannot cope", 1));
  EXPECT_TRUE(diary.reaches("connected", 2));
}

TEST(Listener, ReconnectsAfterKillNineAndConnectsBeforeItNotifies) {
  harness::PostgresCluster cluster;
  Diary diary;
  const Listener listener(options_for(cluster.dsn()), {"test_fault"}, 1h, diary.callbacks());
  ASSERT_TRUE(diary.reaches("connected", 1));
  cluster.kill9();
  ASSERT_TRUE(diary.reaches("lost", 1));
  EXPECT_FALSE(eventually(700ms, [&] { return diary.count("lost") > 1; })) << "one report per loss, not one per retry";
  cluster.start();
  ASSERT_TRUE(diary.reaches("connected", 2));
  notify(cluster.dsn(), "test_fault", "after");
  ASSERT_TRUE(diary.reaches("test_fault=after", 1));
  EXPECT_EQ(diary.entries(), (std::vector<std::string>{"connected", "lost", "connected", "test_fault=after"}));
}

TEST(Listener, StartsWithoutADatabaseAndReportsItOnce) {
  Diary diary;
  const Listener listener(options_for("host=/nonexistent/loomgate"), {"test_none"}, 1h, diary.callbacks());
  EXPECT_TRUE(diary.reaches("lost", 1));
  EXPECT_FALSE(eventually(700ms, [&] { return diary.count("lost") > 1; }));
}

std::unique_ptr<Listener> make_listener(const std::string& dsn, const ListenerCallbacks& callbacks) {
  return std::make_unique<Listener>(options_for(dsn), std::vector<std::string>{"test_stop"}, 1h, callbacks);
}

TEST(Listener, StopsPromptlyWhateverItWaitsFor) {
  EXPECT_LE(fastest(1s, [] {
    Diary diary;
    auto idle = make_listener(shared_cluster().dsn(), diary.callbacks());
    EXPECT_TRUE(diary.reaches("connected", 1));
    const auto taken = duration_of([&] { idle.reset(); });
    EXPECT_EQ(diary.count("lost"), 0);
    return taken;
  }), 1s);
  EXPECT_LE(fastest(1s, [] {
    Diary diary;
    auto retrying = make_listener("host=/nonexistent/loomgate", diary.callbacks());
    EXPECT_TRUE(diary.reaches("lost", 1));
    return duration_of([&] { retrying.reset(); });
  }), 1s);
}

TEST(Listener, StopsPromptlyWhenPostgresqlIsFrozen) {
  harness::PostgresCluster cluster;
  EXPECT_LE(fastest(1s, [&] {
    Diary diary;
    ListenerCallbacks callbacks = diary.callbacks();
    callbacks.on_idle = [&diary](Connection& connection) {
      diary.write("asking");
      connection.exec_script("SELECT 1");
    };
    auto asking = make_listener(cluster.dsn(), callbacks);
    EXPECT_TRUE(diary.reaches("connected", 1));
    cluster.pause();
    asking->wake();
    EXPECT_TRUE(diary.reaches("asking", 1));
    const auto taken = duration_of([&] { asking.reset(); });
    cluster.resume();
    return taken;
  }), 1s);
  cluster.pause();
  EXPECT_LE(fastest(1s, [&] {
    auto connecting = make_listener(cluster.dsn(), {});
    return duration_of([&] { connecting.reset(); });
  }), 1s);
  cluster.resume();
}

}  // namespace
}  // namespace loomgate::pg
