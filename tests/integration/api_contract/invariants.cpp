// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/api_contract/invariants.h"

#include "plugin/base/digest.h"

namespace loomgate::contract {
namespace {

struct Rule {
  const char* what;
  const char* sql;  // one row of one text for each breach
};

constexpr Rule kRules[] = {
    {"a version fell, or a text changed without a new version", "SELECT what FROM version_breaches"},
    {"a node lacks a row of its own",
     "SELECT n.id FROM nodes n LEFT JOIN node_config_state s ON s.node_id = n.id LEFT JOIN node_clients c ON c.node_id = n.id "
     "LEFT JOIN node_runtime r ON r.node_id = n.id WHERE s.node_id IS NULL OR c.node_id IS NULL OR r.node_id IS NULL"},
    {"a link group has not two directions that mirror each other",
     "SELECT g.id FROM link_groups g LEFT JOIN peer_links l ON l.link_group_id = g.id GROUP BY g.id "
     "HAVING count(l.id) <> 2 OR NOT bool_and((l.local_node_id, l.peer_node_id) = CASE l.direction WHEN 'forward' "
     "THEN (g.forward_node_id, g.reverse_node_id) ELSE (g.reverse_node_id, g.forward_node_id) END)"},
    {"a layer refers to a text that is not stored",
     "SELECT s.node_id FROM node_config_state s, unnest(ARRAY[s.desired_sha256, s.staged_sha256]) AS h (sha) "
     "WHERE h.sha <> '' AND NOT EXISTS (SELECT FROM node_texts t WHERE t.node_id = s.node_id AND t.sha256 = h.sha)"},
    {"a text is stored that nothing refers to",
     "SELECT t.node_id || ' ' || t.sha256 FROM node_texts t JOIN node_config_state s ON s.node_id = t.node_id "
     "WHERE t.sha256 NOT IN (s.desired_sha256, s.staged_sha256, s.confirmed_sha256) AND NOT EXISTS "
     "(SELECT FROM commands c WHERE c.node_id = t.node_id AND c.pushed_sha256 = t.sha256)"},
    {"a node carries a tag that its config does not know",
     "SELECT n.id FROM nodes n, unnest(n.tags) AS t (name) WHERE NOT EXISTS "
     "(SELECT FROM config_tags c WHERE c.config_id = n.config_id AND c.name = t.name)"},
    {"the shown sync state is not that of the layers",
     "SELECT n.id FROM nodes n JOIN node_config_state s ON s.node_id = n.id JOIN node_runtime r ON r.node_id = n.id "
     "WHERE r.config_sync_state <> CASE WHEN NOT n.enabled THEN 'unknown' "
     "WHEN s.desired_sha256 <> '' AND s.desired_sha256 = s.staged_sha256 THEN 'in_sync' ELSE 'pending' END"},
    {"a node has two open pushes", "SELECT node_id FROM commands WHERE status = 'pending' AND action = 'push_config' "
                                   "GROUP BY node_id HAVING count(*) > 1"},
};

constexpr const char* kWatch = R"(
    CREATE TABLE version_breaches (what text NOT NULL);
    CREATE FUNCTION note_breach() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.desired_version < OLD.desired_version OR NEW.staged_version < OLD.staged_version
         OR (NEW.desired_sha256 <> OLD.desired_sha256 AND NEW.desired_version = OLD.desired_version)
         OR (NEW.staged_sha256 <> OLD.staged_sha256 AND NEW.staged_version = OLD.staged_version) THEN
        INSERT INTO version_breaches VALUES (format('%s -> %s', OLD, NEW));
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_breach AFTER UPDATE ON node_config_state FOR EACH ROW EXECUTE FUNCTION note_breach();
)";

void check_node(harness::ApiClient& client, const std::string& base, json::View status, std::vector<std::string>& broken) {
  const auto text = [&](const char* key) { return std::string(status.find(key)->string()); };
  const std::string path = base + "/nodes/" + text("node_id");
  const auto preview = client.get(path + "/wg-preview");
  const auto content = preview.text("data.content");
  if (preview.status != 200) {
    broken.push_back("no preview of " + path + ": " + preview.body);
  } else if (sha256_hex(content) != preview.text("data.sha256")) {
    broken.push_back("the hash of a preview is not that of its text: " + path);
  } else if (text("desired_sha256") != preview.text("data.sha256")) {
    broken.push_back("the desired text is not what would be rendered now: " + path + "\n" + content);
  }
  const auto applied = client.get(path + "/applied-conf");
  const auto staged = applied.text("data.content");
  const std::string hash = staged.empty() ? "" : sha256_hex(staged);
  if (applied.status != 200 || hash != text("staged_sha256")) broken.push_back("the staged hash is not that of the staged text: " + path);
}

}  // namespace

void watch_versions(pg::Connection& connection) {
  connection.exec_script(kWatch);
}

std::vector<std::string> broken_invariants(pg::Connection& connection, harness::ApiClient& client) {
  std::vector<std::string> broken;
  for (const auto& rule : kRules) {
    const auto rows = connection.exec_script(rule.sql);
    for (const auto row : rows) broken.push_back(std::string(rule.what) + ": " + row.get<std::string>(0));
  }
  const auto configs = client.get("/api/v1/configs");
  for (const auto& config : configs.at("data")->items()) {
    const std::string base = "/api/v1/configs/" + std::string(config.find("id")->string());
    const auto statuses = client.get(base + "/sync-status");
    for (const auto& status : statuses.at("data")->items()) check_node(client, base, status, broken);
  }
  const auto ready = client.get("/readyz");
  if (ready.status != 200) broken.push_back("not ready: " + ready.body);
  return broken;
}

}  // namespace loomgate::contract
