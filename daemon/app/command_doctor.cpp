// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "daemon/app/commands.h"
#include "daemon/app/doctor.h"
#include "daemon/app/start_up.h"
#include "daemon/json/json.h"

namespace loomgate::app {
namespace {

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "OK";
    case Verdict::kWarning:
      return "WARN";
    case Verdict::kFailure:
      return "FAIL";
  }
  return "FAIL";
}

// Wrong settings are a finding too: the doctor is asked because something is wrong.
Findings examine_installation(const std::string& env_file) {
  try {
    return examine(load_program_settings(env_file));
  } catch (const SettingsError& error) {
    return {{"settings", Verdict::kFailure, error.what(),
             "Correct it and ask again; docs/settings.md explains each setting."}};
  }
}

void print_text(const Findings& findings) {
  for (const auto& finding : findings) {
    std::printf("%-4s  %-10s  %s\n", word_of(finding.verdict), finding.check.c_str(), finding.text.c_str());
    if (!finding.advice.empty()) std::printf("      %-10s  -> %s\n", "", finding.advice.c_str());
  }
}

void print_json(const Findings& findings, bool healthy) {
  auto list = json::Json::array();
  for (const auto& finding : findings) {
    list.push(json::Json::object({{"check", json::Json(finding.check)},
                                  {"verdict", json::Json(word_of(finding.verdict))},
                                  {"text", json::Json(finding.text)},
                                  {"advice", json::Json(finding.advice)}}));
  }
  std::printf("%s\n",
              json::Json::object({{"healthy", json::Json(healthy)}, {"findings", std::move(list)}}).dump().c_str());
}

}  // namespace

void add_doctor_command(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("doctor", "Examine this installation; exit code 1 when something is broken");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print one JSON object");
  command->callback([&line, as_json] {
    const auto findings = examine_installation(line.env_file);
    const bool healthy =
        std::ranges::none_of(findings, [](const Finding& finding) { return finding.verdict == Verdict::kFailure; });
    if (*as_json) {
      print_json(findings, healthy);
    } else {
      print_text(findings);
    }
    line.exit_code = healthy ? 0 : 1;
  });
}

}  // namespace loomgate::app
