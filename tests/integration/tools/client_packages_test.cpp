// SPDX-License-Identifier: Apache-2.0
// Client packages (spec http-api 6.9, downloads 2, 3).
#include <filesystem>
#include <fstream>

#include "tests/integration/api_agents/agents_fixture.h"
#include "tests/integration/tools/zip_listing.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr const char* kTools = "/api/v1/tools/download";

class ClientPackages : public AgentsTest {
 protected:
  void start_with_programs() {
    put_programs("linux-amd64", "", "control", "agent");
    put_programs("windows-386", ".exe", "control.exe", "agent.exe");
    start({{"LOOMGATE_CLIENT_PROGRAMS", programs_.path().string()}});
  }
  void put_programs(const std::string& target, const std::string& extension, const std::string& control,
                    const std::string& agent) {
    std::filesystem::create_directories(programs_ / target);
    std::ofstream(programs_.path() / target / ("wfmctl" + extension)) << control;
    std::ofstream(programs_.path() / target / ("wfm-agent" + extension)) << agent;
  }
  ApiAnswer make(const std::string& what, const std::string& source, const std::string& goos, const std::string& goarch) {
    return api_->post(std::string(kTools) + "/client-artifacts/" + what,
                      fmt::format(R"({{"source":"{}","goos":"{}","goarch":"{}"}})", source, goos, goarch));
  }

  TempDir programs_;
};

TEST_F(ClientPackages, OptionsAreTheContractsAndTruthful) {
  start();
  const auto options = api_->get(std::string(kTools) + "/client-options");
  EXPECT_EQ(options.status, 200);
  EXPECT_EQ(options.text("data.sources.0.value"), "local_build");
  EXPECT_EQ(options.text("data.sources.1.value"), "github_release");
  EXPECT_FALSE(options.boolean("data.sources.0.available") || options.boolean("data.sources.1.available"));
  EXPECT_EQ(json::Json::copy_of(*options.at("data.systems")).dump(),
            R"([{"value":"windows","label":"Windows"},{"value":"linux","label":"Linux"},{"value":"darwin","label":"macOS"}])");
  EXPECT_EQ(options.at("data.architectures.windows")->items().size(), 3U);
  EXPECT_EQ(options.at("data.architectures.linux")->items().size(), 2U);
  EXPECT_EQ(options.text("data.architectures.windows.2.label"), "x86 / 32-bit");
  EXPECT_EQ(json::Json::copy_of(*options.at("data.defaults")).dump(),
            R"({"source":"github_release","goos":"windows","goarch":"amd64"})");
  EXPECT_FALSE(options.text("data.version").empty());
}

TEST_F(ClientPackages, ASourceThatCannotServeAnswersItsCode) {
  start();
  EXPECT_EQ(error_of(make("build", "local_build", "linux", "amd64")), "500 CLIENT_SOURCE_NOT_FOUND");
  const auto release = make("build", "github_release", "linux", "amd64");
  EXPECT_EQ(error_of(release), "404 GITHUB_RELEASE_ASSET_NOT_FOUND");
  EXPECT_THAT(release.text("error.detail.filename"), MatchesRegex("wfm-client-linux-amd64-v.*\\.zip"));
  EXPECT_EQ(error_of(make("build", "tape", "beos", "vax")), "400 INVALID_DOWNLOAD_SOURCE");
  EXPECT_EQ(error_of(make("build", "local_build", "beos", "vax")), "400 INVALID_CLIENT_SYSTEM");
  EXPECT_EQ(error_of(make("download-grant", "local_build", "linux", "386")), "400 INVALID_CLIENT_ARCH");
  EXPECT_EQ(error_of(api_->post(std::string(kTools) + "/client-artifacts/build", "{}")), "400 INVALID_DOWNLOAD_SOURCE");
}

