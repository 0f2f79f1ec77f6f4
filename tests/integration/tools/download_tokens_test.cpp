// SPDX-License-Identifier: Apache-2.0
// The link to one node's config text (spec http-api 2.2, 6.6; auth 6; downloads 4).
#include <chrono>

#include "daemon/crypto/sealer.h"
#include "daemon/crypto/tokens.h"
#include "tests/integration/api_agents/agents_fixture.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class DownloadTokens : public AgentsTest {
 protected:
  ApiAnswer mint(const std::string& node = "") { return api_->post(path("download-token", node)); }
  // Without any session.
  ApiAnswer fetch(const std::string& token, const std::string& node = "") {
    return daemon_.client().get(path("download-conf", node) + (token.empty() ? "" : "?download_token=" + token));
  }
  // A token of ours with other claims: the signature cannot be made outside, so the secret is opened as the daemon does.
  std::string forge(const std::string& claims) {
    const crypto::Sealer sealer(crypto::load_or_create_master_key_file(daemon_.file("data/master.key").string()));
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script("SELECT sealed_value FROM loomgate.settings WHERE key = 'auth_token_secret'");
    const auto secret = sealer.open({"settings", "sealed_value", "auth_token_secret"}, rows[0].get<pg::Bytes>(0));
    return crypto::sign_token(*json::parse(claims).value, secret);
  }
  static std::int64_t in_seconds(int seconds) {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count() +
           seconds;
  }
  std::string claims(int expires_in, const std::string& kind = "download",
                     const std::string& permission = "config.node.download", const std::string& resource = "") {
    const auto bound = resource.empty() ? fmt::format(R"({{"config_id":"{}","node_id":"{}"}})", config_, node_) : resource;
    return fmt::format(R"({{"sub":"admin","exp":{},"jti":"x","kind":"{}","permissions":["{}"],"resource":{}}})",
                       in_seconds(expires_in), kind, permission, bound);
  }
};

