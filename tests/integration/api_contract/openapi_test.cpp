// SPDX-License-Identifier: Apache-2.0
// The OpenAPI document of a running daemon: valid, complete, cheap to fetch; and the page that shows it.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/e2e/product_fixture.h"
#include "tests/integration/api_contract/contract.h"

namespace loomgate::contract {
namespace {

using testing::HasSubstr;

class OpenApi : public testing::Test {
 protected:
  void SetUp() override { daemon_.start(); }

  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  harness::LoomgateDaemon daemon_{{.dsn = database_.dsn()}};
  harness::ApiClient client_{"http://127.0.0.1:" + std::to_string(daemon_.port())};
};

TEST_F(OpenApi, IsAValidDocument) {
  const auto answer = client_.get("/api/v1/openapi.json");
  ASSERT_EQ(answer.status, 200);
  const auto file = daemon_.file("openapi.json");
  std::ofstream(file) << answer.body;
  // Debian's own Python has the validator; another one that stands first in PATH need not.
  const auto output = daemon_.file("check.txt");
  harness::ProcessOptions options;
  options.argv = {"/usr/bin/python3", CONTRACT_FOLDER "/check_openapi.py", file};
  options.output = output;
  harness::Process check(options);
  EXPECT_EQ(check.wait(std::chrono::seconds(60)), 0) << check.output();
}

TEST_F(OpenApi, DescribesWhatTheContractDemands) {
  const Contract contract(client_);
  for (const auto& operation : contract.operations()) {
    SCOPED_TRACE(operation.id);
    EXPECT_FALSE(operation.description.find("summary")->string().empty());
    const auto responses = *operation.description.find("responses");
    for (const char* status : {"200", "400", "413", "500", "503"}) EXPECT_TRUE(responses.find(status)) << status;
    const bool is_admin = operation.description.find("security")->dump() == R"([{"session":[]}])";
    if (is_admin) {
      EXPECT_TRUE(responses.find("428"));
      EXPECT_TRUE(responses.find("401"));
    }
    const bool is_validated = operation.body_schema() || !operation.parameters("query").empty();
    if (is_validated) {
      EXPECT_TRUE(responses.find("422"));
    }
  }
  const auto codes = contract.operation("POST", "/api/v1/configs/{config_id}/nodes").description.find("responses")->dump();
  for (const char* code : {"CONFIG_NOT_FOUND", "INVALID_PRIVATE_KEY", "IP_POOL_EXHAUSTED", "VALIDATION_ERROR", "TOKEN_EXPIRED",
                           "PUBLIC_HOST_REJECTED"}) {
    EXPECT_THAT(codes, HasSubstr(code));
  }
}

TEST_F(OpenApi, IsCompressedAndRevalidated) {
  const auto plain = client_.get("/api/v1/openapi.json");
  const auto packed = client_.request("GET", "/api/v1/openapi.json", "", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.header("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size() * 4, plain.body.size());
  ASSERT_TRUE(plain.header("etag"));
  const auto again = client_.request("GET", "/api/v1/openapi.json", "", {{"If-None-Match", *plain.header("etag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(OpenApi, HasAPageThatLoadsNothingFromElsewhere) {
  const auto page = client_.get("/docs");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.header("content-type").value_or(""), HasSubstr("text/html"));
  EXPECT_THAT(page.header("content-security-policy").value_or(""), HasSubstr("default-src 'none'"));
  for (const char* file : {"/docs/reference.css", "/docs/reference.js", "/docs/openapi.json"}) {
    EXPECT_THAT(page.body + client_.get("/docs/reference.js").body, HasSubstr(file));
    EXPECT_EQ(client_.get(file).status, 200) << file;
  }
  EXPECT_EQ(client_.get("/docs/other").body, R"({"detail":"Not Found"})");
}

}  // namespace
}  // namespace loomgate::contract
