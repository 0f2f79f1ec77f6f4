// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace loomgate::json {
namespace {

std::string round_trip(std::string_view text) {
  const ParseResult result = parse(text);
  return result.value ? result.value->dump() : "refused: " + result.reason;
}

TEST(JsonParse, KeepsEveryKindOfValue) {
  EXPECT_EQ(round_trip(R"( {"a" : [1, -2.5, true, false, null, "x"], "b": {}} )"),
            R"({"a":[1,-2.5,true,false,null,"x"],"b":{}})");
}

TEST(JsonParse, RefusesWhatIsNotOneValue) {
  for (const char* text : {"", "  ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "nul", "1 2", "{} x", "[1 2]", "{\"a\" 1}",
                           "\xEF\xBB\xBF{}", "// c\n1", "NaN", "Infinity", "-", "+1", "\x01"}) {
    EXPECT_FALSE(parse(text).value) << text;
  }
}

TEST(JsonParse, RefusesNumbersThatOnlyLookRight) {
  for (const char* text : {"01", "1.", ".5", "1e", "1e+", "-a", "0x10", "1e999", "-1e999"})
    EXPECT_FALSE(parse(text).value) << text;
  EXPECT_FALSE(parse(std::string(70, '1')).value);
}

TEST(JsonParse, RefusesInvalidUtf8) {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xe2\x82\""}) {
    EXPECT_EQ(parse(text).reason, "Invalid UTF-8");
  }
}

TEST(JsonParse, RefusesNulEscapedOrRaw) {
  EXPECT_EQ(parse(R"("a\u0000b")").reason, "Escaped NUL is not supported");
  EXPECT_EQ(parse(R"({"a\u0000b":1})").reason, "Escaped NUL is not supported");
  EXPECT_FALSE(parse(std::string_view("\"a\0b\"", 5)).value);
  EXPECT_FALSE(parse(std::string_view("{}\0", 3)).value);
}

TEST(JsonParse, RefusesControlCharactersAndBrokenEscapes) {
  EXPECT_FALSE(parse("\"a\nb\"").value);
  for (const char* text :
       {R"("\x")", R"("\u12")", R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\u00g0")", "\"\\", "\"abc"}) {
    EXPECT_FALSE(parse(text).value) << text;
  }
}

TEST(JsonParse, JoinsSurrogatePairs) {
  EXPECT_EQ(round_trip(R"("\ud83d\ude00\u00e9")"), "\"\xF0\x9F\x98\x80\xC3\xA9\"");
}

TEST(JsonParse, NestsTo64AndNoDeeper) {
  EXPECT_TRUE(parse(std::string(64, '[') + std::string(64, ']')).value);
  EXPECT_EQ(parse(std::string(65, '[') + std::string(65, ']')).reason, "Nested too deeply");
  EXPECT_EQ(parse(std::string(500000, '[')).reason, "Nested too deeply");
}

TEST(JsonParse, RefusesMoreBytesThanAllowed) {
  EXPECT_TRUE(parse("[1,2]", {.max_bytes = 5}).value);
  EXPECT_EQ(parse("[1,2]", {.max_bytes = 4}).reason, "Too large");
}

TEST(JsonParse, LastOfEqualKeysWinsEverywhere) {
  const auto value = parse(R"({"a":1,"b":2,"a":3,"a":{"c":1,"c":2}})").value;
  ASSERT_TRUE(value);
  EXPECT_EQ(value->dump(), R"({"b":2,"a":{"c":2}})");
  EXPECT_EQ(value->view().size(), 2U);
  EXPECT_EQ(value->view().find("a")->find("c")->integer(), 2);
}

TEST(JsonParse, ManyEqualKeysTakeLinearTime) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 100000; ++i) text += ",\"a\":1";
  EXPECT_EQ(round_trip(text + "}"), R"({"a":1})");
}

TEST(JsonNumbers, IntegersAreExactTo2To53) {
  EXPECT_EQ(round_trip("9007199254740992"), "9007199254740992");
  EXPECT_EQ(round_trip("-9007199254740992"), "-9007199254740992");
  EXPECT_EQ(round_trip("1000000000000000"), "1000000000000000");
  EXPECT_EQ(parse("1.0").value->view().integer(), 1);
  EXPECT_EQ(parse("1.5").value->view().integer(), std::nullopt);
  EXPECT_EQ(parse("1e300").value->view().integer(), std::nullopt);
  EXPECT_EQ(parse("9007199254740994").value->view().integer(), std::nullopt);
}

TEST(JsonNumbers, FractionsSurviveARoundTrip) {
  EXPECT_EQ(round_trip("0.1"), "0.1");
  EXPECT_EQ(parse(Json(1.0 / 3).dump()).value->view().number(), 1.0 / 3);
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(JsonWrite, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(Json("a\"b\\c\n\r\t\x01\x7f/\xC3\xA9").dump(), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007f/\xC3\xA9\"");
}

TEST(JsonWrite, RepairsForeignBytes) {
  EXPECT_EQ(Json(std::string_view("a\0b\xff", 4)).dump(),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\"");
}

TEST(JsonValue, SetReplacesAndCopiesAreDeep) {
  Json value = Json::object({{"a", 1}, {"b", "x"}});
  const Json copy = value;
  value.set("a", Json::array().push(Json()).push(true));
  EXPECT_EQ(value.dump(), R"({"b":"x","a":[null,true]})");
  EXPECT_EQ(copy.dump(), R"({"a":1,"b":"x"})");
  EXPECT_EQ(Json::copy_of(*value.view().find("a")).dump(), "[null,true]");
}

TEST(JsonValue, OptionalAndVectorConvert) {
  EXPECT_EQ(Json(std::optional<int>()).dump(), "null");
  EXPECT_EQ(Json(std::vector<std::string>{"a", "b"}).dump(), R"(["a","b"])");
  EXPECT_EQ(Json().view().type(), Type::kNull);
}

TEST(JsonView, WrongTypeIsAFaultOfTheProgram) {
  const Json text("x");
  EXPECT_THROW(text.view().boolean(), std::logic_error);
  EXPECT_THROW(text.view().number(), std::logic_error);
  EXPECT_THROW(text.view().items(), std::logic_error);
  EXPECT_THROW(text.view().find("a"), std::logic_error);
}

}  // namespace
}  // namespace loomgate::json
