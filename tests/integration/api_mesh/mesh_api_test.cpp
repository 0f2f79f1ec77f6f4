// SPDX-License-Identifier: Apache-2.0
// Shapes, statuses and codes of http-api 6.2, 6.3, 6.5 and 6.6 as a client sees them.
#include "tests/integration/api_mesh/api_test.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> keys(json::View object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.members()) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

class Api : public ApiTest {
 protected:
  std::string new_config(const std::string& name) {
    return post("/configs", R"({"name":")" + name + R"("})").data("id");
  }
  Answer new_node(const std::string& config, const std::string& body) { return post("/configs/" + config + "/nodes", body); }
  static std::string link_body(const std::string& local, const std::string& peer, const std::string& more = "") {
    return R"({"forward":{"local_node_id":")" + local + R"(","peer_node_id":")" + peer +
           R"(","allowed_ips":"10.66.0.2/32"},"reverse":{"local_node_id":")" + peer + R"(","peer_node_id":")" + local +
           R"(","allowed_ips":"10.66.0.1/32"})" + more + "}";
  }
};

TEST_F(Api, EverythingNeedsTheAdministrator) {
  for (const auto& route : application.router().routes()) {
    EXPECT_EQ(call(route.method, route.path.substr(7), "", "").code(), "AUTH_REQUIRED") << route.method << route.path;
  }
}

