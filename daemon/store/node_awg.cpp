// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/node_awg.h"

#include <array>

#include "daemon/domain/awg_params.h"

namespace loomgate::store {
namespace {

const pg::Statement kWriteNodeAwg{
    "write_node_awg", pg::Access::kWrite,
    "UPDATE nodes n SET awg_jc = t.jc, awg_jmin = t.jmin, awg_jmax = t.jmax, awg_i1 = t.i1, awg_i2 = t.i2, "
    "awg_i3 = t.i3, awg_i4 = t.i4, awg_i5 = t.i5, awg_options = t.options, updated_at = now() "
    "FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], "
    "$9::text[], $10::jsonb[]) AS t (id, jc, jmin, jmax, i1, i2, i3, i4, i5, options) WHERE n.id = t.id"};

const pg::Statement kClearNodeAwg{
    "clear_node_awg", pg::Access::kWrite,
    "UPDATE nodes SET awg_jc = NULL, awg_jmin = NULL, awg_jmax = NULL, awg_i1 = NULL, awg_i2 = NULL, awg_i3 = NULL, "
    "awg_i4 = NULL, awg_i5 = NULL, awg_options = '{}', updated_at = now() WHERE config_id = $1 "
    "AND (num_nonnulls(awg_jc, awg_jmin, awg_jmax, awg_i1, awg_i2, awg_i3, awg_i4, awg_i5) > 0 OR awg_options <> '{}')"};

template <typename Column, typename Fields>
void add_columns(pg::Params& params, const Fields& fields, const std::vector<domain::Node>& nodes) {
  for (const auto& field : fields) {
    std::vector<std::optional<Column>> column;
    column.reserve(nodes.size());
    for (const auto& node : nodes) column.push_back(node.awg.*field.member);
    params.add(column);
  }
}

}  // namespace

void write_node_awg(pg::Transaction& transaction, const std::vector<domain::Node>& nodes) {
  if (nodes.empty()) return;
  std::vector<std::string> ids, options;
  for (const auto& node : nodes) {
    ids.push_back(node.id);
    options.push_back(domain::awg_options_to_json(node.awg.options).dump());
  }
  auto params = pg::params(ids);
  add_columns<std::int64_t>(params, domain::kAwgJFields, nodes);
  add_columns<std::string>(params, domain::kAwgIFields, nodes);
  params.add(options);
  transaction.exec(kWriteNodeAwg, params);
}

void clear_node_awg(pg::Transaction& transaction, std::string_view config_id) {
  transaction.exec(kClearNodeAwg, pg::params(config_id));
}

}  // namespace loomgate::store
