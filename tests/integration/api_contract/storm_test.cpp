// SPDX-License-Identifier: Apache-2.0
// Sixteen clients write to one config and sixteen to configs of their own, all at once and at random: nobody sees a 5xx,
// PostgreSQL sees no deadlock, and afterwards everything holds together. LOOMGATE_STORM_SECONDS asks for more than the short
// run of every day, LOOMGATE_FUZZ_SEED for other requests.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/e2e/product_fixture.h"
#include "tests/integration/api_contract/invariants.h"
#include "tests/integration/api_contract/storm.h"

namespace loomgate::contract {
namespace {

constexpr int kClients = 32;  // every second one works on the shared config
constexpr int kEnough = 300;  // requests that were carried out

long setting(const char* name, long standard) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtol(value, nullptr, 10) : standard;
}

int successes(const StormClient& client) {
  const auto found = client.statuses().find(200);
  return found == client.statuses().end() ? 0 : found->second;
}

class Storm : public harness::ProductTest {
 protected:
  std::vector<StormClient> clients(const Contract& contract, const std::string& shared) {
    const auto seed = static_cast<std::uint64_t>(setting("LOOMGATE_FUZZ_SEED", 1));
    std::vector<StormClient> made;
    for (int i = 0; i < kClients; ++i) {
      auto client = first_.client();
      client.set_bearer(api_->bearer());
      made.emplace_back(contract, std::move(client), i % 2 == 0 ? shared : "", seed * 1000 + static_cast<std::uint64_t>(i));
    }
    return made;
  }
};

TEST_F(Storm, NobodySeesAFaultAndEverythingHoldsTogether) {
  auto database = harness::connect(database_.dsn());
  watch_versions(database);
  const Contract contract(*api_);
  const auto shared = api_->post("/api/v1/configs", R"({"name":"shared"})").text("data.id");
  auto storm = clients(contract, shared);
  // A busy machine is given longer, until enough has been done.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(setting("LOOMGATE_STORM_SECONDS", 8));
  std::atomic<int> done = 0;
  const auto goes_on = [&] {
    const auto now = std::chrono::steady_clock::now();
    return now < end || (done <= kEnough && now < end + std::chrono::minutes(2));
  };
  std::vector<std::jthread> threads;
  for (auto& client : storm) {
    threads.emplace_back([&] {
      while (goes_on() && client.complaints().size() < 5) {
        const int before = successes(client);
        client.act();
        done += successes(client) - before;
      }
    });
  }
  threads.clear();

  std::map<int, int> statuses;
  for (const auto& client : storm) {
    for (const auto& [status, count] : client.statuses()) statuses[status] += count;
    for (const auto& complaint : client.complaints()) ADD_FAILURE() << complaint;
  }
  for (const auto& [status, count] : statuses) std::cout << status << ": " << count << " answers\n";
  EXPECT_GT(statuses[200], kEnough) << "too little was done";
  EXPECT_THAT(broken_invariants(database, *api_), testing::IsEmpty());
  EXPECT_EQ(sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), "0");
  EXPECT_EQ(first_.log().find("LG-HTTP-003"), std::string::npos) << first_.log();
}

}  // namespace
}  // namespace loomgate::contract
