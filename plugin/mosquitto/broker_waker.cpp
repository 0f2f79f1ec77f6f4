// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/broker_waker.h"

#include <signal.h>

#include <stdexcept>
#include <string>

namespace loomgate::plugin {
namespace {

void do_nothing(int) {}

// SIG_IGN is what an earlier instance of this class leaves behind.
bool is_unused(int number) {
  struct sigaction current {};
  if (::sigaction(number, nullptr, &current) != 0) return false;
  return (current.sa_flags & SA_SIGINFO) == 0 && (current.sa_handler == SIG_DFL || current.sa_handler == SIG_IGN);
}

int choose(const WakeSignal& signal) {
  switch (signal.choice) {
    case WakeSignal::Choice::kOff:
      return 0;
    case WakeSignal::Choice::kNumber:
      if (is_unused(signal.number)) return signal.number;
      throw std::runtime_error("option 'wake_signal': signal " + std::to_string(signal.number) + " is in use already");
    case WakeSignal::Choice::kAutomatic:
      break;
  }
  for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) {
    if (is_unused(number)) return number;
  }
  return 0;  // the tick, every 100 ms, has to do
}

}  // namespace

BrokerWaker::BrokerWaker(WakeSignal signal) : broker_thread_(::pthread_self()), number_(choose(signal)) {
  if (number_ == 0) return;
  struct sigaction action {};
  action.sa_handler = do_nothing;
  sigemptyset(&action.sa_mask);
  if (::sigaction(number_, &action, nullptr) != 0) number_ = 0;
}

BrokerWaker::~BrokerWaker() {
  if (number_ != 0) ::signal(number_, SIG_IGN);
}

void BrokerWaker::wake() const {
  if (number_ != 0) ::pthread_kill(broker_thread_, number_);
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace loomgate::plugin
