// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "daemon/json/unicode.h"

namespace loomgate::json {

namespace {

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

Json whole(std::size_t value) {
  return Json(static_cast<std::int64_t>(value));
}

std::string quoted_choices(const std::vector<std::string>& literals) {
  std::string text;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (i > 0) text += i + 1 == literals.size() ? " or " : ", ";
    text += "'" + literals[i] + "'";
  }
  return text;
}

// One walk over one document.
class Validator {
 public:
  Validator(Source source, Location where, Problems& problems)
      : source_(source), where_(std::move(where)), problems_(problems) {}

  std::optional<Json> value(const std::optional<View>& given, const Rule& rule) {
    const std::size_t before = problems_.size();
    Json result = given ? present(*given, rule) : missing();
    if (problems_.size() != before) return std::nullopt;
    if (rule.extra && !result.view().is(Type::kNull)) check(rule, result);
    if (problems_.size() != before) return std::nullopt;
    return result;
  }

 private:
  Json fail(std::string type, std::string message, Json context = Json()) {
    problems_.push_back({std::move(type), where_, std::move(message), std::move(context)});
    return Json();
  }
  Json missing() { return fail("missing", "Field required"); }

  void check(const Rule& rule, const Json& result) {
    if (const auto sentence = rule.extra(result.view()))
      fail("value_error", "Value error, " + *sentence, Json::object());
  }

  Json present(View given, const Rule& rule) {
    if (given.is(Type::kNull) && rule.is_nullable) return rule.null_is_blank ? Json("") : Json();
    switch (rule.kind) {
      case Kind::kText:
        return text(given, rule);
      case Kind::kLiteral:
        return literal(given, rule);
      case Kind::kInteger:
        return integer(given, rule);
      case Kind::kNumber:
        return number(given, rule);
      case Kind::kBoolean:
        return boolean(given);
      case Kind::kTextList:
        return text_list(given, rule);
      case Kind::kList:
        return list(given, rule);
      case Kind::kMap:
        return map(given, rule);
      case Kind::kObject:
        return given.is(Type::kObject) ? Json::copy_of(given) : fail("dict_type", "Input should be a valid dictionary");
      case Kind::kShape:
        return members(given, *rule.members);
      case Kind::kAny:
        return Json::copy_of(given);
    }
    return Json();
  }

  Json text(View given, const Rule& rule) {
    if (!given.is(Type::kString)) return fail("string_type", "Input should be a valid string");
    const bool trims = rule.is_trimmed || rule.blank_is_null;
    const std::string_view value = trims ? trim(given.string()) : given.string();
    if (rule.blank_is_null && value.empty()) return Json();
    const std::size_t length = count_code_points(value);
    const std::size_t least = rule.blank_is_error ? std::max<std::size_t>(rule.min_length, 1) : rule.min_length;
    const bool is_blank = rule.blank_is_error && trim(value).empty();
    if (length < least || is_blank) {
      return fail("string_too_short", "String should have at least " + plural(least, "character"),
                  Json::object({{"min_length", whole(least)}}));
    }
    if (length > rule.max_length) {
      return fail("string_too_long", "String should have at most " + plural(rule.max_length, "character"),
                  Json::object({{"max_length", whole(rule.max_length)}}));
    }
    if (rule.pattern_matches && !rule.pattern_matches(value)) {
      return fail("string_pattern_mismatch", fmt::format("String should match pattern '{}'", rule.pattern),
                  Json::object({{"pattern", rule.pattern}}));
    }
    return Json(value);
  }

  Json literal(View given, const Rule& rule) {
    if (!given.is(Type::kString)) return fail("string_type", "Input should be a valid string");
    const std::string_view value = rule.is_trimmed ? trim(given.string()) : given.string();
    if (std::ranges::find(rule.literals, value) != rule.literals.end()) return Json(value);
    const std::string choices = quoted_choices(rule.literals);
    return fail("literal_error", "Input should be " + choices, Json::object({{"expected", choices}}));
  }

