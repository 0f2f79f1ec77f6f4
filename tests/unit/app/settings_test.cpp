// SPDX-License-Identifier: Apache-2.0
// Every rule of spec environment 1, 5 and 6 that an operator can meet.
#include "daemon/app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace loomgate::app {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Environment kLeast = {{"WFM_DATABASE", "postgresql://me:secret-word@db/mesh"}, {"WFM_LISTEN", "127.0.0.1:8000"}};

LoadedSettings load(Environment extra, const Environment& file = {}) {
  for (const auto& [name, value] : kLeast) extra.emplace(name, value);
  return load_settings(extra, file);
}

std::string refusal(const Environment& extra, const Environment& file = {}) {
  try {
    load(extra, file);
  } catch (const SettingsError& error) {
    return error.what();
  }
  return "";
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) : path_(testing::TempDir() + "loomgate-settings-XXXXXX") {
    ::close(::mkstemp(path_.data()));
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Settings, DefaultsNeedOnlyADatabase) {
  const auto loaded = load_settings({{"WFM_DATABASE", "postgresql://me@db/mesh"}}, {});
  const auto& settings = loaded.settings;
  EXPECT_EQ(settings.listen.host, "0.0.0.0");
  EXPECT_EQ(settings.listen.port, 8000);
  EXPECT_EQ(settings.session_life.count(), 1440);
  EXPECT_EQ(settings.download_life.count(), 5);
  EXPECT_EQ(settings.timezone, "Asia/Shanghai");
  EXPECT_FALSE(settings.debug);
  EXPECT_TRUE(settings.mqtt_services);
  EXPECT_EQ(settings.mqtt_url.address.host, "localhost");
  EXPECT_EQ(settings.mqtt_url.address.port, 1883);
  EXPECT_EQ(settings.control_timeout.count(), 60);
  EXPECT_EQ(settings.push_timeout.count(), 150);
  EXPECT_EQ(settings.master_key_file, "./data/master.key");
}

TEST(Settings, MissingDatabaseIsNamed) {
  EXPECT_THROW(load_settings({}, {}), SettingsError);
  try {
    load_settings({}, {});
  } catch (const SettingsError& error) {
    EXPECT_THAT(error.what(), HasSubstr("WFM_DATABASE is missing"));
  }
}

TEST(Settings, SqliteIsRefusedWithTheReason) {
  EXPECT_THAT(refusal({{"WFM_DATABASE", "sqlite:///./data/wg_free_mesh.db"}}),
              AllOf(HasSubstr("WFM_DATABASE"), HasSubstr("PostgreSQL"), HasSubstr("snapshot")));
}

TEST(Settings, DriverSuffixIsDropped) {
  EXPECT_THAT(load({{"WFM_DATABASE", "postgresql+psycopg://u:p%40q@db:5433/m"}}).settings.database,
              testing::StartsWith("postgresql://u:p%40q@db:5433/m"));
}

TEST(Settings, LegacyDatabaseNameIsReadOnlyWhenTheOtherIsEmpty) {
  const Environment both = {{"WFM_DATABASE", "postgresql://a/one"}, {"WFM_DATABASE_URL", "postgresql://a/two"}};
  EXPECT_THAT(load_settings(both, {}).settings.database, HasSubstr("one"));
  const Environment legacy = {{"WFM_DATABASE", ""}, {"WFM_DATABASE_URL", "postgresql://a/two"}};
  EXPECT_THAT(load_settings(legacy, {}).settings.database, HasSubstr("two"));
}

TEST(Settings, PublishedDatabasePasswordIsRefusedUnlessAllowed) {
  const Environment weak = {{"WFM_DATABASE", "postgresql://wfm:wfm@db/wfm"}};
  EXPECT_THAT(refusal(weak), AllOf(HasSubstr("WFM_DATABASE"), HasSubstr("default password")));
  auto allowed = weak;
  allowed["WFM_ALLOW_INSECURE_DEFAULTS"] = "yes";
  EXPECT_THAT(refusal(allowed), IsEmpty());
}

TEST(Settings, BooleansHaveTheirSpellings) {
  for (const char* word : {"true", "1", "YES", "On", "t", "y"})
    EXPECT_TRUE(load({{"WFM_DEBUG", word}}).settings.debug) << word;
  for (const char* word : {"false", "0", "no", "OFF", "f", "N"})
    EXPECT_FALSE(load({{"WFM_DEBUG", word}}).settings.debug) << word;
  EXPECT_THAT(refusal({{"WFM_DEBUG", "maybe"}}), HasSubstr("WFM_DEBUG must be true or false"));
}

