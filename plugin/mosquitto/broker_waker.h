// SPDX-License-Identifier: Apache-2.0
// Interrupts the broker's epoll_wait from another thread, so that a revocation acts in well under the 100 ms an idle
// broker sleeps: a real-time signal to the broker's thread, with a handler that does nothing and no SA_RESTART. A
// signal that arrives between two sleeps has no effect, so callers repeat it until their work was taken.
#pragma once

#include <pthread.h>

#include "plugin/mosquitto/options.h"

namespace loomgate::plugin {

class BrokerWaker {
 public:
  // On the broker's thread. `kAutomatic` takes the first real-time signal that nobody handles; a chosen signal that
  // somebody handles already throws std::runtime_error.
  explicit BrokerWaker(WakeSignal signal);
  // Ignores the signal from now on: one may still be on its way, and its default would end the broker.
  ~BrokerWaker();
  BrokerWaker(const BrokerWaker&) = delete;
  BrokerWaker& operator=(const BrokerWaker&) = delete;

  // Any thread.
  void wake() const;
  int signal_number() const { return number_; }  // 0: off

 private:
  const pthread_t broker_thread_;
  int number_ = 0;
};

// Blocks every signal for the calling thread while it lives; threads made meanwhile inherit that, so that SIGHUP,
// SIGTERM and the wake signal always find the broker's thread.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace loomgate::plugin
