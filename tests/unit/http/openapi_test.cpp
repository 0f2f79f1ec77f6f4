// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error_codes.h"

namespace loomgate::http {
namespace {

struct Thing {
  std::string name;
  std::optional<int> size;
  json::Field<std::string> note;
};

struct Other {
  int name = 0;
};

}  // namespace
}  // namespace loomgate::http

template <>
struct loomgate::json::Describe<loomgate::http::Thing> {
  static const Shape<http::Thing>& shape() {
    static const auto shape = Shape<http::Thing>("Thing")
                                  .field("name", &http::Thing::name, required_text(1, 8))
                                  .field("size", &http::Thing::size, integer(1, 9).nullable())
                                  .field("note", &http::Thing::note);
    return shape;
  }
};

template <>
struct loomgate::json::Describe<loomgate::http::Other> {
  static const Shape<http::Other>& shape() {
    static const auto shape = Shape<http::Other>("Thing").field("name", &http::Other::name);
    return shape;
  }
};

namespace loomgate::http {
namespace {

Route put_thing() {
  return {.method = "PUT",
          .path = "/api/v1/things/{thing_id}",
          .summary = "Change a thing",
          .request = json::shape<Thing>(),
          .response = json::list(json::shape<Thing>()),
          .errors = {errors::kNodeNotFound},
          .handler = {}};
}

std::string dump(const json::Json& document, std::initializer_list<const char*> path) {
  json::View found = document.view();
  for (const char* step : path) {
    const auto next = found.find(step);
    if (!next) return "-";
    found = *next;
  }
  return found.dump();
}

TEST(OpenApi, SaysWhatIsSentAndWhatComesBack) {
  const auto document = openapi({put_thing()}, {"Test", "1.2.3"});
  EXPECT_EQ(dump(document, {"openapi"}), R"("3.1.0")");
  EXPECT_EQ(dump(document, {"components", "schemas", "Thing", "required"}), R"(["name","size"])");
  EXPECT_EQ(dump(document, {"components", "schemas", "Thing", "properties", "size", "type"}), R"(["integer","null"])");
  EXPECT_EQ(dump(document, {"components", "schemas", "ThingInput", "required"}), R"(["name"])");
  const auto operation = [&](std::initializer_list<const char*> rest) {
    const json::Json made = json::Json::copy_of(
        *document.view().find("paths")->find("/api/v1/things/{thing_id}")->find("put"));
    return dump(made, rest);
  };
  EXPECT_EQ(operation({"operationId"}), R"("put_things_thing_id")");
  EXPECT_EQ(operation({"tags"}), R"(["things"])");
  EXPECT_EQ(operation({"parameters"}),
            R"([{"name":"thing_id","in":"path","required":true,"schema":{"type":"string","minLength":1}}])");
  EXPECT_EQ(operation({"requestBody", "content", "application/json", "schema"}),
            R"({"$ref":"#/components/schemas/ThingInput"})");
  EXPECT_EQ(operation({"responses", "200", "content", "application/json", "schema", "properties", "data"}),
            R"({"type":"array","items":{"$ref":"#/components/schemas/Thing"}})");
  EXPECT_EQ(operation({"responses", "404", "description"}), R"("NODE_NOT_FOUND")");
  EXPECT_EQ(operation({"responses", "401", "description"}), R"("AUTH_REQUIRED, INVALID_TOKEN, TOKEN_EXPIRED")");
  EXPECT_EQ(operation({"responses", "422", "description"}), R"("VALIDATION_ERROR")");
}

TEST(OpenApi, APublicRouteNeedsNobody) {
  auto route = put_thing();
  route.access = Access::kPublic;
  route.request.reset();
  const auto document = openapi({route}, {"Test", "1"});
  const auto operation = *document.view().find("paths")->find(route.path)->find("put");
  EXPECT_EQ(operation.find("security")->dump(), "[]");
  EXPECT_FALSE(operation.find("responses")->find("401"));
  EXPECT_FALSE(operation.find("responses")->find("422"));
}

TEST(OpenApi, AnInternalRouteSaysItsKeyAndItsBareRefusal) {
  auto route = put_thing();
  route.access = Access::kInternal;
  const auto document = openapi({route}, {"Test", "1"});
  const auto operation = *document.view().find("paths")->find(route.path)->find("put");
  EXPECT_EQ(operation.find("security")->dump(), R"([{"internal_key":[]}])");
  EXPECT_EQ(operation.find("responses")->find("401")->find("content")->find("application/json")->find("schema")->dump(),
            R"({"type":"object","required":["detail"],"properties":{"detail":{"const":"Unauthorized"}}})");
  EXPECT_FALSE(operation.find("responses")->find("403")) << "the source guard does not apply";
}

TEST(OpenApi, TwoMeaningsOfOneNameInAnswersAreRefused) {
  auto second = put_thing();
  second.method = "POST";
  second.response = json::shape<Other>();
  auto third = second;
  third.method = "DELETE";
  third.request.reset();
  EXPECT_THROW(openapi({put_thing(), second, third}, {"Test", "1"}), std::logic_error);
}

}  // namespace
}  // namespace loomgate::http