TEST(Settings, IntegersHaveRanges) {
  EXPECT_EQ(load({{"WFM_AUTH_TOKEN_EXPIRE_MINUTES", " 30 "}}).settings.session_life.count(), 30);
  for (const char* wrong : {"0", "525601", "ten", "5.0", "-1", "1e3", "99999999999999999999"}) {
    EXPECT_THAT(refusal({{"WFM_AUTH_TOKEN_EXPIRE_MINUTES", wrong}}),
                HasSubstr("WFM_AUTH_TOKEN_EXPIRE_MINUTES must be a whole number from 1 to 525600"))
        << wrong;
  }
}

TEST(Settings, EmptyMeansDefaultAndIsWarnedAbout) {
  const auto loaded = load({{"WFM_AUTH_TOKEN_EXPIRE_MINUTES", ""}, {"WFM_DEBUG", ""}, {"WFM_TIMEZONE", ""}});
  EXPECT_EQ(loaded.settings.session_life.count(), 1440);
  EXPECT_EQ(loaded.settings.timezone, "Asia/Shanghai");
  EXPECT_THAT(loaded.warnings, Contains(HasSubstr("WFM_AUTH_TOKEN_EXPIRE_MINUTES is empty")));
  EXPECT_THAT(loaded.warnings, Contains(HasSubstr("WFM_DEBUG is empty")));
}

