// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/pg/connection.h"

namespace loomgate::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<std::string> normalize(std::string_view text) {
  std::string reason;
  return normalize_conninfo(text, reason);
}

std::string reason_for(std::string_view text) {
  std::string reason;
  EXPECT_EQ(normalize_conninfo(text, reason), std::nullopt) << text;
  return reason;
}

TEST(NormalizeConninfo, DropsTheDriverOfTheScheme) {
  EXPECT_EQ(normalize("postgresql+psycopg://u:p@h:5432/d?sslmode=require"), "postgresql://u:p@h:5432/d?sslmode=require");
  EXPECT_EQ(normalize("postgres+asyncpg://h/d"), "postgres://h/d");
}

TEST(NormalizeConninfo, LeavesEverythingElseAlone) {
  for (const char* text : {"postgresql://u:a+b@h/d", "host=/run/postgresql dbname=loomgate", "", "password='a b' host=h", "postgresql:///d?host=/tmp",
                           "host=a,b port=1,2 target_session_attrs=read-write"})
    EXPECT_EQ(normalize(text), text);
}

TEST(NormalizeConninfo, RefusesWhatLibpqCannotRead) {
  EXPECT_THAT(reason_for("hots=localhost"), HasSubstr("hots"));
  EXPECT_THAT(reason_for("mysql+driver://h/d"), Not(testing::IsEmpty()));
  EXPECT_THAT(reason_for("host='unfinished"), Not(testing::IsEmpty()));
  EXPECT_THAT(reason_for(std::string_view("host=a\0b", 8)), HasSubstr("NUL"));
}

TEST(NormalizeConninfo, ReasonNeverQuotesThePassword) {
  for (const char* text : {"host=h password=top secret", "postgresql://u:top%zzsecret@h/d", "postgresql://u:secret@[::1/d",
                           "password=secret bogus=1", "postgresql://h/d?%70assword=secret%zz"})
    EXPECT_THAT(reason_for(text), Not(HasSubstr("secret"))) << text;
}

TEST(RedactConninfo, HidesThePasswordAndKeepsTheRest) {
  EXPECT_EQ(redact_conninfo("postgresql+psycopg://user:pa%20ss@db.example:6432/loomgate?sslmode=verify-full"),
            "user=user password=*** dbname=loomgate host=db.example port=6432 sslmode=verify-full");
  EXPECT_THAT(redact_conninfo("host=h sslpassword=secret password='a b'"), Not(testing::AnyOf(HasSubstr("secret"), HasSubstr("a b"))));
}

TEST(RedactConninfo, SaysNothingOfATextItCannotRead) { EXPECT_EQ(redact_conninfo("password=secret oops"), "(unreadable conninfo)"); }

TEST(RedactConninfo, StaysReadableForLibpq) {
  const std::string redacted = redact_conninfo("host='odd \\' name' dbname='back\\\\slash' application_name=''");
  EXPECT_EQ(normalize(redacted), redacted);
  EXPECT_EQ(redact_conninfo(redacted), redacted);
}

TEST(Connection, BadConninfoIsNoLostConnection) {
  ConnectOptions options;
  options.conninfo = "hots=nowhere";
  try {
    Connection connection(options);
    FAIL() << "connected to a conninfo that libpq refuses";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kOther);
  }
}

TEST(Connection, NobodyListeningIsALostConnection) {
  ConnectOptions options;
  options.conninfo = "host=/nonexistent/loomgate dbname=none";
  try {
    Connection connection(options);
    FAIL() << "connected to a socket that does not exist";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kConnectionLost);
  }
}

}  // namespace
}  // namespace loomgate::pg
