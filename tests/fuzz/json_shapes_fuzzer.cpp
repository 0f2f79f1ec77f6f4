// SPDX-License-Identifier: Apache-2.0
// Whatever stands in a request body: what is accepted is written back unchanged and accepted again; what is refused is
// refused with items that are JSON themselves.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "tests/fuzz/require.h"

namespace {

struct Inner {
  std::string id;
  std::optional<int> weight;
};

struct Body {
  std::string name;
  std::optional<std::string> dns;
  std::string notes;
  loomgate::json::Field<int> port;
  loomgate::json::Field<std::vector<std::string>> tags;
  bool enabled = false;
  std::string family = "ipv4";
  std::vector<Inner> inner;
  std::map<std::string, std::int64_t> weights;
  loomgate::json::Json options = loomgate::json::Json::object();
  std::optional<loomgate::Timestamp> expires_at;
};

}  // namespace

namespace loomgate::json {

template <>
struct Describe<Inner> {
  static const Shape<Inner>& shape() {
    static const auto made =
        Shape<Inner>("Inner").field("id", &Inner::id, required_text(1, 16)).field("weight", &Inner::weight);
    return made;
  }
};

template <>
struct Describe<Body> {
  static const Shape<Body>& shape() {
    static const auto made = Shape<Body>("Body")
                                 .field("name", &Body::name, required_text(1, 8))
                                 .field("dns", &Body::dns, optional_text())
                                 .field("notes", &Body::notes, free_text())
                                 .field("port", &Body::port, integer(1, 65535).nullable())
                                 .field("tags", &Body::tags, text_list().nullable())
                                 .field("enabled", &Body::enabled)
                                 .field("family", &Body::family, literal({"ipv4", "ipv6"}))
                                 .field("inner", &Body::inner, list(json::shape<Inner>()).length(0, 4))
                                 .field("weights", &Body::weights)
                                 .field("options", &Body::options, object())
                                 .field("expires_at", &Body::expires_at);
    return made;
  }
};

}  // namespace loomgate::json

namespace {

using loomgate::fuzz::require;
namespace json = loomgate::json;

std::optional<Body> accept(json::View document, json::Problems& problems) {
  return json::read<Body>(document, json::Source::kBody, {std::string("body")}, problems);
}

void check_value(const json::Json& document) {
  const std::string text = document.dump();
  const auto again = json::parse(text, {.max_bytes = text.size()});
  require(again.value.has_value(), "what was parsed is written as JSON");
  require(again.value->dump() == text, "writing twice changes nothing");
}

void check_shape(const json::Json& document) {
  json::Problems problems;
  const auto body = accept(document.view(), problems);
  require(body.has_value() == problems.empty(), "a refusal, and only a refusal, has problems");
  if (!body) {
    require(json::parse(json::problems_detail(problems).dump()).value.has_value(), "problems are JSON");
    require(!json::problems_message(problems).empty(), "a refusal says something");
    return;
  }
  const json::Json written = json::write(*body);
  json::Problems none;
  const auto second = accept(written.view(), none);
  require(second.has_value(), "what was accepted is accepted again");
  require(json::write(*second).dump() == written.dump(), "normalising twice changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const json::ParseResult parsed = json::parse(text, {.max_bytes = size});
  require(parsed.value.has_value() == parsed.reason.empty(), "a refusal, and only a refusal, has a reason");
  if (parsed.value) {
    check_value(*parsed.value);
    check_shape(*parsed.value);
  }
  return 0;
}
