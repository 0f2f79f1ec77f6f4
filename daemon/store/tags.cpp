// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/tags.h"

#include "daemon/store/nodes_statements.h"

namespace loomgate::store {
namespace {

const pg::Statement kTagsOfConfig{
    "tags_of_config", pg::Access::kRead,
    "SELECT name, coalesce(used.count, 0) FROM (SELECT name FROM config_tags WHERE config_id = $1) AS registry "
    "FULL JOIN (SELECT tag AS name, count(*)::int AS count FROM nodes n, unnest(n.tags) AS tag "
    "WHERE n.config_id = $1 GROUP BY tag) AS used USING (name) ORDER BY name COLLATE \"C\""};

const pg::Statement kCountTag{"count_tag", pg::Access::kRead,
                              "SELECT count(*)::int FROM nodes WHERE config_id = $1 AND tags @> ARRAY[$2::text]"};

const pg::Statement kAddTag{
    "add_tag", pg::Access::kWrite,
    "UPDATE nodes SET tags = ARRAY(SELECT tag FROM unnest(tags || $2::text) AS tag ORDER BY tag COLLATE \"C\"), "
    "updated_at = now() WHERE id = ANY($1::text[]) AND NOT tags @> ARRAY[$2::text]"};

const pg::Statement kSetTags{"set_tags", pg::Access::kWrite,
                             "UPDATE nodes SET tags = $2::text[], updated_at = now() "
                             "WHERE id = $1 AND tags IS DISTINCT FROM $2::text[]"};

const pg::Statement kRemoveTag{"remove_tag", pg::Access::kWrite,
                               "UPDATE nodes SET tags = array_remove(tags, $2::text), updated_at = now() "
                               "WHERE id = $1 AND tags @> ARRAY[$2::text]"};

const pg::Statement kDeleteTag{
    "delete_tag", pg::Access::kWrite,
    "WITH registry AS (DELETE FROM config_tags WHERE config_id = $1 AND name = $2), "
    "changed AS (UPDATE nodes SET tags = array_remove(tags, $2::text), updated_at = now() "
    "WHERE config_id = $1 AND tags @> ARRAY[$2::text] RETURNING id, created_at, seq) "
    "SELECT id FROM changed ORDER BY created_at, seq"};

const pg::Statement kIdsOutside{
    "ids_outside", pg::Access::kRead,
    "SELECT given.id FROM unnest($2::text[]) WITH ORDINALITY AS given (id, nr) "
    "WHERE NOT EXISTS (SELECT FROM nodes n WHERE n.id = given.id AND n.config_id = $1) ORDER BY given.nr"};

std::vector<std::string> first_column(const pg::Result& rows) {
  std::vector<std::string> ids;
  for (const auto row : rows) ids.push_back(row.get<std::string>(0));
  return ids;
}

}  // namespace

std::vector<TagCount> tags_of_config(pg::Connection& connection, std::string_view config_id) {
  std::vector<TagCount> tags;
  const auto rows = connection.exec(kTagsOfConfig, pg::params(config_id));
  for (const auto row : rows) tags.push_back({row.get<std::string>(0), row.get<int>(1)});
  return tags;
}

int count_tag(pg::Connection& connection, std::string_view config_id, std::string_view tag) {
  return connection.exec(kCountTag, pg::params(config_id, tag))[0].get<int>(0);
}

void register_tags(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& tags) {
  if (!tags.empty()) transaction.exec(kRegisterTags, pg::params(config_id, tags));
}

void add_tag(pg::Transaction& transaction, const std::vector<std::string>& node_ids, std::string_view tag) {
  transaction.exec(kAddTag, pg::params(node_ids, tag));
}

void set_tags(pg::Transaction& transaction, std::string_view node_id, const std::vector<std::string>& tags) {
  transaction.exec(kSetTags, pg::params(node_id, tags));
}

void remove_tag(pg::Transaction& transaction, std::string_view node_id, std::string_view tag) {
  transaction.exec(kRemoveTag, pg::params(node_id, tag));
}

std::vector<std::string> delete_tag(pg::Transaction& transaction, std::string_view config_id, std::string_view tag) {
  return first_column(transaction.exec(kDeleteTag, pg::params(config_id, tag)));
}

std::vector<std::string> ids_outside(pg::Connection& connection, std::string_view config_id,
                                     const std::vector<std::string>& node_ids) {
  return first_column(connection.exec(kIdsOutside, pg::params(config_id, node_ids)));
}

}  // namespace loomgate::store
