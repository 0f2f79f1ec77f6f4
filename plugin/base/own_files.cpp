// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/own_files.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace loomgate {
namespace {

bool close_files(unsigned first, unsigned last) {
  return first > last || ::close_range(first, last, 0) == 0;
}

}  // namespace

bool use_own_files(std::vector<int> keep) {
#ifdef __SANITIZE_THREAD__
  return false;  // it takes equal numbers in two tables for one file and reports races between them
#endif
  // Tried on a file that nobody has: a copy of the table that cannot be emptied would hold the broker's files open.
  if (!close_files(UINT_MAX, UINT_MAX) || ::unshare(CLONE_FILES) != 0) return false;
  std::sort(keep.begin(), keep.end());
  unsigned next = 3;
  for (const int file : keep) {
    close_files(next, static_cast<unsigned>(file) - 1);
    next = static_cast<unsigned>(file) + 1;
  }
  close_files(next, UINT_MAX);
  return true;
}

}  // namespace loomgate
