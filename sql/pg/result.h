// SPDX-License-Identifier: Apache-2.0
// Rows of one answer. A Result owns its PGresult; a Row is a view that must not outlive it.
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sql/pg/params.h"

struct pg_result;

namespace loomgate::pg {

class Row {
 public:
  Row(const pg_result* result, int row) : result_(result), row_(row) {}

  bool is_null(int column) const;
  std::string_view raw(int column) const;  // the text form; empty for NULL

  // T: bool, int, int64_t, std::string, Timestamp, Bytes, std::vector<std::string>, or std::optional of one of them.
  // NULL for a T that is not optional, a column out of range and a text that T cannot hold throw std::logic_error:
  // the schema and the statement disagree.
  template <typename T>
  T get(int column) const;

 private:
  const pg_result* result_;
  int row_;
};

namespace detail {
void decode(const Row& row, int column, bool& out);
void decode(const Row& row, int column, int& out);
void decode(const Row& row, int column, std::int64_t& out);
void decode(const Row& row, int column, std::string& out);
void decode(const Row& row, int column, Timestamp& out);
void decode(const Row& row, int column, Bytes& out);
void decode(const Row& row, int column, std::vector<std::string>& out);
template <typename T>
void decode(const Row& row, int column, std::optional<T>& out) {
  if (row.is_null(column)) {
    out.reset();
    return;
  }
  decode(row, column, out.emplace());
}
}  // namespace detail

template <typename T>
T Row::get(int column) const {
  T value{};
  detail::decode(*this, column, value);
  return value;
}

// Reads a row's columns from left to right: NodeRow{r.next<std::string>(), r.next<int>(), ...}.
class RowReader {
 public:
  explicit RowReader(Row row) : row_(row) {}
  template <typename T>
  T next() {
    return row_.get<T>(column_++);
  }
  void skip() { ++column_; }

 private:
  Row row_;
  int column_ = 0;
};

class Result {
 public:
  explicit Result(pg_result* owned) : result_(owned, &free_result) {}

  int rows() const;
  bool empty() const { return rows() == 0; }
  std::int64_t affected() const;  // rows written by INSERT, UPDATE or DELETE
  Row operator[](int row) const { return Row(result_.get(), row); }

  class Iterator {
   public:
    Iterator(const Result* result, int row) : result_(result), row_(row) {}
    Row operator*() const { return (*result_)[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const Result* result_;
    int row_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, rows()); }

 private:
  static void free_result(pg_result* result);
  std::shared_ptr<pg_result> result_;
};

}  // namespace loomgate::pg
