// SPDX-License-Identifier: Apache-2.0
// Preloaded into a broker that runs under a sanitizer. When the sanitizer's runtime is preloaded, glibc 2.36 enters
// main() with the lock of its translations unlocked once too often, and the first bindtextdomain() of a thread (libpq
// calls it on connect) waits for ever. Messages in tests need no translation.
extern "C" {

char* bindtextdomain(const char*, const char* directory) {
  return const_cast<char*>(directory);
}

char* bind_textdomain_codeset(const char*, const char* codeset) {
  return const_cast<char*>(codeset);
}
}
