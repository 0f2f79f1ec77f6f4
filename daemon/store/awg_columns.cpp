// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/awg_columns.h"

#include <stdexcept>

#include "daemon/domain/awg_version.h"

namespace loomgate::store {
namespace {

// Most rows belong to WireGuard and have no options.
domain::AwgOptions options_of(const std::string& column) {
  if (column == "{}") return {};
  const auto parsed = json::parse(column);
  if (!parsed.value) throw std::logic_error("a stored object of options is no JSON");
  return domain::awg_options_from_json(parsed.value->view());
}

std::string column_of(const domain::AwgOptions& options) { return domain::awg_options_to_json(options).dump(); }

struct StoredOptions {
  std::string open;
  std::optional<crypto::Bytes> sealed_key;
};

StoredOptions to_store(const crypto::Sealer& sealer, std::string_view config_id, const domain::AwgShared& awg) {
  const auto* key = domain::text_option(awg.options, domain::kHeaderProtectionKey);
  if (key == nullptr) {
    const bool is_off = awg.options.contains(domain::kHeaderProtectionKey);
    return {column_of(awg.options), is_off ? std::nullopt : awg.sealed_header_key};
  }
  auto open = awg.options;
  open.erase(domain::kHeaderProtectionKey);
  return {column_of(open), sealer.seal(header_key_place(config_id), *key)};
}

}  // namespace

crypto::SealedPlace header_key_place(std::string_view config_id) {
  return {"configs", "awg_header_key_sealed", config_id};
}

domain::AwgShared read_shared_awg(pg::RowReader& reader) {
  domain::AwgShared awg;
  awg.version = reader.next<std::optional<std::string>>();
  awg.options = options_of(reader.next<std::string>());
  awg.sealed_header_key = reader.next<std::optional<pg::Bytes>>();
  for (auto* size : {&awg.s1, &awg.s2, &awg.s3, &awg.s4}) *size = reader.next<std::optional<int>>();
  for (auto* header : {&awg.h1, &awg.h2, &awg.h3, &awg.h4}) *header = reader.next<std::optional<std::string>>();
  return awg;
}

domain::AwgNode read_node_awg(pg::RowReader& reader) {
  domain::AwgNode awg;
  for (auto* junk : {&awg.jc, &awg.jmin, &awg.jmax}) *junk = reader.next<std::optional<int>>();
  for (auto* packet : {&awg.i1, &awg.i2, &awg.i3, &awg.i4, &awg.i5}) *packet = reader.next<std::optional<std::string>>();
  awg.options = options_of(reader.next<std::string>());
  return awg;
}

void add_shared_awg(pg::Params& params, const crypto::Sealer& sealer, std::string_view config_id,
                    const domain::AwgShared& awg) {
  const auto stored = to_store(sealer, config_id, awg);
  params.add(awg.version).add(stored.open).add(stored.sealed_key);
  for (const auto* size : {&awg.s1, &awg.s2, &awg.s3, &awg.s4}) params.add(*size);
  for (const auto* header : {&awg.h1, &awg.h2, &awg.h3, &awg.h4}) params.add(*header);
}

void add_node_awg(pg::Params& params, const domain::AwgNode& awg) {
  for (const auto* junk : {&awg.jc, &awg.jmin, &awg.jmax}) params.add(*junk);
  for (const auto* packet : {&awg.i1, &awg.i2, &awg.i3, &awg.i4, &awg.i5}) params.add(*packet);
  params.add(column_of(awg.options));
}

}  // namespace loomgate::store
