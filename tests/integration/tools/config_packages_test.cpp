// SPDX-License-Identifier: Apache-2.0
// Bulk downloads (spec http-api 6.9, downloads 5).
#include "tests/integration/api_agents/agents_fixture.h"
#include "tests/integration/tools/zip_listing.h"

namespace loomgate::harness {
namespace {

using testing::MatchesRegex;
using testing::StartsWith;

constexpr const char* kBulk = "/api/v1/tools/download/config-bulk";

class ConfigPackages : public AgentsTest {
 protected:
  ApiAnswer pack(const std::vector<std::string>& nodes, const std::string& config = "") {
    return api_->post(std::string(kBulk) + "/package",
                      fmt::format(R"({{"config_id":"{}","node_ids":{}}})", config.empty() ? config_ : config,
                                  json::Json(nodes).dump()));
  }
  std::string pack_code(const std::vector<std::string>& nodes) { return error_of(pack(nodes)); }
  std::string staged_text(const std::string& node) {
    return api_->get(path("applied-conf", node)).text("data.content");
  }
};

TEST_F(ConfigPackages, HoldTheStagedTextsAndAManifest) {
  start();
  const auto twin = make_node("alpha", "10.66.0.7");
  const auto made = pack({other_, twin, node_, other_});
  ASSERT_EQ(made.status, 200) << made.body;
  const auto id = made.text("data.package_id");
  EXPECT_THAT(id, MatchesRegex("bulk_[0-9a-f]{12}"));
  EXPECT_THAT(made.text("data.filename"), MatchesRegex("wg-configs-mesh-20[0-9]{6}-[0-9]{6}\\.zip"));
  EXPECT_EQ(made.text("data.download_path"), std::string(kBulk) + "/package/" + id);
  EXPECT_EQ(made.text("data.config_name"), "mesh");
  EXPECT_EQ(made.integer("data.node_count"), 3);

  const auto file = api_->get(made.text("data.download_path"));
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.header("content-type"), "application/zip");
  EXPECT_THAT(*file.header("content-disposition"), StartsWith("attachment; filename=\"" + id + ".zip\""));
  EXPECT_EQ(file.header("cache-control"), "no-store");
  const auto zip = list_zip(file.body);
  EXPECT_EQ(zip.view().find("names")->dump(), R"(["mesh-beta.conf","mesh-alpha.conf","mesh-alpha-2.conf","manifest.json"])");
  EXPECT_EQ(zip.view().find("modes")->dump(), R"(["600","600","600","600"])");
  const auto texts = *zip.view().find("texts");
  EXPECT_EQ(texts.find("mesh-beta.conf")->string(), staged_text(other_));
  EXPECT_EQ(texts.find("mesh-alpha.conf")->string(), staged_text(twin));
  EXPECT_EQ(texts.find("mesh-alpha-2.conf")->string(), staged_text(node_));
  const auto manifest = json::parse(texts.find("manifest.json")->string()).value;
  EXPECT_EQ(manifest->view().find("config_id")->string(), config_);
  const auto first = manifest->view().find("nodes")->items().front();
  EXPECT_EQ(first.find("node_id")->string(), other_);
  EXPECT_EQ(first.find("filename")->string(), "mesh-beta.conf");
  EXPECT_EQ(first.find("staged_version")->integer(), 1);
  EXPECT_EQ(first.find("staged_sha256")->string(), api_->get(path("sync-status", other_)).text("data.staged_sha256"));
}

TEST_F(ConfigPackages, OneAtATimeForAnHourAndSealed) {
  start();
  const auto first = pack({node_}).text("data.download_path");
  const auto made = pack({other_});
  const auto second = made.text("data.download_path");
  EXPECT_EQ(error_of(api_->get(first)), "404 CONFIG_BULK_PACKAGE_NOT_FOUND");
  EXPECT_EQ(api_->get(second).status, 200);
  EXPECT_EQ(api_->get(std::string(kBulk) + "/" + made.text("data.package_id")).status, 200) << "the older path";
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.config_packages"), "1");
  EXPECT_EQ(sql("SELECT position('PK'::bytea IN content_sealed) = 1 FROM loomgate.config_packages"), "f");
  sql("UPDATE loomgate.config_packages SET created_at = now() - interval '61 minutes'");
  EXPECT_EQ(error_of(api_->get(second)), "404 CONFIG_BULK_PACKAGE_NOT_FOUND");
  EXPECT_EQ(error_of(api_->get(std::string(kBulk) + "/package/..%2f..%2fmaster.key")), "404 CONFIG_BULK_PACKAGE_NOT_FOUND");
}

TEST_F(ConfigPackages, SurviveTheDaemonThatMadeThem) {
  start();
  const auto made = pack({node_}).text("data.download_path");
  daemon_.restart();
  auto client = daemon_.client();
  client.set_bearer(api_->bearer());
  EXPECT_EQ(client.get(made).status, 200);
}

TEST_F(ConfigPackages, ChecksComeInTheContractsOrder) {
  start();
  const auto manual = make_node("manual", "10.66.0.20", R"(,"auto_sync":false)");
  const auto off = make_node("off", "10.66.0.21", R"(,"enabled":false)");
  const auto elsewhere = api_->post("/api/v1/configs", R"({"name":"elsewhere"})").text("data.id");
  const auto foreign = api_->post("/api/v1/configs/" + elsewhere + "/nodes", R"({"name":"x"})").text("data.id");
  EXPECT_EQ(error_of(pack({node_}, "cfg_000000000000")), "404 CONFIG_NOT_FOUND");
  EXPECT_EQ(pack_code({}), "400 CONFIG_BULK_EMPTY_SELECTION");
  EXPECT_EQ(pack_code({node_, "node_000000000000", foreign}), "404 NODE_NOT_FOUND");
  EXPECT_EQ(pack_code({manual, foreign, off}), "400 NODE_CONFIG_MISMATCH");
  EXPECT_EQ(pack_code({manual, off, foreign}), "409 NODE_DISABLED");
  const auto not_ready = pack({node_, manual});
  EXPECT_EQ(error_of(not_ready), "409 CONFIG_BULK_NODE_NOT_READY");
  EXPECT_EQ(json::Json::copy_of(*not_ready.at("error.detail")).dump(),
            fmt::format(R"({{"nodes":[{{"node_id":"{}","node_name":"manual"}}]}})", manual));
  EXPECT_EQ(error_of(api_->post(std::string(kBulk) + "/package", "{}")), "422 VALIDATION_ERROR");
  EXPECT_EQ(error_of(api_->post(std::string(kBulk) + "/package", R"({"config_id":"x","node_ids":[5]})")),
            "422 VALIDATION_ERROR");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.config_packages"), "0");
}

TEST_F(ConfigPackages, OptionsSayWhatIsReady) {
  start();
  make_node("manual", "10.66.0.20", R"(,"auto_sync":false,"node_type":"static")");
  make_node("off", "10.66.0.21", R"(,"enabled":false)");
  const auto all = api_->get(std::string(kBulk) + "/options");
  EXPECT_EQ(json::Json::copy_of(*all.at("data")).dump(),
            fmt::format(R"({{"configs":[{{"id":"{}","name":"mesh","enabled":true,"node_count":4,"dynamic_node_count":2,)"
                        R"("disabled_node_count":1}}],"nodes":[]}})",
                        config_));
  const auto one = api_->get(std::string(kBulk) + "/options?config_id=" + config_);
  ASSERT_EQ(one.at("data.nodes")->items().size(), 3U) << one.body;
  EXPECT_EQ(one.text("data.nodes.0.id"), node_);
  EXPECT_TRUE(one.boolean("data.nodes.0.can_download"));
  EXPECT_EQ(one.text("data.nodes.0.sync_status"), "in_sync");
  EXPECT_EQ(one.integer("data.nodes.0.staged_version"), 1);
  EXPECT_FALSE(one.boolean("data.nodes.2.can_download"));
  EXPECT_EQ(one.text("data.nodes.2.node_type"), "static");
  EXPECT_EQ(one.text("data.nodes.2.sync_status"), "pending");
  EXPECT_EQ(error_of(api_->get(std::string(kBulk) + "/options?config_id=cfg_000000000000")), "404 CONFIG_NOT_FOUND");
}

TEST_F(ConfigPackages, NeedASessionOrAToken) {
  start();
  const auto made = pack({node_}).text("data.download_path");
  auto stranger = daemon_.client();
  EXPECT_EQ(error_of(stranger.get(made)), "401 DOWNLOAD_TOKEN_REQUIRED");
  stranger.set_bearer("no session");
  EXPECT_EQ(error_of(stranger.get(made)), "401 DOWNLOAD_TOKEN_REQUIRED") << "a bad bearer is as good as none";
  const auto conf_token = api_->post(path("download-token")).text("data.access_token");
  EXPECT_EQ(error_of(stranger.get(made + "?download_token=" + conf_token)), "401 INVALID_DOWNLOAD_TOKEN");
  EXPECT_EQ(error_of(stranger.get(std::string(kBulk) + "/options")), "401 INVALID_TOKEN");
}

}  // namespace
}  // namespace loomgate::harness
