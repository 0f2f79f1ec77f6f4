// SPDX-License-Identifier: Apache-2.0
// What a client sees over a real socket: envelopes, 404 and 405, validation, authentication first, faults.
#include <gtest/gtest.h>

#include "daemon/json/json.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/http/site.h"

namespace loomgate::http {
namespace {

class AnswersTest : public testing::Test {
 protected:
  Answer ask(const std::string& request) {
    const auto answer = fetch(site.port(), request);
    EXPECT_TRUE(answer) << request;
    return answer.value_or(Answer{});
  }
  static std::string code_of(const Answer& answer) {
    const auto parsed = json::parse(answer.body).value;
    return parsed ? std::string(parsed->view().find("error")->find("code")->string()) : "no JSON: " + answer.body;
  }
  Site site;
};

TEST_F(AnswersTest, SuccessIsEnvelopedAndCarriesARequestId) {
  const Answer answer = ask(get("/api/v1/hello"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"success":true,"data":"hello"})");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(answer.headers.at("x-request-id").size(), 32U);
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
}

TEST_F(AnswersTest, AWellFormedRequestIdIsEchoedAnotherIsNot) {
  EXPECT_EQ(ask(get("/api/v1/hello", "X-Request-Id: trace-0001.a_b\r\n")).headers.at("x-request-id"), "trace-0001.a_b");
  EXPECT_EQ(ask(get("/api/v1/hello", "X-Request-Id: a b{}\r\n")).headers.at("x-request-id").size(), 32U);
}

TEST_F(AnswersTest, UnknownPathsAndMethodsHaveNoEnvelope) {
  const Answer unknown = ask(get("/api/v1/nothing"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"detail":"Not Found"})");
  EXPECT_TRUE(unknown.headers.contains("x-request-id"));
  const Answer wrong = ask("PUT /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body, R"({"detail":"Method Not Allowed"})");
  EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(ask(get("/api/v1/hello/")).status, 404);
}

TEST_F(AnswersTest, HeadAndOptionsAreAnswered) {
  const auto head = fetch(site.port(), "HEAD /api/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.at("content-length"), "31");
  const Answer options = ask("OPTIONS /api/v1/echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(options.status, 200);
  EXPECT_EQ(options.headers.at("allow"), "GET, HEAD, OPTIONS, POST");
}

TEST_F(AnswersTest, BodiesAndQueriesAreValidatedTheSameWay) {
  EXPECT_EQ(ask(post("/api/v1/echo", R"({"text":" hi ","times":"3","more":1})")).body,
            R"({"success":true,"data":{"text":"hi","times":3}})");
  EXPECT_EQ(ask(get("/api/v1/echo?text=a+b%20c&times=1&times=2")).body,
            R"({"success":true,"data":{"text":"a b c","times":2}})");
  const Answer wrong = ask(get("/api/v1/echo?times=0"));
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(
      wrong.body,
      R"({"success":false,"error":{"code":"VALIDATION_ERROR","message":"text is required","detail":{"errors":[)"
      R"({"type":"missing","loc":["query","text"],"msg":"Field required"},)"
      R"({"type":"greater_than_equal","loc":["query","times"],"msg":"Input should be greater than or equal to 1","ctx":{"ge":1}}]}}})");
}

TEST_F(AnswersTest, MalformedAndMissingBodiesAre422) {
  const Answer malformed = ask(post("/api/v1/echo", "{\"text\":\"a\\u0000\"}"));
  EXPECT_EQ(malformed.status, 422);
  EXPECT_EQ(
      malformed.body,
      R"({"success":false,"error":{"code":"VALIDATION_ERROR","message":"JSON decode error","detail":{"errors":[)"
      R"({"type":"json_invalid","loc":["body"],"msg":"JSON decode error","ctx":{"error":"Escaped NUL is not supported"}}]}}})");
  const Answer missing = ask(post("/api/v1/echo", ""));
  EXPECT_EQ(missing.status, 422);
  EXPECT_NE(missing.body.find(R"({"type":"missing","loc":["body"],"msg":"Field required"})"), std::string::npos);
}

TEST_F(AnswersTest, ADeleteMayHaveABody) {
  EXPECT_EQ(ask("DELETE /api/v1/audit HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}").body,
            R"({"success":true,"data":{"text":"a","times":1}})");
}

TEST_F(AnswersTest, AuthenticationComesBeforeValidationAndLookUps) {
  const std::string path = "/api/v1/configs/cfg_unknown";
  EXPECT_EQ(code_of(ask(post(path, "not json"))), "AUTH_REQUIRED");
  EXPECT_EQ(code_of(ask(post(path, "{}", "Authorization: Bearer bad\r\n"))), "INVALID_TOKEN");
  EXPECT_EQ(code_of(ask(post(path, "not json", "Authorization: bearer good\r\n"))), "VALIDATION_ERROR");
  const Answer unknown = ask(post(path, R"({"text":"a"})", "Authorization: BEARER good\r\n"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(
      unknown.body,
      R"({"success":false,"error":{"code":"CONFIG_NOT_FOUND","message":"Config not found","detail":{"config_id":"cfg_unknown"}}})");
}

TEST_F(AnswersTest, FaultsShowTheRequestIdAndNothingElse) {
  for (const char* path : {"/api/v1/broken", "/api/v1/odd"}) {
    const Answer answer = ask(get(path, "X-Request-Id: fault-12345\r\n"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(
        answer.body,
        R"({"success":false,"error":{"code":"INTERNAL_ERROR","message":"Internal error","detail":{"request_id":"fault-12345"}}})");
  }
  EXPECT_EQ(code_of(ask(get("/api/v1/database"))), "SERVICE_UNAVAILABLE");
}

TEST_F(AnswersTest, OtherGetsFallBackToTheConsole) {
  EXPECT_EQ(ask(get("/some/page")).body, "<html>console</html>");
  EXPECT_EQ(ask(get("/missing.txt")).status, 404);
  EXPECT_EQ(ask(get("/docs")).status, 404);
  EXPECT_EQ(ask(post("/some/page", "")).status, 404);
}

TEST_F(AnswersTest, LargeAnswersAreCompressedWhenAsked) {
  const Answer plain = ask(get("/api/v1/large"));
  EXPECT_EQ(plain.body.size(), 300000U + 26);
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  const Answer packed = ask(get("/api/v1/large", "Accept-Encoding: br, gzip;q=0.5\r\n"));
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), 3000U);
  EXPECT_EQ(packed.body.substr(0, 2), "\x1f\x8b");
  EXPECT_FALSE(ask(get("/api/v1/large", "Accept-Encoding: gzip;q=0\r\n")).headers.contains("content-encoding"));
}

}  // namespace
}  // namespace loomgate::http