  // Decimal digits in a text count as an integer (docs/api-decisions.md).
  Json integer(View given, const Rule& rule) {
    std::optional<std::int64_t> value;
    if (given.is(Type::kString)) {
      const std::string_view digits = trim(given.string());
      std::int64_t parsed = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
      if (error != std::errc() || end != digits.data() + digits.size()) {
        return fail("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
      }
      value = parsed;
    } else if (given.is(Type::kNumber)) {
      value = given.integer();
      if (!value && given.number() > -1e15 && given.number() < 1e15) {
        return fail("int_from_float", "Input should be a valid integer, got a number with a fractional part");
      }
      if (!value) value = given.number() < 0 ? Rule::kLeast - 1 : Rule::kMost + 1;  // out of every range
    } else {
      return fail("int_type", "Input should be a valid integer");
    }
    return in_range(*value, rule);
  }

  Json in_range(std::int64_t value, const Rule& rule) {
    if (value < rule.minimum) {
      return fail("greater_than_equal", fmt::format("Input should be greater than or equal to {}", rule.minimum),
                  Json::object({{"ge", rule.minimum}}));
    }
    if (value > rule.maximum) {
      return fail("less_than_equal", fmt::format("Input should be less than or equal to {}", rule.maximum),
                  Json::object({{"le", rule.maximum}}));
    }
    return Json(value);
  }

  Json number(View given, const Rule& rule) {
    if (!given.is(Type::kNumber)) return fail("float_type", "Input should be a valid number");
    const double value = given.number();
    if (value < static_cast<double>(rule.minimum)) return in_range(rule.minimum - 1, rule);
    if (value > static_cast<double>(rule.maximum)) return in_range(rule.maximum + 1, rule);
    return Json(value);
  }

  Json boolean(View given) {
    if (given.is(Type::kBool)) return Json(given.boolean());
    if (source_ != Source::kText || !given.is(Type::kString)) {
      return fail("bool_type", "Input should be a valid boolean");
    }
    const std::string_view word = given.string();
    if (word == "true" || word == "1") return Json(true);
    if (word == "false" || word == "0") return Json(false);
    return fail("bool_parsing", "Input should be a valid boolean, unable to interpret input");
  }

  Json text_list(View given, const Rule& rule) {
    Json kept = Json::array();
    if (!given.is(Type::kArray)) return kept;
    const std::vector<View> items = given.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      where_.emplace_back(i);
      if (!items[i].is(Type::kString)) {
        fail("string_type", "Input should be a valid string");
      } else if (const std::string_view item = trim(items[i].string()); !item.empty()) {
        kept.push(item);
      }
      where_.pop_back();
    }
    return count_fits(kept.view().size(), rule) ? std::move(kept) : Json();
  }

  bool count_fits(std::size_t count, const Rule& rule) {
    if (count < rule.min_length) {
      fail("too_short",
           fmt::format("List should have at least {} after validation, not {}", plural(rule.min_length, "item"), count),
           Json::object({{"min_length", whole(rule.min_length)}, {"actual_length", whole(count)}}));
      return false;
    }
    if (count > rule.max_length) {
      fail("too_long",
           fmt::format("List should have at most {} after validation, not {}", plural(rule.max_length, "item"), count),
           Json::object({{"max_length", whole(rule.max_length)}, {"actual_length", whole(count)}}));
      return false;
    }
    return true;
  }

  Json list(View given, const Rule& rule) {
    if (!given.is(Type::kArray)) return fail("list_type", "Input should be a valid list");
    const std::vector<View> items = given.items();
    if (!count_fits(items.size(), rule)) return Json();
    Json accepted = Json::array();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (auto item = at(i, items[i], *rule.item)) accepted.push(std::move(*item));
    }
    return accepted;
  }

  Json map(View given, const Rule& rule) {
    if (!given.is(Type::kObject)) return fail("dict_type", "Input should be a valid dictionary");
    Json accepted = Json::object();
    for (const auto& [key, item] : given.members()) {
      if (auto value = at(std::string(key), item, *rule.item)) accepted.append(key, std::move(*value));
    }
    return accepted;
  }

  Json members(View given, const ShapeData& shape) {
    if (!given.is(Type::kObject)) {
      return fail("model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
    }
    Json accepted = Json::object();
    for (const Member& member : shape.members()) {
      const auto found = given.find(member.name);
      if (!found && !member.rule.is_required) continue;
      if (auto value = at(member.name, found, member.rule)) accepted.append(member.name, std::move(*value));
    }
    return accepted;
  }

  // The step is built in place: GCC 12 takes the move of a Step for a read of uninitialised memory at -O2.
  template <typename Name>
  std::optional<Json> at(const Name& step, const std::optional<View>& given, const Rule& rule) {
    where_.emplace_back(step);
    auto accepted = value(given, rule);
    where_.pop_back();
    return accepted;
  }

  const Source source_;
  Location where_;
  Problems& problems_;
};

}  // namespace

std::optional<Json> validate(std::optional<View> value, const Rule& rule, Source source, Location where,
                             Problems& problems) {
  return Validator(source, std::move(where), problems).value(value, rule);
}

}  // namespace loomgate::json
