// SPDX-License-Identifier: Apache-2.0
// A file table of a thread's own. While threads share one table the kernel counts a reference up and down for every
// read, write and epoll call of each of them, which costs a broker 0.6 us per message: more than all of a plugin's
// checks. So every thread of ours leaves the broker's table when it starts.
#pragma once

#include <vector>

namespace loomgate {

// The calling thread keeps files 0 to 2 and `keep`; from now on no file that others open or close concerns it, nor the
// other way round. So whoever opens a file closes it. False when the kernel cannot do it (before Linux 5.9): the thread
// goes on with the shared table; and always false under ThreadSanitizer, which knows one table only.
bool use_own_files(std::vector<int> keep);

}  // namespace loomgate
