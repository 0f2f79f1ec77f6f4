// SPDX-License-Identifier: Apache-2.0
// What a described struct accepts, what it turns into, and how it is written.
#include "daemon/json/shape.h"

#include <gtest/gtest.h>

namespace loomgate::json {
namespace {

enum class Color { kRed, kGreen };

struct Inner {
  std::string id;
  int weight = 7;
};

struct Everything {
  std::string name;
  std::string notes = "before";
  std::optional<std::string> dns;
  Field<int> port;
  Field<std::vector<std::string>> tags;
  bool enabled = true;
  double ratio = 0.5;
  Color color = Color::kRed;
  std::vector<Inner> inner;
  std::map<std::string, std::optional<int>> weights;
  Json options = Json::object();
  std::int64_t big = 0;
};

struct Outer {
  Inner inner;
  std::vector<std::string> hints;
  Field<int> count;
};

}  // namespace

template <>
struct Names<Color> {
  static constexpr std::array<std::pair<Color, const char*>, 2> all{{{Color::kRed, "red"}, {Color::kGreen, "green"}}};
};

template <>
struct Describe<Inner> {
  static const Shape<Inner>& shape() {
    static const auto made =
        Shape<Inner>("Inner").field("id", &Inner::id, required_text()).field("weight", &Inner::weight);
    return made;
  }
};

template <>
struct Describe<Everything> {
  static const Shape<Everything>& shape() {
    static const auto made = Shape<Everything>("Everything")
                                 .field("name", &Everything::name, required_text(1, 8))
                                 .field("notes", &Everything::notes, free_text())
                                 .field("dns", &Everything::dns, optional_text())
                                 .field("port", &Everything::port, integer(1, 65535).nullable())
                                 .field("tags", &Everything::tags, text_list().nullable())
                                 .field("enabled", &Everything::enabled)
                                 .field("ratio", &Everything::ratio)
                                 .field("color", &Everything::color)
                                 .field("inner", &Everything::inner)
                                 .field("weights", &Everything::weights)
                                 .field("options", &Everything::options, object().nullable())
                                 .field("big", &Everything::big);
    return made;
  }
};

template <>
struct Describe<Outer> {
  static const Shape<Outer>& shape() {
    static const auto made =
        Shape<Outer>("Outer").flatten(&Outer::inner).field("hints", &Outer::hints).field("count", &Outer::count);
    return made;
  }
};

namespace {

template <typename T>
T accept(std::string_view text) {
  Problems problems;
  const auto document = parse(text).value;
  auto value = json::read<T>(document->view(), Source::kBody, {std::string("body")}, problems);
  EXPECT_TRUE(problems.empty()) << problems_detail(problems).dump();
  return value.value_or(T{});
}

TEST(Shape, AbsentMembersKeepTheirInitialisers) {
  const auto value = accept<Everything>(R"({"name":"  ab  "})");
  EXPECT_EQ(value.name, "ab");
  EXPECT_EQ(value.notes, "before");
  EXPECT_EQ(value.dns, std::nullopt);
  EXPECT_TRUE(value.port.is_absent());
  EXPECT_TRUE(value.tags.is_absent());
  EXPECT_TRUE(value.enabled);
}

TEST(Shape, NullIsNotAbsent) {
  const auto value = accept<Everything>(R"({"name":"a","notes":null,"dns":null,"port":null,"tags":null})");
  EXPECT_EQ(value.notes, "");
  EXPECT_EQ(value.dns, std::nullopt);
  EXPECT_TRUE(value.port.is_null());
  EXPECT_TRUE(value.tags.is_null());
}

TEST(Shape, NormalisesTextByItsClass) {
  const auto value = accept<Everything>(R"({"name":"a","notes":"  n ","dns":"  ","tags":[" b ","", "a"],"port":"80"})");
  EXPECT_EQ(value.notes, "n");
  EXPECT_EQ(value.dns, std::nullopt);
  EXPECT_EQ(value.tags.value(), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(value.port.value(), 80);
}

TEST(Shape, AListOfTextTakesAnythingElseAsEmpty) {
  for (const char* body : {R"({"name":"a","tags":"x"})", R"({"name":"a","tags":{}})", R"({"name":"a","tags":3})"}) {
    EXPECT_TRUE(accept<Everything>(body).tags.value().empty()) << body;
  }
}

TEST(Shape, ReadsNestedListsMapsEnumsAndFreeObjects) {
  const auto value = accept<Everything>(
      R"({"name":"a","color":"green","inner":[{"id":"x"},{"id":"y","weight":1}],"weights":{"a":1,"b":null},
          "options":{"k":[1]},"big":9007199254740992,"ratio":2,"unknown":1})");
  EXPECT_EQ(value.color, Color::kGreen);
  ASSERT_EQ(value.inner.size(), 2U);
  EXPECT_EQ(value.inner[0].weight, 7);
  EXPECT_EQ(value.inner[1].weight, 1);
  EXPECT_EQ(value.weights.at("a"), 1);
  EXPECT_EQ(value.weights.at("b"), std::nullopt);
  EXPECT_EQ(value.options.dump(), R"({"k":[1]})");
  EXPECT_EQ(value.big, 9007199254740992);
  EXPECT_EQ(value.ratio, 2.0);
}

TEST(Shape, WritesEveryMemberAndNullForNothing) {
  Everything value;
  value.name = "a";
  value.inner = {{"x", 1}};
  EXPECT_EQ(write(value).dump(), R"({"name":"a","notes":"before","dns":null,"enabled":true,"ratio":0.5,"color":"red",)"
                                 R"("inner":[{"id":"x","weight":1}],"weights":{},"options":{},"big":0})");
}

TEST(Shape, AnAbsentFieldIsLeftOutAndANullOneIsNull) {
  Outer value;
  EXPECT_EQ(write(value).dump(), R"({"id":"","weight":7,"hints":[]})");
  value.count = Field<int>::null();
  EXPECT_EQ(write(value).dump(), R"({"id":"","weight":7,"hints":[],"count":null})");
  value.count = 3;
  EXPECT_EQ(write(std::vector<Outer>{value}).dump(), R"([{"id":"","weight":7,"hints":[],"count":3}])");
}

TEST(Shape, FlattenedMembersAreReadFromTheSameObject) {
  const auto value = accept<Outer>(R"({"id":"x","weight":2,"hints":["h"]})");
  EXPECT_EQ(value.inner.id, "x");
  EXPECT_EQ(value.inner.weight, 2);
}

TEST(Shape, ARuleOfAnotherKindIsAFaultOfTheProgram) {
  EXPECT_THROW(Shape<Inner>("Bad").field("id", &Inner::id, integer()), std::logic_error);
  EXPECT_THROW(Shape<Inner>("Bad").field("id", &Inner::id).field("id", &Inner::id), std::logic_error);
}

TEST(Field, AppliesAPartialUpdate) {
  std::optional<int> clearable = 5;
  int fixed = 5;
  EXPECT_FALSE(Field<int>().apply_to(clearable));
  EXPECT_FALSE(Field<int>(5).apply_to(clearable));
  EXPECT_TRUE(Field<int>(6).apply_to(clearable));
  EXPECT_EQ(clearable, 6);
  EXPECT_TRUE(Field<int>::null().apply_to(clearable));
  EXPECT_EQ(clearable, std::nullopt);
  EXPECT_FALSE(Field<int>::null().apply_to(fixed));
  EXPECT_TRUE(Field<int>(6).apply_to(fixed));
  EXPECT_EQ(fixed, 6);
  EXPECT_THROW(Field<int>::null().value(), std::logic_error);
}

TEST(Schema, SaysWhatValidationChecks) {
  const Json made = schema(shape<Everything>());
  const View properties = *made.view().find("properties");
  EXPECT_EQ(made.view().find("required")->dump(), R"(["name"])");
  EXPECT_EQ(properties.find("name")->dump(), R"({"type":"string","minLength":1,"maxLength":8})");
  EXPECT_EQ(properties.find("port")->dump(), R"({"type":["integer","null"],"minimum":1,"maximum":65535})");
  EXPECT_EQ(properties.find("color")->dump(), R"({"type":"string","enum":["red","green"]})");
  EXPECT_EQ(properties.find("weights")->find("additionalProperties")->find("type")->dump(), R"(["integer","null"])");
  EXPECT_EQ(properties.find("inner")->find("items")->find("title")->string(), "Inner");
  EXPECT_EQ(schema(password().describe("The password").defaults("x")).dump(),
            R"({"type":"string","minLength":1,"writeOnly":true,"description":"The password","default":"x"})");
}

}  // namespace
}  // namespace loomgate::json
