// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/doctor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstring>

#include "daemon/app/broker_probe.h"
#include "daemon/app/start_up.h"

namespace loomgate::app {
namespace {

constexpr std::chrono::milliseconds kProbeDeadline{3000};

}  // namespace

void examine_settings(const LoadedSettings& loaded, Findings& findings) {
  for (const auto& warning : loaded.warnings) {
    findings.push_back({"settings", Verdict::kWarning, warning,
                        "Change the setting that the line names; docs/settings.md explains each."});
  }
  if (loaded.warnings.empty()) findings.push_back({"settings", Verdict::kOk, "nothing unusual", ""});
}

void examine_master_key(const Settings& settings, Findings& findings) {
  if (!settings.master_key.empty()) {
    findings.push_back({"master-key", Verdict::kOk, "given by WFM_MASTER_KEY", ""});
    return;
  }
  const auto& path = settings.master_key_file;
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    findings.push_back(
        {"master-key", Verdict::kWarning, fmt::format("{}: {}", path, std::strerror(errno)),
         "The first start of loomgated makes the file. If this database has been used before, put the old file back: "
         "without it the sealed secrets are lost."});
    return;
  }
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    findings.push_back({"master-key", Verdict::kFailure,
                        fmt::format("{} may be read by others (mode {:04o})", path, about.st_mode & 07777),
                        fmt::format("chmod 600 {}", path)});
    return;
  }
  try {
    crypto::load_or_create_master_key_file(path);
    findings.push_back({"master-key", Verdict::kOk, fmt::format("{} is private and readable", path), ""});
  } catch (const std::runtime_error& error) {
    findings.push_back({"master-key", Verdict::kFailure, error.what(),
                        "Run the doctor as the user of the daemon, or put the right key file back."});
  }
}

void examine_broker(const Settings& settings, Findings& findings) {
  if (!settings.mqtt_services) {
    findings.push_back({"broker", Verdict::kOk, "MQTT services are switched off", ""});
    return;
  }
  const auto& address = settings.mqtt_url.address;
  const auto where = fmt::format("{}:{}", address.host, address.port);
  const auto probe = probe_broker(address, !settings.mqtt_url.tls, kProbeDeadline);
  switch (probe.answer) {
    case BrokerAnswer::kUnreachable:
      findings.push_back({"broker", Verdict::kFailure, fmt::format("nothing answers at {}: {}", where, probe.reason),
                          "Start the broker, or correct WFM_MQTT_URL."});
      break;
    case BrokerAnswer::kSilent:
      if (settings.mqtt_url.tls) {
        findings.push_back({"broker", Verdict::kOk, fmt::format("{} takes connections (TLS not examined)", where), ""});
      } else {
        findings.push_back({"broker", Verdict::kFailure,
                            fmt::format("{} takes connections but does not speak MQTT", where),
                            "Check the port in WFM_MQTT_URL; a TLS port needs mqtts://."});
      }
      break;
    case BrokerAnswer::kWelcomed:
      findings.push_back({"broker", Verdict::kFailure, fmt::format("the broker at {} lets anybody in", where),
                          "Set allow_anonymous false and load the Loomgate plugin in the broker's configuration."});
      break;
    case BrokerAnswer::kRefused:
      findings.push_back(
          {"broker", Verdict::kOk, fmt::format("the broker at {} answers and refuses strangers", where), ""});
      break;
  }
}

Findings examine(const LoadedSettings& loaded) {
  Findings findings;
  examine_settings(loaded, findings);
  examine_master_key(loaded.settings, findings);
  examine_database(loaded.settings, findings);
  examine_broker(loaded.settings, findings);
  return findings;
}

}  // namespace loomgate::app
