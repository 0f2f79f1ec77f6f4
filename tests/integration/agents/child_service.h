// SPDX-License-Identifier: Apache-2.0
// An AgentsService in a process of its own, so that a test can kill -9 it: this test program, started again.
#pragma once

#include <memory>
#include <string>

#include "daemon/agents/settings.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::test {

class ChildService {
 public:
  // Starts; does not wait for anything.
  ChildService(const std::string& dsn, int broker_port, const std::string& instance);
  void kill9();
  std::string output() const { return process_->output(); }

 private:
  harness::TempDir directory_;
  std::unique_ptr<harness::Process> process_;
};

}  // namespace loomgate::test
