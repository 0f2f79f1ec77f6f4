// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL said, classified once. Nothing of this may reach a client: the daemon's error boundary and the
// plugin's log are the last readers.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace loomgate::pg {

enum class ErrorClass {
  kConnectionLost,  // SQLSTATE 08, 53300, 57P, or no answer at all: the connection must be thrown away
  kRetryable,       // 40001, 40P01, 55P03: run the whole transaction again
  kUnique,          // 23505, by constraint name
  kForeignKey,      // 23503, by constraint name
  kCheck,           // other class 23, by constraint name
  kInvalidInput,    // class 22: a value PostgreSQL cannot read
  kOther,           // a bug of ours
};

ErrorClass classify_sqlstate(std::string_view sqlstate);

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(ErrorClass error_class, std::string sqlstate, std::string constraint, const std::string& message)
      : std::runtime_error(message),
        class_(error_class),
        sqlstate_(std::move(sqlstate)),
        constraint_(std::move(constraint)) {}

  ErrorClass error_class() const { return class_; }
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& constraint() const { return constraint_; }

 private:
  ErrorClass class_;
  std::string sqlstate_;
  std::string constraint_;
};

}  // namespace loomgate::pg
