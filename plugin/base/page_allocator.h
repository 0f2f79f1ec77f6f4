// SPDX-License-Identifier: Apache-2.0
// Allocator for large tables inside a foreign process: from 32 kB on, memory comes straight from the kernel and goes back
// when a table grows or ends. The heap would keep it: malloc raises its own threshold when such a block is freed, and
// a storm of logins would stay in the broker's memory for ever.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace loomgate {

template <typename T>
class PageAllocator {
 public:
  using value_type = T;

  PageAllocator() = default;
  template <typename Other>
  PageAllocator(const PageAllocator<Other>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kLarge) return static_cast<T*>(::operator new(bytes));
    void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    return static_cast<T*>(pages);
  }

  void deallocate(T* memory, std::size_t count) noexcept {
    const std::size_t bytes = count * sizeof(T);
    bytes < kLarge ? ::operator delete(memory) : void(::munmap(memory, bytes));
  }

  bool operator==(const PageAllocator&) const = default;

 private:
  static constexpr std::size_t kLarge = 32 * 1024;
};

}  // namespace loomgate
