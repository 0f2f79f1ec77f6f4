// SPDX-License-Identifier: Apache-2.0
// What the replica tells the operator. One line per change of state, never one per client.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::replica {

inline const Message kConnected{"LG-PLG-101", Level::kInfo,
                                "connected to the database: {} devices and {} daemons may connect",
                                "The access table equals the database and follows its changes."};
inline const Message kLost{
    "LG-PLG-102", Level::kWarning, "database lost: {}",
    "Known devices keep connecting from the table in memory; nobody is disconnected. The connection is made again "
    "by itself. Check that PostgreSQL is up and that its address in the settings is right."};
inline const Message kBadRows{
    "LG-PLG-103", Level::kWarning, "skipped {} malformed row(s) of view access, the first is '{}'",
    "These principals cannot connect. Rows are written by loomgated only; look who changed them."};
inline const Message kServicesOff{"LG-PLG-104", Level::kWarning, "MQTT services are switched off: nobody may connect",
                                  "Switch them on in the settings of the console."};
inline const Message kServicesOn{"LG-PLG-105", Level::kInfo, "MQTT services are switched on",
                                 "Devices may connect again."};
inline const Message kCacheLoaded{"LG-PLG-111", Level::kInfo,
                                  "started from cache {}: {} devices and {} daemons, last confirmed {} s ago",
                                  "The broker answers from this copy until the database is reached."};
inline const Message kCacheMissing{"LG-PLG-112", Level::kInfo,
                                   "no cache at {}: everybody is refused until the database is reached",
                                   "Normal at the very first start. The cache is written after the first load."};
inline const Message kCacheRefused{
    "LG-PLG-113", Level::kError, "cache {} refused: {}",
    "The file is damaged or its owner or mode is wrong; it is ignored and everybody is refused until the "
    "database is reached. It is replaced after the next load; if its owner or mode was wrong, remove it."};
inline const Message kCacheNotWritten{
    "LG-PLG-114", Level::kError, "cache {} cannot be written: {}",
    "A broker that is started while the database is down will refuse everybody. Check that the "
    "directory exists and belongs to the broker's user."};

}  // namespace loomgate::replica
