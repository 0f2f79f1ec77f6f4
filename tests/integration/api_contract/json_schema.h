// SPDX-License-Identifier: Apache-2.0
// Does a value fit a JSON schema? The part of the vocabulary that our own documents use.
#pragma once

#include <optional>
#include <string>

#include "daemon/json/json.h"

namespace loomgate::contract {

// `$ref`s are pointers into the document. Returns what does not fit and where, nullopt when all is well.
std::optional<std::string> misfit(json::View value, json::View schema, json::View document, const std::string& where = "");
json::View resolve(json::View schema, json::View document);

}  // namespace loomgate::contract
