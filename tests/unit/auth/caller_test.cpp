// SPDX-License-Identifier: Apache-2.0
// Who counts as sitting at this machine: the guard of an open set-up stands on it.
#include <gtest/gtest.h>

#include "daemon/api/actor.h"
#include "daemon/http/route.h"

namespace loomgate::api {
namespace {

bool local(const std::string& address, http::Pairs headers) {
  http::Request request;
  request.remote_address = address;
  request.headers = std::move(headers);
  const http::Route route{.method = "POST", .path = "/x"};
  return caller_of(http::Context(request, route, {})).local;
}

TEST(Caller, LoopbackByAddressAndByName) {
  for (const char* host : {"localhost", "LOCALHOST:8000", "127.0.0.1", "127.1.2.3:8000", "[::1]", "[::1]:8000"}) {
    EXPECT_TRUE(local("127.0.0.1", {{"host", host}})) << host;
    EXPECT_TRUE(local("::1", {{"host", host}})) << host;
  }
  EXPECT_FALSE(local("192.0.2.1", {{"host", "localhost"}}));
  EXPECT_FALSE(local("2001:db8::1", {{"host", "localhost"}}));
}

TEST(Caller, ForeignNamesAndProxiesAreNotLocal) {
  for (const char* host : {"", "mesh.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:127", "[::2]"}) {
    EXPECT_FALSE(local("127.0.0.1", {{"host", host}})) << host;
  }
  for (const char* mark : {"x-forwarded-for", "forwarded", "x-real-ip", "via"}) {
    EXPECT_FALSE(local("127.0.0.1", {{"host", "localhost"}, {mark, "127.0.0.1"}})) << mark;
  }
  EXPECT_FALSE(local("127.0.0.1", {}));
}

}  // namespace
}  // namespace loomgate::api
