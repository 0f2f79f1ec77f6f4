// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/bootstrap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "daemon/crypto/tokens.h"
#include "daemon/store/accounts.h"
#include "daemon/store/settings.h"
#include "plugin/base/digest.h"

namespace loomgate::services {
namespace {

constexpr const char* kKey = "bootstrap_code_sha256";
constexpr std::size_t kCodeBytes = 15;  // 20 characters

bool equal(std::string_view left, std::string_view right) {
  const auto bytes = [](std::string_view text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  return equal_constant_time(bytes(left), bytes(right));
}

std::string read_code(const std::string& file) {
  std::string code;
  std::ifstream(file) >> code;
  return code;
}

void write_code(const std::string& file, const std::string& code) {
  std::error_code ignored;
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  ::unlink(file.c_str());
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  const auto line = code + "\n";
  const bool written =
      descriptor >= 0 && ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::runtime_error("the bootstrap code cannot be written to " + file);
}

}  // namespace

BootstrapCode::BootstrapCode(pg::Pool& pool, std::string file) : pool_(pool), file_(std::move(file)) {}

std::string BootstrapCode::ensure() {
  return pool_.transact([this](pg::Transaction& transaction) -> std::string {
    if (store::read_admin(transaction.connection()).usable) return "";
    auto code = read_code(file_);
    if (!code.empty() && matches(transaction.connection(), code)) return code;
    code = crypto::random_token(kCodeBytes);
    write_code(file_, code);
    store::put_setting(transaction, kKey, sha256_hex(code));
    return code;
  });
}

bool BootstrapCode::matches(pg::Connection& connection, std::string_view code) const {
  const auto stored = store::find_setting(connection, kKey);
  return stored && !code.empty() && equal(*stored, sha256_hex(code));
}

void BootstrapCode::forget(pg::Transaction& transaction) const {
  store::delete_setting(transaction, kKey);
}

void BootstrapCode::remove_file() const {
  ::unlink(file_.c_str());
}

}  // namespace loomgate::services
