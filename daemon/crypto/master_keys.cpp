// SPDX-License-Identifier: Apache-2.0
// The master key file: read, or made once with mode 0600.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "daemon/crypto/openssl.h"
#include "daemon/crypto/sealer.h"
#include "daemon/crypto/tokens.h"
#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kMostFileBytes = 64 * 1024;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Removes the draft of a new file, whatever becomes of it.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {}
  ~Draft() { ::unlink(path_.c_str()); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " master key file " + path + ": " + std::strerror(errno));
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

std::uint32_t parse_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  require(error == std::errc() && end == text.data() + text.size(), "a master key line must read id:base64");
  return id;
}

MasterKey parse_line(std::string_view line) {
  MasterKey key;
  if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    key.id = parse_id(line.substr(0, colon));
    line.remove_prefix(colon + 1);
  }
  auto bytes = from_base64(line);
  require(bytes && bytes->size() == kKeySize, "a master key must be base64 of 32 bytes");
  const Wipe wipe(*bytes);
  key.bytes.assign(bytes->begin(), bytes->end());
  return key;
}

void write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The file appears complete or not at all: another daemon that starts at the same time must not read half a key.
void create_file(const std::string& path) {
  const Draft draft(path + '.' + std::to_string(::getpid()) + ".new");
  {
    const File file(::open(draft.path(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) fail("cannot create", path);
    std::string random(kKeySize, '\0');
    const Wipe wipe_random(random);
    random_bytes({reinterpret_cast<std::uint8_t*>(random.data()), random.size()});
    std::string line = "1:" + base64(random) + '\n';
    const Wipe wipe_line(line);
    write_all(file.get(), line, path);
    if (::fsync(file.get()) != 0) fail("cannot write", path);
  }
  if (::link(draft.path(), path.c_str()) != 0 && errno != EEXIST) fail("cannot create", path);
}

std::string read_all(int descriptor, const std::string& path) {
  std::string text(kMostFileBytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot read", path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  require(size < text.size(), "the master key file is too long");
  text.resize(size);
  return text;
}

void check_mode(int descriptor, const std::string& path) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) fail("cannot inspect", path);
  if (!S_ISREG(facts.st_mode)) throw std::runtime_error("master key file " + path + " is not a regular file");
  if ((facts.st_mode & 077) != 0) {
    throw std::runtime_error("master key file " + path + " is open to other users; chmod it to 0600");
  }
}

}  // namespace

std::vector<MasterKey> parse_master_keys(std::string_view text) {
  std::vector<MasterKey> keys;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    MasterKey key = parse_line(line);
    const bool is_known =
        std::any_of(keys.begin(), keys.end(), [&](const MasterKey& other) { return other.id == key.id; });
    require(!is_known, "two master keys share an id");
    keys.push_back(std::move(key));
  }
  require(!keys.empty(), "no master key given");
  return keys;
}

std::vector<MasterKey> load_or_create_master_key_file(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) create_file(path);
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail("cannot open", path);
  check_mode(file.get(), path);
  std::string text = read_all(file.get(), path);
  const Wipe wipe(text);
  try {
    return parse_master_keys(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error("master key file " + path + ": " + error.what());
  }
}

}  // namespace loomgate::crypto