TEST_F(Api, AConfigHasEveryFieldOfTheContract) {
  const auto answer = post("/configs", R"({"name":" home ","default_dns":" ","id":"ignored","node_count":7})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.at({"success"}), "true");
  EXPECT_THAT(keys(*answer.body.view().find("data")),
              ElementsAre("auto_sync", "awg_h1", "awg_h2", "awg_h3", "awg_h4", "awg_options", "awg_s1", "awg_s2",
                          "awg_s3", "awg_s4", "awg_version", "created_at", "default_dns", "default_listen_port",
                          "default_mtu", "description", "disabled_node_count", "dynamic_node_count", "enabled", "id",
                          "name", "node_count", "offline_node_count", "online_node_count", "topology_error_count",
                          "topology_invalid", "tunnel_protocol", "updated_at", "virtual_subnet"));
  EXPECT_EQ(answer.data("name"), "home");
  EXPECT_EQ(answer.data("default_dns"), "null");
  EXPECT_EQ(answer.data("awg_options"), "{}");
  EXPECT_EQ(answer.data("awg_s1"), "null");
  EXPECT_EQ(answer.data("node_count"), "0");
  EXPECT_EQ(answer.data("created_at").size(), std::string("2026-04-23T12:00:00.123456Z").size());
  EXPECT_EQ(get("/configs").list().size(), 1u);
}

TEST_F(Api, ConfigInputIsChecked) {
  const auto id = new_config("taken");
  EXPECT_EQ(refusal("POST", "/configs", R"({"name":"taken"})"), "CONFIG_NAME_EXISTS 409");
  EXPECT_EQ(refusal("POST", "/configs", R"({"name":"a b"})"), "INVALID_CONFIG_NAME 400");
  EXPECT_EQ(refusal("POST", "/configs", R"({"name":"x","tunnel_protocol":"ipsec"})"), "INVALID_TUNNEL_PROTOCOL 400");
  EXPECT_EQ(refusal("POST", "/configs", R"({"name":"x","tunnel_protocol":"amneziawg"})"),
            "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refusal("POST", "/configs", R"({"name":"x","awg_version":"2.0"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refusal("PUT", "/configs/" + id, R"({"enabled":false})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("PUT", "/configs/cfg_000000000000", R"({"name":"x"})"), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refusal("GET", "/configs/cfg_000000000000"), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refusal("DELETE", "/configs/%27%3B--"), "CONFIG_NOT_FOUND 404");
  for (const char* body :
       {"", "{", "[]", R"({})", R"({"name":""})", R"({"name":"   "})", R"({"name":7})", R"({"name":null})",
        R"({"name":"abcdefghijklmnopqrstuvwxyz0123456"})", R"({"name":"x","virtual_subnet":"10.0.0.0/99"})",
        R"({"name":"x","virtual_subnet":""})", R"({"name":"x","default_listen_port":0})",
        R"({"name":"x","default_listen_port":65536})", R"({"name":"x","default_mtu":575})",
        R"({"name":"x","enabled":"yes"})", R"({"name":"x","default_dns":"1.1.1.1\nPostUp = evil"})"}) {
    EXPECT_EQ(refusal("POST", "/configs", body), "VALIDATION_ERROR 422") << body;
  }
}

TEST_F(Api, PutOfTheWholeConfigIsFine) {
  const auto id = new_config("home");
  const auto whole = json::Json::copy_of(*get("/configs/" + id).body.view().find("data")).dump();
  const auto answer = put("/configs/" + id, whole);
  EXPECT_EQ(answer.status, 200) << answer.body.dump();
  EXPECT_EQ(answer.data("adjustments"), "[]");
  EXPECT_EQ(answer.data("change_hints"), "[]");
  EXPECT_EQ(answer.data("affected_node_ids"), "[]");
  EXPECT_EQ(call("DELETE", "/configs/" + id).data("message"), "Config deleted");
}

TEST_F(Api, ANodeHasEveryFieldOfTheContract) {
  const auto config = new_config("home");
  const auto answer = new_node(config, R"({"name":"a","tags":[" x ","","x"],"pre_up":"not a list"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(keys(*answer.body.view().find("data")),
              ElementsAre("auto_sync", "awg_i1", "awg_i2", "awg_i3", "awg_i4", "awg_i5", "awg_jc", "awg_jmax",
                          "awg_jmin", "awg_options", "config_id", "created_at", "dns", "enabled", "id", "ipv4_address",
                          "ipv6_address", "listen_port", "managed_hooks", "mtu", "name", "node_type", "post_down",
                          "post_up", "pre_down", "pre_up", "private_key", "public_key", "tags", "updated_at",
                          "virtual_ip"));
  EXPECT_EQ(answer.data("tags"), R"(["x"])");
  EXPECT_EQ(answer.data("pre_up"), "[]");
  EXPECT_EQ(answer.data("managed_hooks"), R"({"pre_up":[],"post_up":[],"pre_down":[],"post_down":[]})");
  EXPECT_EQ(answer.data("awg_jc"), "null");
  EXPECT_EQ(answer.data("awg_options"), "{}");

  const auto whole = json::Json::copy_of(*get("/nodes/" + answer.data("id")).body.view().find("data")).dump();
  const auto update = put("/nodes/" + answer.data("id"), whole);
  EXPECT_EQ(update.status, 200) << update.body.dump();
  EXPECT_EQ(update.data("affected_node_ids"), R"([")" + answer.data("id") + R"("])");
  EXPECT_EQ(update.data("change_hints"), "[]");
}

TEST_F(Api, NodeInputIsChecked) {
  const auto config = new_config("home");
  const auto node = new_node(config, R"({"name":"a"})");
  const auto nodes_path = "/configs/" + config + "/nodes";
  EXPECT_EQ(refusal("POST", "/configs/cfg_000000000000/nodes", R"({"name":"b"})"), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refusal("POST", nodes_path, R"({"name":"b","virtual_ip":")" + node.data("virtual_ip") + R"("})"),
            "INVALID_VIRTUAL_IP 400");
  EXPECT_EQ(refusal("POST", nodes_path, R"({"name":"b","private_key":"AAAA"})"), "INVALID_PRIVATE_KEY 400");
  EXPECT_EQ(refusal("PUT", "/nodes/" + node.data("id"), R"({"name":"a","virtual_ip":null})"), "INVALID_VIRTUAL_IP 400");
  EXPECT_EQ(refusal("PUT", "/nodes/node_000000000000", R"({"name":"a"})"), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refusal("GET", "/nodes/x"), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refusal("DELETE", "/nodes/x"), "NODE_NOT_FOUND 404");
  for (const char* body :
       {R"({})", R"({"name":"two\nlines"})", R"({"name":"b","node_type":"magic"})", R"({"name":"b","listen_port":70000})",
        R"({"name":"b","mtu":10})", R"({"name":"b","dns":"1.1.1.1\r\nPostUp = evil"})",
        R"({"name":"b","ipv4_address":"host\u0000"})", R"({"name":"b","post_up":["ok","bad\nPostUp = evil"]})",
        R"({"name":"b","ipv4_address":5})", R"({"name":"b","tags":[5]})"}) {
    EXPECT_EQ(refusal("POST", nodes_path, body), "VALIDATION_ERROR 422") << body;
    EXPECT_EQ(refusal("PUT", "/nodes/" + node.data("id"), body), "VALIDATION_ERROR 422") << body;
  }
  EXPECT_EQ(call("DELETE", "/nodes/" + node.data("id")).data("message"), "Node deleted");
}

TEST_F(Api, KeysAndAddressesAreHandedOut) {
  const auto config = new_config("home");
  const auto base = "/configs/" + config + "/nodes";
  EXPECT_EQ(post(base + "/suggest-ip").data("ip"), "10.66.0.1/32");
  new_node(config, R"({"name":"edge"})");
  EXPECT_EQ(post(base + "/validate-ip", R"({"virtual_ip":"10.66.0.7"})").at({"data"}), R"({"valid":true,"warning":""})");
  const auto taken = post(base + "/validate-ip", R"({"virtual_ip":"10.66.0.1"})");
  EXPECT_EQ(taken.data("valid"), "false");
  EXPECT_THAT(taken.data("warning"), HasSubstr("edge"));
  EXPECT_EQ(refusal("POST", base + "/validate-ip", R"({"virtual_ip":" "})"), "VALIDATION_ERROR 422");

  const auto pair = post("/nodes/keys/generate");
  EXPECT_EQ(pair.data("private_key").size(), 44u);
  const auto derived = post("/nodes/keys/derive-public", R"({"private_key":")" + pair.data("private_key") + R"("})");
  EXPECT_EQ(derived.data("public_key"), pair.data("public_key"));
  EXPECT_EQ(derived.data("private_key"), pair.data("private_key"));
  EXPECT_EQ(refusal("POST", "/nodes/keys/derive-public", R"({"private_key":"junk"})"), "INVALID_PRIVATE_KEY 400");
  EXPECT_EQ(post("/peer-links/psk/generate").data("preshared_key").size(), 44u);
}

TEST_F(Api, LinksAreMadeChangedAndDeleted) {
  const auto config = new_config("home");
  const auto a = new_node(config, R"({"name":"a","ipv4_address":"192.0.2.1"})").data("id");
  const auto b = new_node(config, R"({"name":"b"})").data("id");
  const auto links_path = "/configs/" + config + "/peer-links";
  const auto made = post(links_path, link_body(a, b, R"(,"preshared_key":"cHNrLXBzay1wc2stcHNrLXBzay1wc2stcHNrLXBzay0=","notes":" n ")"));
  ASSERT_EQ(made.status, 200) << made.body.dump();
  const auto directions = made.list();
  ASSERT_EQ(directions.size(), 2u);
  EXPECT_THAT(keys(directions[0]),
              ElementsAre("allowed_ips", "config_id", "created_at", "direction", "enabled", "endpoint_manual_host",
                          "endpoint_manual_port", "endpoint_mode", "endpoint_port_mode", "endpoint_ref_family", "id",
                          "link_group_id", "local_node_id", "notes", "peer_node_id", "persistent_keepalive",
                          "preshared_key", "updated_at"));
  const std::string group(directions[0].find("link_group_id")->string());

  EXPECT_EQ(put("/peer-links/" + group, link_body(b, a)).list()[0].find("preshared_key")->string(),
            "cHNrLXBzay1wc2stcHNrLXBzay1wc2stcHNrLXBzay0=");
  EXPECT_EQ(put("/peer-links/" + group, link_body(b, a, R"(,"preshared_key":"")")).list()[0].find("preshared_key")->dump(),
            "null");
  EXPECT_EQ(get(links_path).list().size(), 2u);
  EXPECT_EQ(post("/configs/" + config + "/mesh/validate").at({"data"}),
            R"({"valid":true,"errors":[],"warnings":[],"messages":["Topology check passed."]})");

  EXPECT_EQ(refusal("PUT", "/peer-links/group_000000000000", link_body(a, b)), "PEER_LINK_NOT_FOUND 404");
  EXPECT_EQ(refusal("PUT", "/peer-links/" + group, link_body(a, a)), "INVALID_PEER_LINK 400");
  EXPECT_EQ(refusal("POST", links_path, link_body(a, "node_000000000000")), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refusal("POST", links_path, R"({"forward":{}})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", links_path, link_body(a, b, R"(,"preshared_key":"x\ny")")), "VALIDATION_ERROR 422");
  EXPECT_EQ(call("DELETE", "/peer-links/" + group).data("message"), "Peer link group deleted");
  EXPECT_EQ(refusal("DELETE", "/peer-links/" + group), "PEER_LINK_NOT_FOUND 404");
}

TEST_F(Api, DraftQuestionsAreChecked) {
  const auto config = new_config("home");
  const auto a = new_node(config, R"({"name":"a"})").data("id");
  const auto b = new_node(config, R"({"name":"b"})").data("id");
  const auto path = "/configs/" + config + "/nodes/" + a + "/peer-link-draft";
  const auto draft = get(path + "?peer_node_id=" + b + "&endpoint_ref_family=ipv6");
  EXPECT_EQ(draft.at({"data", "forward", "endpoint_manual_host"}), "");
  EXPECT_EQ(draft.at({"data", "endpoint_ref_family"}), "ipv6");
  EXPECT_EQ(draft.at({"data", "peer_node", "id"}), b);
  EXPECT_EQ(refusal("GET", path), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("GET", path + "?peer_node_id=" + b + "&endpoint_ref_family=ipx"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("GET", path + "?peer_node_id=" + a), "INVALID_PEER_LINK 400");
}

TEST_F(Api, StagingIsSeenAndSteered) {
  const auto config = new_config("home");
  const auto a = new_node(config, R"({"name":"a b"})").data("id");
  const auto base = "/configs/" + config + "/nodes/" + a;
  const auto status = get(base + "/sync-status");
  EXPECT_THAT(keys(*status.body.view().find("data")),
              ElementsAre("auto_sync", "confirmed_sha256", "confirmed_version", "desired_sha256", "desired_version",
                          "node_id", "node_name", "node_type", "reported_local_sha256", "reported_local_version",
                          "runtime_status", "staged_sha256", "staged_version", "status", "topology_messages",
                          "topology_valid"));
  EXPECT_EQ(status.data("status"), "in_sync");
  EXPECT_EQ(get("/configs/" + config + "/sync-status").list().size(), 1u);
  const auto preview = get(base + "/wg-preview");
  EXPECT_EQ(preview.data("sha256"), status.data("staged_sha256"));
  const auto conf = get(base + "/applied-conf");
  EXPECT_EQ(conf.data("content"), preview.data("content"));
  EXPECT_EQ(conf.data("source"), "server_applied");
  EXPECT_EQ(conf.data("exists"), "true");
  const auto package = get(base + "/download-package");
  EXPECT_EQ(package.data("filename"), "home-au0020b.conf");
  EXPECT_EQ(package.data("download_path"), "/api/v1" + base + "/download-conf");
  EXPECT_EQ(put(base + "/applied-conf", R"({"content":"by hand\n"})").data("staged_version"), "2");
  EXPECT_EQ(refusal("PUT", base + "/applied-conf", R"({})"), "VALIDATION_ERROR 422");
  const auto synced = post(base + "/sync");
  EXPECT_EQ(synced.data("message"), "Node config synced");
  EXPECT_EQ(synced.data("staged_version"), "3");
  EXPECT_EQ(synced.at({"data", "sync_status", "status"}), "in_sync");
  EXPECT_EQ(post("/configs/" + config + "/sync-all").data("synced_count"), "1");
  EXPECT_EQ(refusal("GET", "/configs/" + config + "/nodes/node_000000000000/wg-preview"), "NODE_NOT_FOUND 404");
}

TEST_F(Api, ValidationNamesTheFieldAndNeverTheValue) {
  const auto config = new_config("home");
  const auto answer = new_node(config, R"({"name":"a","private_key":["secret-value"],"listen_port":"x"})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body.dump(), testing::Not(HasSubstr("secret-value")));
  EXPECT_THAT(answer.at({"error", "detail"}), HasSubstr(R"("loc":["body","private_key"])"));
}

}  // namespace
}  // namespace loomgate::test
