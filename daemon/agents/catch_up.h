// SPDX-License-Identifier: Apache-2.0
// Devices that came back and will be offered what they missed, a few seconds later, spread at random so that a broker
// restart does not push to everybody at once (spec mqtt 9.6). Only a memory: a crash loses it and the sweep repairs
// that. Thread safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "plugin/base/guarded.h"

namespace loomgate::agents {

class CatchUp {
 public:
  using Time = std::chrono::steady_clock::time_point;

  CatchUp(std::chrono::milliseconds least, std::chrono::milliseconds most) : least_(least), most_(most) {}

  // A node that waits already keeps its time.
  void add(const std::vector<std::string>& node_ids, Time now) {
    state_.with([&](State& state) {
      std::uniform_int_distribution<std::int64_t> wait(least_.count(), most_.count());
      for (const auto& node_id : node_ids)
        state.due.try_emplace(node_id, now + std::chrono::milliseconds(wait(state.random)));
    });
  }
  // Those whose time has come; they are forgotten.
  std::vector<std::string> take(Time now) {
    return state_.with([&](State& state) {
      std::vector<std::string> taken;
      std::erase_if(state.due, [&](const auto& entry) {
        if (entry.second > now) return false;
        taken.push_back(entry.first);
        return true;
      });
      return taken;
    });
  }
  // When the next one is due.
  std::optional<Time> next() const {
    return state_.with([](const State& state) {
      std::optional<Time> first;
      for (const auto& [node_id, time] : state.due) first = first ? std::min(*first, time) : time;
      return first;
    });
  }

 private:
  struct State {
    std::map<std::string, Time> due;
    std::mt19937_64 random{std::random_device{}()};
  };
  std::chrono::milliseconds least_, most_;
  Guarded<State> state_;
};

}  // namespace loomgate::agents
