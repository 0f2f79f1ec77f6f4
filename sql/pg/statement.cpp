// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/statement.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unordered_set>

namespace loomgate::pg {
namespace {

// Function-local, because statements of other files register during static initialisation.
std::vector<const Statement*>& registry() {
  static std::vector<const Statement*> statements;
  return statements;
}

}  // namespace

Statement::Statement(const char* statement_name, Access statement_access, const char* statement_sql, Plan statement_plan)
    : name(statement_name), access(statement_access), sql(statement_sql), plan(statement_plan) {
  static std::unordered_set<std::string_view> names;
  if (!names.insert(name).second) {
    std::fprintf(stderr, "loomgate: two SQL statements are named %s\n", name);
    std::abort();
  }
  registry().push_back(this);
}

std::span<const Statement* const> all_statements() { return registry(); }

}  // namespace loomgate::pg
