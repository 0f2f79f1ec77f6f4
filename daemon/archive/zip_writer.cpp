// SPDX-License-Identifier: Apache-2.0
#include "daemon/archive/zip_writer.h"

#include <sys/stat.h>
#include <zip.h>

#include <memory>
#include <stdexcept>

namespace loomgate::archive {
namespace {

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Source = std::unique_ptr<zip_source_t, Discard>;

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("cannot write a ZIP file: ") + what);
}

void require(bool succeeded, zip_t* archive) {
  if (!succeeded) fail(zip_strerror(archive));
}

// libzip reads the content when the archive is closed, so it must live that long.
void add(zip_t* archive, const ZipEntry& entry, Timestamp at) {
  Source source(zip_source_buffer(archive, entry.content.data(), entry.content.size(), 0));
  require(source != nullptr, archive);
  const auto index = zip_file_add(archive, entry.name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  require(index >= 0, archive);
  source.release();  // the archive owns it now
  const auto place = static_cast<zip_uint64_t>(index);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
  require(zip_file_set_mtime(archive, place, static_cast<time_t>(seconds), 0) == 0, archive);
  const auto attributes = static_cast<zip_uint32_t>(S_IFREG | entry.mode) << 16;
  require(zip_file_set_external_attributes(archive, place, 0, ZIP_OPSYS_UNIX, attributes) == 0, archive);
}

std::string content_of(zip_source_t* source) {
  zip_stat_t facts;
  if (zip_source_stat(source, &facts) != 0 || zip_source_open(source) != 0) fail("it cannot be read back");
  std::string content(static_cast<std::size_t>(facts.size), '\0');
  const auto got = zip_source_read(source, content.data(), content.size());
  zip_source_close(source);
  if (got < 0 || static_cast<std::size_t>(got) != content.size()) fail("it cannot be read back");
  return content;
}

}  // namespace

std::string write_zip(const std::vector<ZipEntry>& entries, Timestamp at) {
  zip_error_t error;
  zip_error_init(&error);
  const Source buffer(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!buffer) fail("no memory");
  zip_source_keep(buffer.get());  // one reference for us, one that the archive takes
  Archive archive(zip_open_from_source(buffer.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) {
    zip_source_free(buffer.get());
    fail(zip_error_strerror(&error));
  }
  for (const auto& entry : entries) add(archive.get(), entry, at);
  require(zip_close(archive.get()) == 0, archive.get());
  archive.release();
  return content_of(buffer.get());
}

}  // namespace loomgate::archive
