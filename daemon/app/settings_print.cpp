// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "daemon/app/settings_table.h"

namespace loomgate::app {
namespace {

const char* source_name(const LoadedSettings& loaded, const char* name) {
  const auto found = loaded.sources.find(name);
  if (found == loaded.sources.end()) return "default";
  switch (found->second) {
    case Source::kEnvironment:
      return "environment";
    case Source::kEnvFile:
      return "env-file";
    case Source::kDefault:
      return "default";
  }
  return "default";
}

std::string type_name(const SettingSpec& spec) {
  switch (spec.kind) {
    case Kind::kText:
      return "text";
    case Kind::kBool:
      return "true/false";
    case Kind::kInteger:
      return spec.most == 0 ? "number" : fmt::format("{} to {}", spec.least, spec.most);
    case Kind::kList:
      return "JSON array";
    case Kind::kUrl:
      return "URL";
    case Kind::kPath:
      return "path";
    case Kind::kSecret:
      return "secret";
  }
  return "";
}

constexpr const char* kIntroduction =
    R"(# Settings

This page is written by `loomgated settings --markdown` from the table that reads the settings.

Settings are environment variables. Strongest first: the process environment, the file of `--env-file`, the default.
The file has `NAME=value` lines, `#` comments and optional quotes; nothing is expanded. An empty value means the default.
Every secret may also be given as `<NAME>_FILE`, the path of a file that holds it. An unknown `WFM_` or `LOOMGATE_` name is
warned about once; a value that cannot be used stops the start with one sentence and exit code 78.
`loomgated settings` prints what is in force, without secrets.
)";

}  // namespace

std::string print_settings(const LoadedSettings& loaded) {
  std::string text;
  for (const auto& spec : setting_table()) {
    if (spec.apply == nullptr) continue;
    text += fmt::format("{}={}  # {}\n", spec.name, loaded.shown.at(spec.name), source_name(loaded, spec.name));
  }
  return text;
}

std::string settings_markdown() {
  std::string text = kIntroduction;
  std::string_view section;
  for (const auto& spec : setting_table()) {
    if (section != spec.section) {
      section = spec.section;
      text += fmt::format("\n## {}\n\n| Name | Type | Default | Meaning |\n| --- | --- | --- | --- |\n", section);
    }
    const auto standard = *spec.standard == '\0' ? std::string() : fmt::format("`{}`", spec.standard);
    text += fmt::format("| `{}` | {} | {} | {} |\n", spec.name, type_name(spec), standard, spec.help);
  }
  text += "\n## Names of the past\n\n| Name | Why it does nothing |\n| --- | --- |\n";
  for (const auto& old : old_names()) text += fmt::format("| `{}` | {} |\n", old.name, old.reason);
  return text;
}

}  // namespace loomgate::app
