// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/pretty.h"

#include <gtest/gtest.h>

namespace loomgate::json {
namespace {

TEST(Pretty, TwoSpacesAndAsciiOnly) {
  const auto value = parse(R"({"a":"\u4e2d \ud83d\ude00 \"q\" \n","b":[1,{"c":null}],"d":[],"e":{}})").value;
  EXPECT_EQ(pretty(value->view()),
            "{\n"
            "  \"a\": \"\\u4e2d \\ud83d\\ude00 \\\"q\\\" \\n\",\n"
            "  \"b\": [\n"
            "    1,\n"
            "    {\n"
            "      \"c\": null\n"
            "    }\n"
            "  ],\n"
            "  \"d\": [],\n"
            "  \"e\": {}\n"
            "}\n");
  EXPECT_EQ(parse(pretty(value->view())).value->dump(), value->dump());
}

}  // namespace
}  // namespace loomgate::json
