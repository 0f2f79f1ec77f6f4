// SPDX-License-Identifier: Apache-2.0
// File names inside a bulk download (spec downloads 5). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loomgate::domain {

// One name per node, in order: "<stem>.conf", then "<stem>-2.conf", "<stem>-3.conf" where a name is taken. Names that differ
// in case only clash too: some file systems would unpack one over the other.
std::vector<std::string> bulk_file_names(std::string_view config_name, const std::vector<std::string>& node_names);

}  // namespace loomgate::domain
