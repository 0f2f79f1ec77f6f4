// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/database_clock.h"

#include <gtest/gtest.h>

#include "tests/harness/postgres_cluster.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;

class DatabaseClockTest : public testing::Test {
 protected:
  // The database's clock is ahead of ours by so much, and it takes a while to say so. (Only what the planner inlines is
  // called instead of the built-in function.)
  void answer_slowly(const std::string& ahead) {
    harness::connect(database.superuser_dsn())
        .exec_script("CREATE OR REPLACE FUNCTION public.slow_time() RETURNS timestamptz LANGUAGE sql AS "
                     "$$ SELECT now() + interval '" + ahead + "' FROM pg_sleep(0.3) $$; "
                     "CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
                     "'SELECT public.slow_time()'");
  }
  std::chrono::seconds measured_lead() {
    auto connection = harness::connect(database.dsn());  // without a plan for the function that was
    clock.measure(connection);
    return std::chrono::duration_cast<std::chrono::seconds>(clock.now() - system_clock()());
  }

  harness::TestDatabase database = harness::shared_cluster().fresh_database();
  store::DatabaseClock clock{system_clock()};
};

TEST_F(DatabaseClockTest, a_slow_answer_counts_until_a_better_one_is_known) {
  answer_slowly("2 hours");
  EXPECT_GT(measured_lead(), 119min);
  answer_slowly("5 hours");
  EXPECT_LT(measured_lead(), 121min) << "too slow to correct what is known";
}

}  // namespace
}  // namespace loomgate::test
