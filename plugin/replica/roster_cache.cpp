// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/roster_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace loomgate::replica {
namespace {

using access::DaemonGrant;
using access::DeviceGrant;
using access::Roster;
using Bytes = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 8> kMagic{'L', 'G', 'A', 'C', 'C', 'E', 'S', '1'};
constexpr std::size_t kTrailer = sizeof(Sha256);
constexpr std::uint64_t kIdLimit = std::uint64_t{1} << 48;
// Far above any real roster: 16 million devices.
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

template <typename Integer>
void put_integer(Bytes& out, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

template <typename Range>
void put_bytes(Bytes& out, const Range& range) {
  out.insert(out.end(), range.begin(), range.end());
}

// Reads from left to right; past the end it throws, which decode_roster() turns into a refusal.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  template <typename Integer>
  Integer integer() {
    Integer value = 0;
    const auto bytes = take(sizeof(Integer));
    for (std::size_t i = sizeof(Integer); i-- > 0;) value = static_cast<Integer>(value << 8 | bytes[i]);
    return value;
  }
  template <std::size_t size>
  void copy(std::array<std::uint8_t, size>& out) {
    const auto bytes = take(size);
    std::copy(bytes.begin(), bytes.end(), out.begin());
  }
  std::string text(std::size_t length) {
    const auto bytes = take(length);
    return {bytes.begin(), bytes.end()};
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > rest_.size()) throw std::length_error("it ends too early");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::span<const std::uint8_t> rest_;
};

Roster read_rows(Reader& reader) {
  Roster roster;
  const auto devices = reader.integer<std::uint32_t>();
  const auto daemons = reader.integer<std::uint32_t>();
  roster.devices.reserve(std::min<std::size_t>(devices, reader.left() / 64));
  for (std::uint32_t i = 0; i < devices; ++i) {
    DeviceGrant& grant = roster.devices.emplace_back();
    grant.node = reader.integer<std::uint64_t>();
    grant.config = reader.integer<std::uint64_t>();
    reader.copy(grant.salt);
    reader.copy(grant.hash);
    if (grant.node >= kIdLimit || grant.config >= kIdLimit) throw std::length_error("a row has an impossible id");
  }
  for (std::uint32_t i = 0; i < daemons; ++i) {
    DaemonGrant& grant = roster.daemons.emplace_back();
    grant.username = reader.text(reader.integer<std::uint8_t>());
    reader.copy(grant.salt);
    reader.copy(grant.hash);
    if (!access::is_daemon_name(grant.username)) throw std::length_error("a row has an impossible name");
  }
  if (reader.left() != 0) throw std::length_error("it has a tail");
  roster.normalize();
  return roster;
}

Bytes read_all(int fd, std::size_t size) {
  Bytes bytes(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::read(fd, bytes.data() + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw_errno("read");
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

void write_all(int fd, const Bytes& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_errno("write");
    done += static_cast<std::size_t>(put);
  }
}

// Empty when the file may be trusted.
std::string distrust(const struct stat& about) {
  if (!S_ISREG(about.st_mode)) return "it is not a regular file";
  if (about.st_uid != ::geteuid() && about.st_uid != 0) return "it belongs to another user";
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others may write it";
  if (static_cast<std::size_t>(about.st_size) > kLargestFile) return "it is too large";
  return {};
}

}  // namespace

std::vector<std::uint8_t> encode_roster(const Roster& roster) {
  Bytes out;
  out.reserve(kMagic.size() + 8 + 64 * roster.devices.size() + 100 * roster.daemons.size() + kTrailer);
  put_bytes(out, kMagic);
  put_integer(out, static_cast<std::uint32_t>(roster.devices.size()));
  put_integer(out, static_cast<std::uint32_t>(roster.daemons.size()));
  for (const DeviceGrant& grant : roster.devices) {
    put_integer(out, grant.node);
    put_integer(out, grant.config);
    put_bytes(out, grant.salt);
    put_bytes(out, grant.hash);
  }
  for (const DaemonGrant& grant : roster.daemons) {
    out.push_back(static_cast<std::uint8_t>(grant.username.size()));
    put_bytes(out, grant.username);
    put_bytes(out, grant.salt);
    put_bytes(out, grant.hash);
  }
  put_bytes(out, sha256(out));
  return out;
}

std::variant<Roster, CacheRefused> decode_roster(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kMagic.size() + kTrailer || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    return CacheRefused{"it is not a cache of this version"};
  }
  const auto content = bytes.first(bytes.size() - kTrailer);
  if (!equal_constant_time(sha256(content), bytes.last(kTrailer))) return CacheRefused{"its checksum is wrong"};
  try {
    Reader reader(content.subspan(kMagic.size()));
    return read_rows(reader);
  } catch (const std::length_error& error) {
    return CacheRefused{error.what()};
  }
}

std::variant<CachedRoster, CacheMissing, CacheRefused> load_cache(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.open()) {
    if (errno == ENOENT) return CacheMissing{};
    return CacheRefused{std::generic_category().message(errno)};
  }
  struct stat about {};
  if (::fstat(file.fd(), &about) != 0) return CacheRefused{std::generic_category().message(errno)};
  if (std::string reason = distrust(about); !reason.empty()) return CacheRefused{std::move(reason)};
  try {
    auto decoded = decode_roster(read_all(file.fd(), static_cast<std::size_t>(about.st_size)));
    if (auto* refused = std::get_if<CacheRefused>(&decoded)) return std::move(*refused);
    const std::chrono::seconds age(std::max<std::int64_t>(0, ::time(nullptr) - about.st_mtime));
    return CachedRoster{std::get<Roster>(std::move(decoded)), age};
  } catch (const std::system_error& error) {
    return CacheRefused{error.what()};
  }
}

void save_cache(const std::string& path, const Roster& roster) {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  {
    const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.open()) throw_errno("open");
    write_all(file.fd(), encode_roster(roster));
    if (::fsync(file.fd()) != 0) throw_errno("fsync");
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("rename");
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const File directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.open()) ::fsync(directory.fd());
}

void touch_cache(const std::string& path) {
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

}  // namespace loomgate::replica
