// SPDX-License-Identifier: Apache-2.0
// A flat hash table of small structs with a member `std::uint64_t key`: open addressing, linear probing, at most 3/4
// full, never shrinking. One cache line or two per question, no allocation but when it doubles. Not thread safe;
// pointers are good until the next change.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "plugin/base/page_allocator.h"

namespace loomgate {

template <typename Entry>
class KeyedTable {
 public:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};  // no entry may have this key

  KeyedTable() : slots_(kSmallest, free_entry()) {}

  const Entry* find(std::uint64_t key) const {
    const Entry& entry = slots_[slot_of(key)];
    return entry.key == key ? &entry : nullptr;
  }
  Entry* find(std::uint64_t key) { return const_cast<Entry*>(std::as_const(*this).find(key)); }

  // Adds the entry or replaces the one with its key.
  void put(const Entry& entry) {
    std::size_t slot = slot_of(entry.key);
    if (slots_[slot].key == kFree) {
      if ((used_ + 1) * 4 > slots_.size() * 3) {
        rebuild(slots_.size() * 2);
        slot = slot_of(entry.key);
      }
      ++used_;
    }
    slots_[slot] = entry;
  }

  bool erase(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = slot_of(key);
    if (slots_[hole].key == kFree) return false;
    // Close the hole: whoever stands behind it and may stand in it moves forward, so that no search ends too early.
    for (std::size_t next = (hole + 1) & mask; slots_[next].key != kFree; next = (next + 1) & mask) {
      const std::size_t home = home_of(slots_[next].key);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = free_entry();
    --used_;
    return true;
  }

  // Makes room for so many entries at once.
  void reserve(std::size_t entries) {
    const std::size_t wanted = std::bit_ceil(std::max(kSmallest, entries + entries / 3 + 1));
    if (wanted > slots_.size()) rebuild(wanted);
  }

  template <typename Use>
  void for_each(Use&& use) const {
    for (const Entry& entry : slots_) {
      if (entry.key != kFree) use(entry);
    }
  }

  std::size_t size() const { return used_; }
  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Entry); }

 private:
  using Slots = std::vector<Entry, PageAllocator<Entry>>;

  static constexpr std::size_t kSmallest = 64;

  static Entry free_entry() {
    Entry entry{};
    entry.key = kFree;
    return entry;
  }

  std::size_t home_of(std::uint64_t key) const {
    // Multiplicative hashing: the top bits depend on all bits of the key.
    constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
    return (key * kGoldenRatio) >> (64 - std::bit_width(slots_.size() - 1));
  }

  // The slot of the key, or the free slot where it belongs.
  std::size_t slot_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = home_of(key);
    while (slots_[slot].key != key && slots_[slot].key != kFree) slot = (slot + 1) & mask;
    return slot;
  }

  void rebuild(std::size_t slots) {
    const Slots old = std::exchange(slots_, Slots(slots, free_entry()));
    for (const Entry& entry : old) {
      if (entry.key != kFree) slots_[slot_of(entry.key)] = entry;
    }
  }

  Slots slots_;
  std::size_t used_ = 0;
};

}  // namespace loomgate
