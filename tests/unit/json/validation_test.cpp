// SPDX-License-Identifier: Apache-2.0
// Every rule's 422 item, word for word (spec http-api 3.1).
#include <gtest/gtest.h>

#include "daemon/json/shape.h"

namespace loomgate::json {
namespace {

Problems problems_of(const Rule& rule, std::string_view text, Source source = Source::kBody) {
  Problems problems;
  const auto document = parse(text).value;
  validate(document->view(), rule, source, {std::string("body"), std::string("name")}, problems);
  return problems;
}

std::string items(const Problems& problems) {
  return problems_detail(problems).view().find("errors")->dump();
}

struct Case {
  const char* what;
  Rule rule;
  const char* input;
  const char* expected;  // type, msg and ctx of the one item
};

class RuleTest : public testing::TestWithParam<Case> {};

TEST_P(RuleTest, RefusesWithExactlyThisItem) {
  const auto& param = GetParam();
  const Problems problems = problems_of(param.rule, param.input);
  ASSERT_EQ(problems.size(), 1U) << items(problems);
  EXPECT_EQ(items(problems), std::string("[") + param.expected + "]");
}

INSTANTIATE_TEST_SUITE_P(
    Rules, RuleTest,
    testing::Values(
        Case{"not_text", text(), "3",
             R"({"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string"})"},
        Case{"null_text", required_text(), "null",
             R"({"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string"})"},
        Case{
            "blank", required_text(), R"("  ")",
            R"({"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 1 character","ctx":{"min_length":1}})"},
        Case{
            "blank_password", password(), R"("  ")",
            R"({"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 1 character","ctx":{"min_length":1}})"},
        Case{
            "too_long_in_code_points", text().length(0, 2), R"("\u00e9\u00e9\u00e9")",
            R"({"type":"string_too_long","loc":["body","name"],"msg":"String should have at most 2 characters","ctx":{"max_length":2}})"},
        Case{
            "pattern", text().matches("^a+$", [](std::string_view value) { return value == "a"; }), R"("b")",
            R"({"type":"string_pattern_mismatch","loc":["body","name"],"msg":"String should match pattern '^a+$'","ctx":{"pattern":"^a+$"}})"},
        Case{
            "literal", literal({"a", "b", "c"}), R"("d")",
            R"({"type":"literal_error","loc":["body","name"],"msg":"Input should be 'a', 'b' or 'c'","ctx":{"expected":"'a', 'b' or 'c'"}})"},
        Case{"literal_type", literal({"a"}), "1",
             R"({"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string"})"},
        Case{"int_type", integer(), "true",
             R"({"type":"int_type","loc":["body","name"],"msg":"Input should be a valid integer"})"},
        Case{
            "int_text", integer(), R"("12x")",
            R"({"type":"int_parsing","loc":["body","name"],"msg":"Input should be a valid integer, unable to parse string as an integer"})"},
        Case{
            "int_fraction", integer(), "1.5",
            R"({"type":"int_from_float","loc":["body","name"],"msg":"Input should be a valid integer, got a number with a fractional part"})"},
        Case{
            "int_low", integer(1, 9), "0",
            R"({"type":"greater_than_equal","loc":["body","name"],"msg":"Input should be greater than or equal to 1","ctx":{"ge":1}})"},
        Case{
            "int_high", integer(1, 9), "1e300",
            R"({"type":"less_than_equal","loc":["body","name"],"msg":"Input should be less than or equal to 9","ctx":{"le":9}})"},
        Case{"bool", boolean(), R"("true")",
             R"({"type":"bool_type","loc":["body","name"],"msg":"Input should be a valid boolean"})"},
        Case{"number", number(), R"("1")",
             R"({"type":"float_type","loc":["body","name"],"msg":"Input should be a valid number"})"},
        Case{"list", list(text()), "{}",
             R"({"type":"list_type","loc":["body","name"],"msg":"Input should be a valid list"})"},
        Case{
            "list_item", list(integer()), R"([1,"x"])",
            R"({"type":"int_parsing","loc":["body","name",1],"msg":"Input should be a valid integer, unable to parse string as an integer"})"},
        Case{
            "list_short", list(text()).length(1, 9), "[]",
            R"({"type":"too_short","loc":["body","name"],"msg":"List should have at least 1 item after validation, not 0","ctx":{"min_length":1,"actual_length":0}})"},
        Case{
            "list_long", list(text()).length(0, 1), R"(["a","b"])",
            R"({"type":"too_long","loc":["body","name"],"msg":"List should have at most 1 item after validation, not 2","ctx":{"max_length":1,"actual_length":2}})"},
        Case{"text_list_item", text_list(), R"(["a",1])",
             R"({"type":"string_type","loc":["body","name",1],"msg":"Input should be a valid string"})"},
        Case{"object", object(), "[]",
             R"({"type":"dict_type","loc":["body","name"],"msg":"Input should be a valid dictionary"})"},
        Case{
            "map_value", map(integer()), R"({"k":"x"})",
            R"({"type":"int_parsing","loc":["body","name","k"],"msg":"Input should be a valid integer, unable to parse string as an integer"})"},
        Case{"check", text().check([](View) { return std::optional<std::string>("No good"); }), R"("x")",
             R"({"type":"value_error","loc":["body","name"],"msg":"Value error, No good","ctx":{}})"}),
    [](const auto& tested) { return tested.param.what; });

struct Login {
  std::string username;
  std::string password;
};

}  // namespace

template <>
struct Describe<Login> {
  static const Shape<Login>& shape() {
    static const auto made = Shape<Login>("Login")
                                 .field("username", &Login::username, required_text())
                                 .field("password", &Login::password, password().required());
    return made;
  }
};

namespace {

Problems login_problems(std::string_view text) {
  Problems problems;
  const auto document = parse(text).value;
  json::read<Login>(document->view(), Source::kBody, {std::string("body")}, problems);
  return problems;
}

TEST(Validation, CollectsEveryProblemInDeclarationOrder) {
  EXPECT_EQ(items(login_problems(R"({"password":3})")),
            R"([{"type":"missing","loc":["body","username"],"msg":"Field required"},)"
            R"({"type":"string_type","loc":["body","password"],"msg":"Input should be a valid string"}])");
}

TEST(Validation, ABodyThatIsNoObjectIsOneProblem) {
  EXPECT_EQ(
      items(login_problems("[]")),
      R"([{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from"}])");
  Problems problems;
  json::read<Login>(std::nullopt, Source::kBody, {std::string("body")}, problems);
  EXPECT_EQ(items(problems), R"([{"type":"missing","loc":["body"],"msg":"Field required"}])");
}