TEST_F(ClientPackages, ProgramsOfTheServerArePackedOnce) {
  start_with_programs();
  EXPECT_TRUE(api_->get(std::string(kTools) + "/client-options").boolean("data.sources.0.available"));
  const auto made = make("build", "local_build", "linux", "amd64");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto id = made.text("data.artifact_id");
  EXPECT_THAT(id, MatchesRegex("local_build-.+-[0-9a-f]{12}-linux-amd64"));
  EXPECT_FALSE(made.boolean("data.cached"));
  EXPECT_TRUE(make("build", "local_build", "linux", "amd64").boolean("data.cached"));
  EXPECT_FALSE(made.at("data.download_token"));
  EXPECT_FALSE(made.at("data.download_url"));

  const auto file = api_->get(made.text("data.download_path"));
  EXPECT_EQ(file.header("content-type"), "application/zip");
  EXPECT_THAT(*file.header("content-disposition"), HasSubstr("filename=\"" + id + ".zip\""));
  const auto zip = list_zip(file.body);
  EXPECT_EQ(zip.view().find("names")->dump(), R"(["wfmctl","wfm-agent","README.txt"])");
  EXPECT_EQ(zip.view().find("modes")->dump(), R"(["755","755","644"])");
  EXPECT_EQ(zip.view().find("texts")->find("wfm-agent")->string(), "agent");
  EXPECT_EQ(list_zip(api_->get(make("build", "local_build", "windows", "386").text("data.download_path")).body)
                .view().find("names")->dump(),
            R"(["wfmctl.exe","wfm-agent.exe","README.txt"])");

  put_programs("linux-amd64", "", "control", "newer agent");
  EXPECT_EQ(error_of(api_->get(made.text("data.download_path"))), "404 CLIENT_ARTIFACT_NOT_FOUND");
  EXPECT_NE(make("build", "local_build", "linux", "amd64").text("data.artifact_id"), id);
  EXPECT_FALSE(std::filesystem::exists(daemon_.file("data/artifacts/clients/" + id + ".zip"))) << "older ones go";
  EXPECT_EQ(error_of(api_->get(std::string(kTools) + "/client-artifacts/..%2f..%2fmaster.key")), "404 CLIENT_ARTIFACT_NOT_FOUND");
}

TEST_F(ClientPackages, AGrantOpensItsArtifactOnly) {
  start_with_programs();
  const auto granted = make("download-grant", "local_build", "linux", "amd64");
  const auto other = make("build", "local_build", "windows", "386");
  EXPECT_EQ(granted.text("data.token_type"), "download");
  EXPECT_FALSE(granted.text("data.download_token_expires_at").empty());
  const auto token = "?download_token=" + granted.text("data.download_token");
  auto stranger = daemon_.client();
  EXPECT_EQ(stranger.get(granted.text("data.download_path") + token).status, 200);
  stranger.set_bearer("no session");
  EXPECT_EQ(stranger.get(granted.text("data.download_path") + token).status, 200) << "a bad bearer does no harm";
  EXPECT_EQ(error_of(stranger.get(other.text("data.download_path") + token)), "403 DOWNLOAD_TOKEN_SCOPE_MISMATCH");
  EXPECT_EQ(error_of(stranger.get(granted.text("data.download_path"))), "401 DOWNLOAD_TOKEN_REQUIRED");
  EXPECT_EQ(error_of(stranger.get(path("download-conf") + token)), "401 INVALID_DOWNLOAD_TOKEN");
}

TEST_F(ClientPackages, AreGoneWhenMqttIsOff) {
  daemon_.options().mqtt_port = 0;
  start({});
  EXPECT_EQ(error_of(api_->get(std::string(kTools) + "/client-options")), "409 MQTT_DISABLED");
  for (const char* what : {"build", "download-grant"}) {
    EXPECT_EQ(error_of(api_->post(std::string(kTools) + "/client-artifacts/" + what, "not JSON")), "409 MQTT_DISABLED");
  }
  EXPECT_EQ(error_of(api_->get(std::string(kTools) + "/client-artifacts/x")), "409 MQTT_DISABLED");
  EXPECT_EQ(error_of(daemon_.client().get(std::string(kTools) + "/client-artifacts/x")), "401 DOWNLOAD_TOKEN_REQUIRED");
  EXPECT_EQ(api_->get(std::string(kTools) + "/config-bulk/options").status, 200) << "configs can be downloaded without";
}

}  // namespace
}  // namespace loomgate::harness