TEST_F(DownloadTokens, OpenExactlyOneNodesText) {
  start();
  const auto minted = mint();
  ASSERT_EQ(minted.status, 200) << minted.body;
  EXPECT_EQ(minted.text("data.token_type"), "download");
  EXPECT_EQ(minted.text("data.filename"), "mesh-alpha.conf");
  const auto token = minted.text("data.access_token");
  EXPECT_EQ(minted.text("data.download_path"), path("download-conf") + "?download_token=" + token);
  EXPECT_THAT(minted.text("data.expires_at"), testing::MatchesRegex("20..-.*Z"));

  const auto conf = daemon_.client().get(minted.text("data.download_path"));
  EXPECT_EQ(conf.status, 200);
  EXPECT_EQ(conf.body, api_->get(path("applied-conf")).text("data.content"));
  EXPECT_EQ(conf.header("content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(*conf.header("content-disposition"), StartsWith(R"(attachment; filename="mesh-alpha.conf")"));
  EXPECT_EQ(conf.header("cache-control"), "no-store");
  EXPECT_EQ(conf.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(fetch(token).status, 200) << "a token may be used again";

  EXPECT_EQ(error_of(fetch(token, other_)), "403 DOWNLOAD_TOKEN_SCOPE_MISMATCH");
  const auto elsewhere = api_->post("/api/v1/configs", R"({"name":"elsewhere"})").text("data.id");
  EXPECT_EQ(error_of(daemon_.client().get("/api/v1/configs/" + elsewhere + "/nodes/" + node_ +
                                          "/download-conf?download_token=" + token)),
            "403 DOWNLOAD_TOKEN_SCOPE_MISMATCH");
  EXPECT_EQ(daemon_.log().find(token), std::string::npos) << "tokens stay out of logs";
}

TEST_F(DownloadTokens, ChecksComeInTheContractsOrder) {
  start();
  EXPECT_EQ(error_of(fetch("")), "401 DOWNLOAD_TOKEN_REQUIRED");
  EXPECT_EQ(error_of(api_->get(path("download-conf"))), "401 DOWNLOAD_TOKEN_REQUIRED") << "a session does not count here";
  const auto good = mint().text("data.access_token");
  for (const auto& bad : {std::string("x"), std::string("a.b.c"), good + "x", good + ".d", good.substr(1)}) {
    EXPECT_EQ(error_of(fetch(bad)), "401 INVALID_TOKEN") << bad;
  }
  EXPECT_EQ(fetch(forge(claims(60))).status, 200) << "what the tokens below differ from";
  EXPECT_EQ(error_of(fetch(forge(claims(0)))), "401 TOKEN_EXPIRED") << "it is valid while now < exp";
  EXPECT_EQ(error_of(fetch(forge(claims(-60, "session")))), "401 TOKEN_EXPIRED") << "before anything it says";
  EXPECT_EQ(error_of(fetch(api_->bearer())), "401 INVALID_DOWNLOAD_TOKEN") << "a session is no download token";
  EXPECT_EQ(error_of(fetch(forge(claims(60, "session")))), "401 INVALID_DOWNLOAD_TOKEN");
  EXPECT_EQ(error_of(fetch(forge(claims(60, "download", "file.download")))), "401 INVALID_DOWNLOAD_TOKEN");
  EXPECT_EQ(error_of(fetch(forge(claims(60, "download", "*")))), "401 INVALID_DOWNLOAD_TOKEN");
  EXPECT_EQ(error_of(fetch(forge(claims(60, "download", "config.node.download", "[]")))), "401 INVALID_DOWNLOAD_TOKEN");
  EXPECT_EQ(error_of(fetch(forge(claims(60, "download", "config.node.download", R"({"kind":"x"})")))),
            "403 DOWNLOAD_TOKEN_SCOPE_MISMATCH");
  EXPECT_EQ(error_of(daemon_.client().get(path("download-conf", "node_000000000000") + "?download_token=" + good)),
            "403 DOWNLOAD_TOKEN_SCOPE_MISMATCH")
      << "the token is looked at before the node";

  auto other = daemon_.client();
  other.set_bearer(good);
  EXPECT_EQ(error_of(other.get("/api/v1/configs")), "401 INVALID_TOKEN") << "a download token is no session";
}

TEST_F(DownloadTokens, EndWithThePassword) {
  start();
  const auto token = mint().text("data.access_token");
  const auto changed = api_->post("/api/v1/auth/password",
                                  R"({"current_password":"correct horse battery","new_password":"another horse"})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(error_of(fetch(token)), "401 INVALID_TOKEN");
}

TEST_F(DownloadTokens, NeedAnEnabledNodeWithAStagedText) {
  start();
  EXPECT_EQ(error_of(daemon_.client().post(path("download-token"))), "401 AUTH_REQUIRED");
  EXPECT_EQ(error_of(mint("node_000000000000")), "404 NODE_NOT_FOUND");
  const auto elsewhere = api_->post("/api/v1/configs", R"({"name":"elsewhere"})").text("data.id");
  EXPECT_EQ(error_of(api_->post("/api/v1/configs/" + elsewhere + "/nodes/" + node_ + "/download-token")),
            "400 NODE_CONFIG_MISMATCH");
  EXPECT_EQ(error_of(api_->post("/api/v1/configs/cfg_000000000000/nodes/" + node_ + "/download-token")),
            "404 CONFIG_NOT_FOUND");
  const auto token = mint().text("data.access_token");
  const auto manual = make_node("manual", "10.66.0.9", R"(,"auto_sync":false)");
  EXPECT_EQ(error_of(mint(manual)), "409 NO_STAGED_CONFIG");
  api_->put("/api/v1/nodes/" + node_, R"({"name":"alpha","enabled":false})");
  EXPECT_EQ(error_of(mint()), "409 NODE_DISABLED");
  EXPECT_EQ(error_of(fetch(token)), "409 NODE_DISABLED");
  api_->del("/api/v1/nodes/" + node_);
  EXPECT_EQ(error_of(fetch(token)), "404 NODE_NOT_FOUND");
}

}  // namespace
}  // namespace loomgate::harness
