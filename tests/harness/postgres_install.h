// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL programs on this machine, and a data directory made once and copied ever after: initdb takes seconds.
#pragma once

#include <filesystem>
#include <string>

namespace loomgate::harness {

// The user that runs the servers: "postgres" when we are root, empty (ourselves) otherwise.
std::string postgres_user();

std::string postgres_program(const std::string& name);

// Makes a data directory at this path, owned by postgres_user(): local connections trusted, TCP ones by password.
// Safe when several test programs do so at once.
void make_data_directory(const std::filesystem::path& path);

}  // namespace loomgate::harness
