// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/pg/statement.h"

namespace loomgate::store {

extern const pg::Statement kLinksOfConfig;
extern const pg::Statement kLinksOfNode;
extern const pg::Statement kRenderedLinks;
extern const pg::Statement kLinksOfGroup;
extern const pg::Statement kInsertLinkGroup;
extern const pg::Statement kUpdateLinkGroup;
extern const pg::Statement kInsertDirection;
extern const pg::Statement kUpdateDirection;
extern const pg::Statement kDeleteLinkGroup;
extern const pg::Statement kDeleteDirectionsOfConfig;
extern const pg::Statement kDeleteGroupsOfConfig;
extern const pg::Statement kInsertAutoLinks;
extern const pg::Statement kDisableLinksOfNode;
extern const pg::Statement kClearKeepalives;

}  // namespace loomgate::store
