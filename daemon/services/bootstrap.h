// SPDX-License-Identifier: Apache-2.0
// The code that lets somebody set the first password from another machine (spec auth 9). Made at the first start, shown
// in the log, written to a file with mode 0600; the database keeps its SHA-256 only. Gone after set-up.
#pragma once

#include <string>
#include <string_view>

#include "sql/pg/pool.h"

namespace loomgate::services {

class BootstrapCode {
 public:
  BootstrapCode(pg::Pool& pool, std::string file);

  // While no password is set: keeps the code of an earlier start when its file is still there, else makes a new one.
  // Returns the code, or an empty text when set-up is over. Throws std::runtime_error when the file cannot be written.
  std::string ensure();
  // Constant time.
  bool matches(pg::Connection& connection, std::string_view code) const;
  // Part of the set-up's transaction; the file is removed afterwards by remove_file().
  void forget(pg::Transaction& transaction) const;
  void remove_file() const;

  const std::string& file() const { return file_; }

 private:
  pg::Pool& pool_;
  const std::string file_;
};

}  // namespace loomgate::services
