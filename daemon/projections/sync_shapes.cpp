// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/sync_view.h"

namespace loomgate::json {

using projections::AppliedConf;
using projections::DownloadPackage;
using projections::SyncStatus;
using projections::WgPreview;

const Shape<SyncStatus>& Describe<SyncStatus>::shape() {
  static const auto shape = Shape<SyncStatus>("SyncStatus")
                                .field("node_id", &SyncStatus::node_id)
                                .field("node_name", &SyncStatus::node_name)
                                .field("node_type", &SyncStatus::node_type)
                                .field("auto_sync", &SyncStatus::auto_sync)
                                .field("desired_version", &SyncStatus::desired_version)
                                .field("staged_version", &SyncStatus::staged_version)
                                .field("confirmed_version", &SyncStatus::confirmed_version)
                                .field("desired_sha256", &SyncStatus::desired_sha256)
                                .field("staged_sha256", &SyncStatus::staged_sha256)
                                .field("confirmed_sha256", &SyncStatus::confirmed_sha256)
                                .field("reported_local_sha256", &SyncStatus::reported_local_sha256)
                                .field("reported_local_version", &SyncStatus::reported_local_version)
                                .field("status", &SyncStatus::status)
                                .field("runtime_status", &SyncStatus::runtime_status)
                                .field("topology_valid", &SyncStatus::topology_valid)
                                .field("topology_messages", &SyncStatus::topology_messages);
  return shape;
}

const Shape<WgPreview>& Describe<WgPreview>::shape() {
  static const auto shape = Shape<WgPreview>("WgPreview")
                                .field("node_id", &WgPreview::node_id)
                                .field("node_name", &WgPreview::node_name)
                                .field("content", &WgPreview::content, text().secret())
                                .field("sha256", &WgPreview::sha256);
  return shape;
}

const Shape<AppliedConf>& Describe<AppliedConf>::shape() {
  static const auto shape = Shape<AppliedConf>("AppliedConf")
                                .field("exists", &AppliedConf::exists)
                                .field("content", &AppliedConf::content, text().secret())
                                .field("node_name", &AppliedConf::node_name)
                                .field("node_type", &AppliedConf::node_type)
                                .field("source", &AppliedConf::source)
                                .field("desired_version", &AppliedConf::desired_version)
                                .field("staged_version", &AppliedConf::staged_version);
  return shape;
}

const Shape<DownloadPackage>& Describe<DownloadPackage>::shape() {
  static const auto shape = Shape<DownloadPackage>("DownloadPackage")
                                .field("config_id", &DownloadPackage::config_id)
                                .field("node_id", &DownloadPackage::node_id)
                                .field("config_name", &DownloadPackage::config_name)
                                .field("node_name", &DownloadPackage::node_name)
                                .field("filename", &DownloadPackage::filename)
                                .field("content", &DownloadPackage::content, text().secret())
                                .field("download_path", &DownloadPackage::download_path);
  return shape;
}

}  // namespace loomgate::json
