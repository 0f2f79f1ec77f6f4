// SPDX-License-Identifier: Apache-2.0
// Letters from any thread to one reader. Nobody ever locks or waits: a writer links its letter with one
// compare-and-swap (tried again only when another writer was faster), the reader takes all letters with one exchange.
// While the box is empty the reader pays one relaxed load, which is what the broker's thread does at the start of every
// callback.
#pragma once

#include <atomic>
#include <utility>
#include <vector>

namespace loomgate {

template <typename T>
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { take(); }

  // Any thread.
  void post(T letter) {
    auto* node = new Node{std::move(letter), newest_.load(std::memory_order_relaxed)};
    while (!newest_.compare_exchange_weak(node->older, node, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }

  // Any thread; a hint for writers.
  bool empty() const { return newest_.load(std::memory_order_relaxed) == nullptr; }

  // The reader's thread only. In the order of posting, per writer.
  std::vector<T> take() {
    Node* newest = newest_.exchange(nullptr, std::memory_order_acquire);
    Node* oldest = nullptr;
    while (newest != nullptr) oldest = std::exchange(newest, std::exchange(newest->older, oldest));
    std::vector<T> letters;
    while (oldest != nullptr) {
      letters.push_back(std::move(oldest->letter));
      delete std::exchange(oldest, oldest->older);
    }
    return letters;
  }

 private:
  struct Node {
    T letter;
    Node* older;  // turned around by take(), so that it leads from old to new
  };
  std::atomic<Node*> newest_{nullptr};
};

}  // namespace loomgate
