// SPDX-License-Identifier: Apache-2.0
// What one value must look like, as data. Validation, normalisation (spec http-api 1.6) and the JSON schema all read
// it.
//
//   json::required_text(1, 128)            trimmed, must be there, 1..128 code points
//   json::optional_text()                  trimmed; null and blank become null
//   json::free_text()                      trimmed; null becomes ""
//   json::password()                       not trimmed, must not be blank; secret
//   json::text_list()                      anything but a list becomes []; items trimmed, empty items dropped
//   json::integer(1, 65535).nullable()
//   json::literal({"ipv4", "ipv6"})
//   json::list(json::shape<Item>()), json::map(json::integer()), json::object() (any JSON object), json::any()
//
// Lengths count Unicode code points. A rule is "may be absent, may not be null" until required() or nullable() says
// more.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/json.h"

namespace loomgate::json {

class ShapeData;

enum class Kind { kText, kInteger, kNumber, kBoolean, kLiteral, kTextList, kList, kMap, kObject, kAny, kShape };

struct Rule {
  // A sentence that says what is wrong, or nullopt. Runs last, on the normalised value.
  using Check = std::function<std::optional<std::string>(View)>;
  static constexpr std::int64_t kLeast = -(std::int64_t{1} << 53);
  static constexpr std::int64_t kMost = std::int64_t{1} << 53;
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  Kind kind = Kind::kAny;
  bool is_required = false;
  bool is_nullable = false;
  bool is_secret = false;       // schema only: offending input is never echoed for any rule
  bool is_trimmed = false;      // text
  bool blank_is_null = false;   // text: a blank text becomes null
  bool null_is_blank = false;   // text: null becomes ""
  bool blank_is_error = false;  // text: not trimmed, but must have something else than white space
  std::size_t min_length = 0;   // text: code points; lists: items
  std::size_t max_length = kUnlimited;
  std::int64_t minimum = kLeast;  // integers and numbers
  std::int64_t maximum = kMost;
  std::vector<std::string> literals;
  std::shared_ptr<const Rule> item;    // lists and maps
  const ShapeData* members = nullptr;  // shapes
  Check extra;
  std::string pattern;  // shown in ctx and schema; tested by pattern_matches
  std::function<bool(std::string_view)> pattern_matches;
  std::string format;                 // schema only, for example "date-time"
  std::string description;            // schema only
  std::optional<Json> default_value;  // schema only: the struct's own initialiser is what counts

  Rule required() const;
  Rule nullable() const;
  Rule secret() const;
  Rule trimmed() const;
  Rule not_blank() const;
  Rule length(std::size_t least, std::size_t most) const;
  Rule matches(std::string shown_pattern, std::function<bool(std::string_view)> predicate) const;
  Rule check(Check sentence_of_problem) const;
  Rule describe(std::string text) const;
  Rule defaults(Json value) const;
};

Rule text();
Rule required_text(std::size_t least = 1, std::size_t most = Rule::kUnlimited);
Rule optional_text(std::size_t most = Rule::kUnlimited);
Rule free_text(std::size_t most = Rule::kUnlimited);
Rule password();
Rule text_list();
Rule integer(std::int64_t least = Rule::kLeast, std::int64_t most = Rule::kMost);
Rule number();
Rule boolean();
Rule literal(std::vector<std::string> allowed);
Rule list(Rule item);
Rule map(Rule value);
Rule object();
Rule any();
Rule shape_rule(const ShapeData& members);  // use json::shape<T>() of shape.h

// Members of an object in declaration order.
struct Member {
  std::string name;
  Rule rule;
  // What the type of the member says about writing it.
  bool may_be_absent = false;
  bool may_be_null = false;
};

class ShapeData {
 public:
  explicit ShapeData(std::string name) : name_(std::move(name)) {}
  void add(Member member);  // std::logic_error for a second member of one name

  const std::string& name() const { return name_; }
  const std::vector<Member>& members() const { return members_; }

 private:
  std::string name_;
  std::vector<Member> members_;
};

// JSON schema (draft 2020-12 vocabulary) of a rule. A request says what is accepted, a response what is written: which
// members are there, which may be null, and no defaults. `place` gets every shape that the rule leads to and returns what
// stands in its stead, for example a $ref; without one, nested shapes stand inline.
enum class SchemaUse { kRequest, kResponse };
using ShapePlace = std::function<Json(const ShapeData&)>;
Json schema(const Rule& rule, SchemaUse use = SchemaUse::kRequest, const ShapePlace& place = {});
Json shape_schema(const ShapeData& shape, SchemaUse use, const ShapePlace& place = {});

}  // namespace loomgate::json
