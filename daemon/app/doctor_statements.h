// SPDX-License-Identifier: Apache-2.0
// What the doctor asks the database.
#pragma once

#include "sql/pg/statement.h"

namespace loomgate::app {

extern const pg::Statement kDoctorClock;
extern const pg::Statement kDoctorOwner;
extern const pg::Statement kDoctorBrokerRole;
extern const pg::Statement kDoctorBrokerTables;
extern const pg::Statement kDoctorBrokerGrants;
extern const pg::Statement kDoctorBrokers;
extern const pg::Statement kDoctorDaemons;

}  // namespace loomgate::app
