// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/rule.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace loomgate::json {

namespace {

Rule of_kind(Kind kind) {
  Rule rule;
  rule.kind = kind;
  return rule;
}

}  // namespace

Rule Rule::required() const {
  Rule copy = *this;
  copy.is_required = true;
  return copy;
}

Rule Rule::nullable() const {
  Rule copy = *this;
  copy.is_nullable = true;
  return copy;
}

Rule Rule::secret() const {
  Rule copy = *this;
  copy.is_secret = true;
  return copy;
}

Rule Rule::trimmed() const {
  Rule copy = *this;
  copy.is_trimmed = true;
  return copy;
}

Rule Rule::not_blank() const {
  Rule copy = *this;
  copy.blank_is_error = true;
  return copy;
}

Rule Rule::length(std::size_t least, std::size_t most) const {
  Rule copy = *this;
  copy.min_length = least;
  copy.max_length = most;
  return copy;
}

Rule Rule::matches(std::string shown_pattern, std::function<bool(std::string_view)> predicate) const {
  Rule copy = *this;
  copy.pattern = std::move(shown_pattern);
  copy.pattern_matches = std::move(predicate);
  return copy;
}

Rule Rule::check(Check sentence_of_problem) const {
  Rule copy = *this;
  copy.extra = std::move(sentence_of_problem);
  return copy;
}

Rule Rule::describe(std::string text) const {
  Rule copy = *this;
  copy.description = std::move(text);
  return copy;
}

Rule Rule::defaults(Json value) const {
  Rule copy = *this;
  copy.default_value = std::move(value);
  return copy;
}

Rule text() {
  return of_kind(Kind::kText);
}

Rule required_text(std::size_t least, std::size_t most) {
  return text().trimmed().length(least, most).required();
}

Rule optional_text(std::size_t most) {
  Rule rule = text().trimmed().nullable().length(0, most);
  rule.blank_is_null = true;
  return rule;
}

Rule free_text(std::size_t most) {
  Rule rule = text().trimmed().nullable().length(0, most);
  rule.null_is_blank = true;
  return rule;
}

Rule password() {
  return text().not_blank().secret();
}

Rule text_list() {
  return of_kind(Kind::kTextList);
}

Rule integer(std::int64_t least, std::int64_t most) {
  Rule rule = of_kind(Kind::kInteger);
  rule.minimum = least;
  rule.maximum = most;
  return rule;
}

Rule number() {
  return of_kind(Kind::kNumber);
}
Rule boolean() {
  return of_kind(Kind::kBoolean);
}

Rule literal(std::vector<std::string> allowed) {
  Rule rule = of_kind(Kind::kLiteral);
  rule.literals = std::move(allowed);
  return rule;
}

Rule list(Rule item) {
  Rule rule = of_kind(Kind::kList);
  rule.item = std::make_shared<const Rule>(std::move(item));
  return rule;
}

Rule map(Rule value) {
  Rule rule = of_kind(Kind::kMap);
  rule.item = std::make_shared<const Rule>(std::move(value));
  return rule;
}

Rule object() {
  return of_kind(Kind::kObject);
}

Rule any() {
  return of_kind(Kind::kAny).nullable();
}

Rule shape_rule(const ShapeData& members) {
  Rule rule = of_kind(Kind::kShape);
  rule.members = &members;
  return rule;
}

void ShapeData::add(Member member) {
  const bool taken = std::ranges::any_of(members_, [&](const Member& other) { return other.name == member.name; });
  if (taken) throw std::logic_error("json: shape " + name_ + " has two members " + member.name);
  members_.push_back(std::move(member));
}

}  // namespace loomgate::json
