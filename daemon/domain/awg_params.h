// SPDX-License-Identifier: Apache-2.0
// The AmneziaWG fields of a config and of a node by their names on the wire, for rules that go through all of them.
// The structs are AwgShared and AwgNode of entities.h.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/domain/entities.h"

namespace loomgate::domain {

template <typename Owner, typename Value>
struct AwgField {
  const char* name;
  std::optional<Value> Owner::*member;
};

inline constexpr std::array<AwgField<AwgShared, int>, 4> kAwgSFields{
    {{"awg_s1", &AwgShared::s1}, {"awg_s2", &AwgShared::s2}, {"awg_s3", &AwgShared::s3}, {"awg_s4", &AwgShared::s4}}};
inline constexpr std::array<AwgField<AwgShared, std::string>, 4> kAwgHFields{
    {{"awg_h1", &AwgShared::h1}, {"awg_h2", &AwgShared::h2}, {"awg_h3", &AwgShared::h3}, {"awg_h4", &AwgShared::h4}}};
inline constexpr std::array<AwgField<AwgNode, int>, 3> kAwgJFields{
    {{"awg_jc", &AwgNode::jc}, {"awg_jmin", &AwgNode::jmin}, {"awg_jmax", &AwgNode::jmax}}};
inline constexpr std::array<AwgField<AwgNode, std::string>, 5> kAwgIFields{{{"awg_i1", &AwgNode::i1},
                                                                            {"awg_i2", &AwgNode::i2},
                                                                            {"awg_i3", &AwgNode::i3},
                                                                            {"awg_i4", &AwgNode::i4},
                                                                            {"awg_i5", &AwgNode::i5}}};

// Trims the texts of H, I and the options; a text that is blank becomes null.
void drop_blank_texts(AwgShared& shared);
void drop_blank_texts(AwgNode& node);

// Whether every S is the same, or all are null.
bool has_equal_s(const AwgShared& shared);
// Whether S2 is S1 + 56, which makes both handshake messages equally long: the initiation has 56 bytes more.
bool has_equal_handshake_sizes(const AwgShared& shared);

// The names of the S and H fields that differ, in the order S1..S4, H1..H4; then "awg_options" when those differ. For
// the `adjustments` of a version change (spec domain 2.4).
std::vector<std::string> changed_awg_fields(const AwgShared& before, const AwgShared& after);

}  // namespace loomgate::domain
