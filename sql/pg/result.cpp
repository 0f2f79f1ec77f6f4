// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/result.h"

#include <libpq-fe.h>

#include <charconv>
#include <stdexcept>

namespace loomgate::pg {

void Result::free_result(pg_result* result) { PQclear(result); }

int Result::rows() const { return PQntuples(result_.get()); }

std::int64_t Result::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool Row::is_null(int column) const {
  if (column < 0 || column >= PQnfields(result_) || row_ < 0 || row_ >= PQntuples(result_))
    throw std::logic_error("a column or row that the statement does not return");
  return PQgetisnull(result_, row_, column) != 0;
}

std::string_view Row::raw(int column) const {
  if (is_null(column)) return {};
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

}  // namespace loomgate::pg
