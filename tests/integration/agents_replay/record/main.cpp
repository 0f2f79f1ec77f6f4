// SPDX-License-Identifier: Apache-2.0
// record_conversation: watches a running deployment until Ctrl-C and prints the conversation as a file that can be
// replayed. CONTRIBUTING.md says how to use it.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/integration/agents_replay/recorder.h"

int main(int argc, char** argv) {
  using namespace loomgate;
  CLI::App app("Writes down what agents and the daemon say to each other.");
  harness::MqttClientOptions user;
  pg::ConnectOptions database;
  std::string name, password_file;
  user.client_id = "loomgate-recorder";
  app.add_option("--host", user.host, "of the broker, without TLS")->capture_default_str();
  app.add_option("--port", user.port, "of the broker")->required();
  app.add_option("--user", name, "who may read wfm/#, and read and write recorder/#")->required();
  app.add_option("--password-file", password_file, "its first line is the password")->required();
  app.add_option("--dsn", database.conninfo, "of the database")->required();
  CLI11_PARSE(app, argc, argv);
  std::string password;
  std::ifstream file(password_file);
  std::getline(file, password);
  user.username = name;
  user.password = password;

  // Every thread inherits this: the signals come to sigwait().
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGINT);
  sigaddset(&end, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);
  try {
    test::Recorder recorder(std::move(user), database);
    std::fprintf(stderr, "recording; Ctrl-C ends it\n");
    int signal = 0;
    sigwait(&end, &signal);
    std::fputs(recorder.finish().c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