TEST(Settings, ListsAreJsonArrays) {
  EXPECT_THAT(
      load({{"WFM_EXTRA_ALLOWED_ORIGINS", R"([" https://a.example/ ","http://b:81"])"}}).settings.extra_allowed_origins,
      testing::ElementsAre("https://a.example", "http://b:81"));
  EXPECT_THAT(refusal({{"WFM_EXTRA_ALLOWED_ORIGINS", "https://a.example"}}),
              HasSubstr("WFM_EXTRA_ALLOWED_ORIGINS must be a JSON array of strings"));
  EXPECT_THAT(refusal({{"WFM_EXTRA_ALLOWED_ORIGINS", R"(["a.example"])"}}),
              HasSubstr("WFM_EXTRA_ALLOWED_ORIGINS has an entry"));
  EXPECT_THAT(refusal({{"WFM_EXTRA_ALLOWED_ORIGINS", "[1]"}}), HasSubstr("JSON array of strings"));
}

TEST(Settings, OriginIsSchemeHostPort) {
  EXPECT_EQ(load({{"WFM_PUBLIC_ORIGIN", "https://Mesh.example:8443/"}}).settings.public_origin,
            "https://Mesh.example:8443");
  EXPECT_EQ(load({{"WFM_PUBLIC_ORIGIN", "http://[::1]:8000"}}).settings.public_origin, "http://[::1]:8000");
  for (const char* wrong : {"mesh.example", "ftp://a", "https://", "https://a/path", "https://a?q", "https://u@a",
                            "https://a:0", "https://a:99999", "https://a:", "https://a b"}) {
    EXPECT_THAT(refusal({{"WFM_PUBLIC_ORIGIN", wrong}}), HasSubstr("WFM_PUBLIC_ORIGIN")) << wrong;
  }
}

TEST(Settings, MqttUrlSchemesAndPorts) {
  const auto url = [](const char* text) { return load({{"WFM_MQTT_URL", text}}).settings.mqtt_url; };
  EXPECT_EQ(url("tcp://broker").address.port, 1883);
  EXPECT_EQ(url("ssl://broker").address.port, 8883);
  EXPECT_TRUE(url("mqtts://broker:1").tls);
  EXPECT_FALSE(url("mqtt://broker:1").tls);
  EXPECT_EQ(url("mqtt://someone:pw@broker").address.host, "broker");
  EXPECT_EQ(url("mqtt://[2001:db8::1]:1884/").address.host, "2001:db8::1");
  for (const char* wrong : {"http://a", "mqtt://", "mqtt://a:0", "mqtt://a:70000", "broker:1883", "mqtt://::1:1883"}) {
    EXPECT_THAT(refusal({{"WFM_MQTT_URL", wrong}}), HasSubstr("WFM_MQTT_URL")) << wrong;
  }
}

TEST(Settings, UnknownTimezoneStopsTheStart) {
  EXPECT_EQ(load({{"WFM_TIMEZONE", " Europe/Berlin "}}).settings.timezone, "Europe/Berlin");
  for (const char* wrong : {"Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe"}) {
    EXPECT_THAT(refusal({{"WFM_TIMEZONE", wrong}}), HasSubstr("WFM_TIMEZONE must be an IANA time zone name")) << wrong;
  }
}

TEST(Settings, ListenAddress) {
  EXPECT_EQ(load({{"WFM_LISTEN", "[::1]:0"}}).settings.listen.host, "::1");
  EXPECT_EQ(load({{"WFM_LISTEN", ":9000"}}).settings.listen.host, "0.0.0.0");
  for (const char* wrong : {"9000", "a:b", "::1:8000", "host:70000"}) {
    EXPECT_THAT(refusal({{"WFM_LISTEN", wrong}}), HasSubstr("WFM_LISTEN")) << wrong;
  }
}

TEST(Settings, EnvironmentBeatsFileBeatsDefault) {
  EXPECT_EQ(load({}, {{"WFM_APP_NAME", "File"}}).settings.app_name, "File");
  EXPECT_EQ(load({{"WFM_APP_NAME", "Process"}}, {{"WFM_APP_NAME", "File"}}).settings.app_name, "Process");
  EXPECT_EQ(load({}).settings.app_name, "Loomgate");
}

TEST(Settings, SecretsMayStandInFiles) {
  const TemporaryFile file("postgresql://me@db/from-file\n");
  const auto loaded = load_settings({{"WFM_DATABASE_FILE", file.path()}}, {});
  EXPECT_THAT(loaded.settings.database, HasSubstr("from-file"));
  EXPECT_THAT(refusal({{"WFM_DATABASE_FILE", file.path()}}),
              HasSubstr("WFM_DATABASE and WFM_DATABASE_FILE are both set"));
  const Environment lost = {{"WFM_DATABASE_FILE", "/nowhere/at/all"}};
  EXPECT_THROW(load_settings(lost, {}), SettingsError);
}

TEST(Settings, UnknownAndOldNamesAreWarnedAbout) {
  const auto loaded = load({{"WFM_DEBUGG", "1"}, {"LOOMGATE_X", "1"}, {"WFM_CORS_ORIGINS", "[]"}, {"PATH", "/bin"}},
                           {{"COMPOSE_PROFILES", "mqtt"}, {"WFM_DEBUGG", "1"}});
  EXPECT_THAT(loaded.warnings, Contains(HasSubstr("WFM_DEBUGG")).Times(1));
  EXPECT_THAT(loaded.warnings, Contains(HasSubstr("LOOMGATE_X")));
  EXPECT_THAT(loaded.warnings, Contains(AllOf(HasSubstr("WFM_CORS_ORIGINS"), HasSubstr("WFM_EXTRA_ALLOWED_ORIGINS"))));
  EXPECT_THAT(loaded.warnings, Not(Contains(HasSubstr("PATH"))));
  EXPECT_THAT(loaded.warnings, Not(Contains(HasSubstr("COMPOSE"))));
}

TEST(Settings, EmqxNamesOfAnExistingEnvFileAreAcceptedWithOneNote) {
  const auto loaded = load({{"WFM_EMQX_MODE", "push"},
                            {"WFM_EMQX_PASSWORD", "public"},
                            {"WFM_EMQX_API_BASE_URL", "http://emqx:18083"}});
  ASSERT_EQ(loaded.notes.size(), 1U);
  EXPECT_THAT(loaded.notes.front(),
              AllOf(HasSubstr("WFM_EMQX_MODE"), HasSubstr("WFM_EMQX_API_BASE_URL"), Not(HasSubstr("public"))));
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_THAT(refusal({{"WFM_BROKER", "emqx"}}), HasSubstr("WFM_BROKER"));
}

TEST(Settings, TheKeyOfTheAuthorizationCallback) {
  EXPECT_EQ(load({}).settings.emqx_authz_key, "") << "closed";
  EXPECT_EQ(load({}).settings.emqx_username, "admin");
  const auto published = load({{"WFM_EMQX_AUTHZ_SHARED_KEY", "wfm-internal-emqx-authz"}});
  EXPECT_THAT(published.warnings, Contains(HasSubstr("WFM_EMQX_AUTHZ_SHARED_KEY")));
  const auto own = load({{"WFM_EMQX_AUTHZ_SHARED_KEY", "a key of sixteen"}});
  EXPECT_EQ(own.settings.emqx_authz_key, "a key of sixteen");
  EXPECT_THAT(own.warnings, Not(Contains(HasSubstr("WFM_EMQX_AUTHZ_SHARED_KEY"))));
  const auto refused = refusal({{"WFM_EMQX_AUTHZ_SHARED_KEY", "secret-but-tiny"}});
  EXPECT_THAT(refused, AllOf(HasSubstr("WFM_EMQX_AUTHZ_SHARED_KEY"), Not(HasSubstr("tiny"))));
  for (const char* name : {"node_aaaaaaaaaaaa", "undefined", " "})
    EXPECT_THAT(refusal({{"WFM_EMQX_USERNAME", name}}), HasSubstr("WFM_EMQX_USERNAME")) << name;
}

TEST(Settings, CrossChecks) {
  EXPECT_THAT(load({{"WFM_LISTEN", "0.0.0.0:8000"}}).warnings, Contains(HasSubstr("WFM_PUBLIC_ORIGIN is empty")));
  EXPECT_THAT(load({}).warnings, IsEmpty());
  EXPECT_THAT(load({{"WFM_ENABLE_DEV_TEST_API", "1"}}).warnings, Contains(HasSubstr("WFM_ENABLE_DEV_TEST_API")));
  EXPECT_THAT(refusal({{"WFM_ENABLE_DEV_TEST_API", "1"}, {"WFM_PUBLIC_ORIGIN", "https://a.example"}}),
              HasSubstr("WFM_ENABLE_DEV_TEST_API"));
  EXPECT_THAT(load({{"WFM_PUBLIC_ORIGIN", "http://mesh.example"}}).warnings, Contains(HasSubstr("clear text")));
  EXPECT_THAT(load({{"WFM_PUBLIC_ORIGIN", "http://localhost:8000"}}).warnings, IsEmpty());
  EXPECT_THAT(load({{"WFM_MQTT_URL", "mqtt://b:8883"}}).warnings, Contains(HasSubstr("WFM_MQTT_URL")));
  EXPECT_THAT(load({{"WFM_MQTT_URL", "mqtts://b:1883"}}).warnings, Contains(HasSubstr("WFM_MQTT_URL")));
  EXPECT_THAT(load({{"WFM_MQTT_TLS_ENABLED", "1"}}).warnings, Contains(HasSubstr("WFM_MQTT_CLIENT_CA_FILE")));
  EXPECT_THAT(load({{"WFM_MQTT_TLS_ENABLED", "1"}, {"WFM_MQTT_CLIENT_CA_FILE", "/nowhere"}}).warnings,
              Contains(HasSubstr("/nowhere")));
  EXPECT_THAT(refusal({{"WFM_MQTT_PUBLIC_PORT", "8883"}}), HasSubstr("WFM_MQTT_PUBLIC_TLS_PORT"));
  EXPECT_THAT(refusal({{"WFM_MASTER_KEY", "x"}, {"LOOMGATE_MASTER_KEY_FILE", "/k"}}),
              HasSubstr("WFM_MASTER_KEY and LOOMGATE_MASTER_KEY_FILE"));
  EXPECT_THAT(refusal({{"LOOMGATE_INSTANCE", "Big Name"}}), HasSubstr("LOOMGATE_INSTANCE"));
}

TEST(Settings, PrintingNeverShowsSecrets) {
  const auto loaded = load({{"WFM_MASTER_KEY", "key-material"}, {"WFM_DATABASE_URL", ""}});
  const auto text = print_settings(loaded);
  EXPECT_THAT(text, HasSubstr("WFM_DATABASE=set  # environment"));
  EXPECT_THAT(text, HasSubstr("WFM_DATABASE_URL=empty"));
  EXPECT_THAT(text, HasSubstr("WFM_LOG_LEVEL=info  # default"));
  EXPECT_THAT(text, Not(HasSubstr("secret-word")));
  EXPECT_THAT(text, Not(HasSubstr("key-material")));
}

TEST(Settings, PageOfRecordIsCurrent) {
  std::ifstream file(LOOMGATE_SOURCE_DIR "/docs/settings.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), settings_markdown()) << "run: loomgated settings --markdown > docs/settings.md";
}

TEST(EnvFile, ReadsNamesCommentsAndQuotes) {
  const auto found = parse_env_text(
      "\xEF\xBB\xBF# head\n\n A = plain # comment\nB=\"two \\\"words\\\" # kept\"\r\nC='$HOME `x` \\n' # x\nexport "
      "D=1\nE=\nF=a#b\n",
      "x.env");
  EXPECT_EQ(found.at("A"), "plain");
  EXPECT_EQ(found.at("B"), "two \"words\" # kept");
  EXPECT_EQ(found.at("C"), "$HOME `x` \\n");
  EXPECT_EQ(found.at("D"), "1");
  EXPECT_EQ(found.at("E"), "");
  EXPECT_EQ(found.at("F"), "a#b");
}

TEST(EnvFile, NamesTheLineThatCannotBeRead) {
  for (const char* wrong : {"A=1\njust words", "A=1\nB=\"open", "A=1\nB='open", "A=1\nB C=2", "A=1\nB=\"x\" y"}) {
    try {
      parse_env_text(wrong, "my.env");
      ADD_FAILURE() << wrong;
    } catch (const SettingsError& error) {
      EXPECT_THAT(error.what(), HasSubstr("my.env line 2: ")) << wrong;
    }
  }
}

TEST(EnvFile, MissingFileIsNamed) {
  EXPECT_THROW(read_env_file("/nowhere/my.env"), SettingsError);
}

TEST(EnvFile, EmptyFileIsFine) {
  const TemporaryFile file("");
  EXPECT_THAT(read_env_file(file.path()), IsEmpty());
}

}  // namespace
}  // namespace loomgate::app