TEST(Validation, NeverEchoesWhatWasSent) {
  const std::string said =
      problems_detail(login_problems(R"({"username":["hunter2"],"password":{"hunter2":"hunter2"}})")).dump();
  EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
}

TEST(Validation, TheMessageIsAboutTheFirstProblem) {
  EXPECT_EQ(problems_message(login_problems("{}")), "Username is required");
  EXPECT_EQ(problems_message(login_problems(R"({"username":1})")), "Username is invalid");
  EXPECT_EQ(problems_message(login_problems(R"({"username":""})")), "String should have at least 1 character");
  EXPECT_EQ(
      problems_message({{"value_error", {std::string("body"), std::string("x")}, "Value error, Bad thing", Json()}}),
      "Bad thing");
  EXPECT_EQ(problems_message({{"missing", {std::string("body"), std::string("virtual_ip")}, "Field required", Json()}}),
            "Virtual IP is required");
  EXPECT_EQ(problems_message({{"missing", {std::string("body"), std::string("goos")}, "Field required", Json()}}),
            "goos is required");
  EXPECT_EQ(problems_message({{"string_type", {std::string("body"), std::string("tags"), std::size_t{3}}, "", Json()}}),
            "Tags is invalid");
}

TEST(Validation, TextSourcesReadBooleansAndNumbersFromText) {
  EXPECT_TRUE(problems_of(boolean(), R"("true")", Source::kText).empty());
  EXPECT_TRUE(problems_of(boolean(), R"("0")", Source::kText).empty());
  EXPECT_TRUE(problems_of(integer(), R"(" 12 ")", Source::kText).empty());
  EXPECT_EQ(problems_of(boolean(), R"("maybe")", Source::kText).front().type, "bool_parsing");
}

TEST(Validation, IntegersOfAnIntMemberStayInsideInt) {
  struct Small {
    int value = 0;
  };
  const auto shape = Shape<Small>("Small").field("value", &Small::value);
  const Rule rule = shape.data().members().front().rule;
  EXPECT_EQ(problems_of(rule, "2147483648").front().type, "less_than_equal");
  EXPECT_TRUE(problems_of(rule, "2147483647").empty());
  EXPECT_TRUE(problems_of(rule, "1.0").empty());
}

}  // namespace
}  // namespace loomgate::json
