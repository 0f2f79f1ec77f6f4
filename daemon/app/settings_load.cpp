// SPDX-License-Identifier: Apache-2.0
// From names and texts to Settings: who wins, *_FILE, empty values, unknown names. Rules between settings stand in
// settings_checks.cpp.
#include <fmt/format.h>

#include "daemon/app/settings_checks.h"
#include "daemon/app/settings_table.h"
#include "daemon/app/settings_values.h"

namespace loomgate::app {
namespace {

struct Given {
  std::string value;
  Source source = Source::kDefault;
};

class Loader {
 public:
  Loader(const Environment& environment, const Environment& env_file)
      : environment_(environment), env_file_(env_file) {}

  LoadedSettings load() {
    for (const auto& spec : setting_table()) take(spec);
    fill_paths(loaded_.settings);
    warn_about_unknown_names();
    note_unused_names();
    check_together(loaded_);
    return std::move(loaded_);
  }

 private:
  std::optional<Given> find(const std::string& name) const {
    if (const auto found = environment_.find(name); found != environment_.end()) {
      return Given{found->second, Source::kEnvironment};
    }
    if (const auto found = env_file_.find(name); found != env_file_.end())
      return Given{found->second, Source::kEnvFile};
    return std::nullopt;
  }

  // A secret may stand in a file named by <NAME>_FILE; one trailing line end is not part of it.
  std::optional<Given> find_secret(const SettingSpec& spec) const {
    auto plain = find(spec.name);
    const auto file_name = std::string(spec.name) + "_FILE";
    const auto file = find(file_name);
    if (!file || file->value.empty()) return plain;
    if (plain && !plain->value.empty()) {
      throw SettingsError(fmt::format("{} and {} are both set: keep one of them", spec.name, file_name));
    }
    Given given{"", file->source};
    if (!read_file(file->value, given.value)) {
      throw SettingsError(fmt::format("{}: the file {} cannot be read", file_name, file->value));
    }
    if (given.value.ends_with('\n')) given.value.pop_back();
    if (given.value.ends_with('\r')) given.value.pop_back();
    return given;
  }

  void take(const SettingSpec& spec) {
    const bool secret = spec.kind == Kind::kSecret;
    auto given = secret ? find_secret(spec) : find(spec.name);
    if (given && given->value.empty() && *spec.standard != '\0' && spec.apply != nullptr) {
      loaded_.warnings.push_back(fmt::format("{} is empty: the default {} is used", spec.name, spec.standard));
    }
    const bool use_default = !given || given->value.empty();
    const std::string value = use_default ? spec.standard : given->value;
    if (given) loaded_.sources[spec.name] = use_default ? Source::kDefault : given->source;
    if (secret) {
      loaded_.shown[spec.name] = !given ? "default" : given->value.empty() ? "empty" : "set";
    } else {
      loaded_.shown[spec.name] = value;
    }
    if (spec.apply == nullptr) return;
    if (const auto problem = spec.apply(spec, value, loaded_.settings); !problem.empty()) {
      throw SettingsError(fmt::format("{} {}", spec.name, problem));
    }
  }

  static void fill_paths(Settings& settings) {
    if (settings.master_key_file.empty()) settings.master_key_file = settings.data_dir + "/master.key";
    if (settings.bootstrap_file.empty()) settings.bootstrap_file = settings.data_dir + "/bootstrap-code";
  }

  static bool known(std::string_view name) {
    for (const auto& spec : setting_table()) {
      if (name == spec.name || (spec.kind == Kind::kSecret && name == std::string(spec.name) + "_FILE")) return true;
    }
    return false;
  }

  static const char* reason_of_old(std::string_view name) {
    for (const auto& old : old_names()) {
      if (name == old.name) return old.reason;
    }
    return nullptr;
  }

  void warn_about_unknown_names() {
    Environment names = env_file_;
    names.insert(environment_.begin(), environment_.end());
    for (const auto& [name, value] : names) {
      if (!name.starts_with("WFM_") && !name.starts_with("LOOMGATE_")) continue;
      if (const auto* reason = reason_of_old(name)) {
        loaded_.warnings.push_back(fmt::format("{} is no longer read: {}", name, reason));
      } else if (!known(name)) {
        loaded_.warnings.push_back(fmt::format("{} is no setting of Loomgate and is ignored", name));
      }
    }
  }

  void note_unused_names() {
    std::string names;
    for (const auto& spec : setting_table()) {
      if (spec.apply != nullptr || !loaded_.sources.contains(spec.name) ||
          !std::string_view(spec.name).starts_with("WFM_EMQX_"))
        continue;
      names += names.empty() ? spec.name : std::string(", ") + spec.name;
    }
    if (!names.empty()) loaded_.notes.push_back("not used, because this version does not manage EMQX: " + names);
  }

  const Environment& environment_;
  const Environment& env_file_;
  LoadedSettings loaded_;
};

}  // namespace

LoadedSettings load_settings(const Environment& environment, const Environment& env_file) {
  return Loader(environment, env_file).load();
}

}  // namespace loomgate::app
