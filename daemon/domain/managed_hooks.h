// SPDX-License-Identifier: Apache-2.0
// Commands that Loomgate adds behind a node's own commands of the same hook (spec domain 7.2). They are never stored: they
// follow from the port forward rules.
#pragma once

#include <string>
#include <vector>

namespace loomgate::domain {

struct ManagedHook {
  std::string source;     // port_forward
  std::string source_id;  // rule id
  std::string command;    // one line
  std::string label;      // for people
};

struct ManagedHooks {
  std::vector<ManagedHook> pre_up, post_up, pre_down, post_down;
};

}  // namespace loomgate::domain
