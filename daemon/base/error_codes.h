// SPDX-License-Identifier: Apache-2.0
// Every error code of the contract (spec http-api 3.2) with its HTTP status. A client acts on these; messages are free text.
#pragma once

#include "daemon/base/error.h"

namespace loomgate::errors {

// General
inline constexpr ErrorCode kValidationError{"VALIDATION_ERROR", 422};
inline constexpr ErrorCode kPublicHostRejected{"PUBLIC_HOST_REJECTED", 403};
inline constexpr ErrorCode kPublicOriginRejected{"PUBLIC_ORIGIN_REJECTED", 403};

// Authentication
inline constexpr ErrorCode kAuthSetupRequired{"AUTH_SETUP_REQUIRED", 428};
inline constexpr ErrorCode kAuthAlreadyInitialized{"AUTH_ALREADY_INITIALIZED", 409};
inline constexpr ErrorCode kAuthRequired{"AUTH_REQUIRED", 401};
inline constexpr ErrorCode kAuthFailed{"AUTH_FAILED", 401};
inline constexpr ErrorCode kInvalidToken{"INVALID_TOKEN", 401};
inline constexpr ErrorCode kTokenExpired{"TOKEN_EXPIRED", 401};
inline constexpr ErrorCode kPasswordUnchanged{"PASSWORD_UNCHANGED", 400};
inline constexpr ErrorCode kRateLimited{"RATE_LIMITED", 429};
inline constexpr ErrorCode kAdminPasswordInvalid{"ADMIN_PASSWORD_INVALID", 400};

// Downloads
inline constexpr ErrorCode kDownloadTokenRequired{"DOWNLOAD_TOKEN_REQUIRED", 401};
inline constexpr ErrorCode kInvalidDownloadToken{"INVALID_DOWNLOAD_TOKEN", 401};
inline constexpr ErrorCode kInvalidDownloadResource{"INVALID_DOWNLOAD_RESOURCE", 400};
inline constexpr ErrorCode kDownloadTokenScopeMismatch{"DOWNLOAD_TOKEN_SCOPE_MISMATCH", 403};
inline constexpr ErrorCode kInvalidDownloadSource{"INVALID_DOWNLOAD_SOURCE", 400};
inline constexpr ErrorCode kInvalidClientSystem{"INVALID_CLIENT_SYSTEM", 400};
inline constexpr ErrorCode kInvalidClientArch{"INVALID_CLIENT_ARCH", 400};
inline constexpr ErrorCode kClientArtifactNotFound{"CLIENT_ARTIFACT_NOT_FOUND", 404};
inline constexpr ErrorCode kClientSourceNotFound{"CLIENT_SOURCE_NOT_FOUND", 500};
inline constexpr ErrorCode kGoToolchainNotFound{"GO_TOOLCHAIN_NOT_FOUND", 500};
inline constexpr ErrorCode kClientBuildTimeout{"CLIENT_BUILD_TIMEOUT", 500};
inline constexpr ErrorCode kClientBuildFailed{"CLIENT_BUILD_FAILED", 500};
inline constexpr ErrorCode kGithubReleaseAssetNotFound{"GITHUB_RELEASE_ASSET_NOT_FOUND", 404};
inline constexpr ErrorCode kGithubReleaseDownloadFailed{"GITHUB_RELEASE_DOWNLOAD_FAILED", 502};
inline constexpr ErrorCode kConfigBulkEmptySelection{"CONFIG_BULK_EMPTY_SELECTION", 400};
inline constexpr ErrorCode kConfigBulkNodeNotReady{"CONFIG_BULK_NODE_NOT_READY", 409};
inline constexpr ErrorCode kConfigBulkPackageNotFound{"CONFIG_BULK_PACKAGE_NOT_FOUND", 404};

// Configs and nodes
inline constexpr ErrorCode kConfigNotFound{"CONFIG_NOT_FOUND", 404};
inline constexpr ErrorCode kConfigNameExists{"CONFIG_NAME_EXISTS", 409};
inline constexpr ErrorCode kInvalidConfigName{"INVALID_CONFIG_NAME", 400};
inline constexpr ErrorCode kInvalidSubnet{"INVALID_SUBNET", 400};
inline constexpr ErrorCode kNodeNotFound{"NODE_NOT_FOUND", 404};
inline constexpr ErrorCode kNodeConfigMismatch{"NODE_CONFIG_MISMATCH", 400};
inline constexpr ErrorCode kNodeDisabled{"NODE_DISABLED", 409};
inline constexpr ErrorCode kNodeStateNotFound{"NODE_STATE_NOT_FOUND", 404};
inline constexpr ErrorCode kRuntimeNotFound{"RUNTIME_NOT_FOUND", 404};
inline constexpr ErrorCode kInvalidNodeName{"INVALID_NODE_NAME", 400};
inline constexpr ErrorCode kInvalidVirtualIp{"INVALID_VIRTUAL_IP", 400};
inline constexpr ErrorCode kInvalidPrivateKey{"INVALID_PRIVATE_KEY", 400};
inline constexpr ErrorCode kIpPoolExhausted{"IP_POOL_EXHAUSTED", 400};
inline constexpr ErrorCode kInvalidTag{"INVALID_TAG", 400};

// Mesh and sync
inline constexpr ErrorCode kInvalidPeerLink{"INVALID_PEER_LINK", 400};
inline constexpr ErrorCode kPeerLinkNotFound{"PEER_LINK_NOT_FOUND", 404};
inline constexpr ErrorCode kInvalidAllowedIps{"INVALID_ALLOWED_IPS", 400};
inline constexpr ErrorCode kInvalidEndpoint{"INVALID_ENDPOINT", 400};
inline constexpr ErrorCode kTopologyInvalid{"TOPOLOGY_INVALID", 409};
inline constexpr ErrorCode kNoStagedConfig{"NO_STAGED_CONFIG", 409};
inline constexpr ErrorCode kControlLogNotFound{"CONTROL_LOG_NOT_FOUND", 404};

// Quick mesh
inline constexpr ErrorCode kInvalidQuickMeshMode{"INVALID_QUICK_MESH_MODE", 400};
inline constexpr ErrorCode kInvalidEndpointFamily{"INVALID_ENDPOINT_FAMILY", 400};
inline constexpr ErrorCode kQuickMeshNotEnoughNodes{"QUICK_MESH_NOT_ENOUGH_NODES", 400};
inline constexpr ErrorCode kQuickMeshVirtualIpRequired{"QUICK_MESH_VIRTUAL_IP_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshHubRequired{"QUICK_MESH_HUB_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshHubEndpointRequired{"QUICK_MESH_HUB_ENDPOINT_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshEndpointRequired{"QUICK_MESH_ENDPOINT_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshGatewayRequired{"QUICK_MESH_GATEWAY_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshGatewayEndpointRequired{"QUICK_MESH_GATEWAY_ENDPOINT_REQUIRED", 400};
inline constexpr ErrorCode kQuickMeshLeafInvalid{"QUICK_MESH_LEAF_INVALID", 400};
inline constexpr ErrorCode kQuickMeshNodeRoleConflict{"QUICK_MESH_NODE_ROLE_CONFLICT", 400};
inline constexpr ErrorCode kQuickMeshLeafGatewayInvalid{"QUICK_MESH_LEAF_GATEWAY_INVALID", 400};
inline constexpr ErrorCode kQuickMeshNodeUnassigned{"QUICK_MESH_NODE_UNASSIGNED", 400};

// AmneziaWG
inline constexpr ErrorCode kInvalidTunnelProtocol{"INVALID_TUNNEL_PROTOCOL", 400};
inline constexpr ErrorCode kInvalidAwgVersion{"INVALID_AWG_VERSION", 400};
inline constexpr ErrorCode kInvalidAwgParameter{"INVALID_AWG_PARAMETER", 400};
inline constexpr ErrorCode kInvalidAwgHRange{"INVALID_AWG_H_RANGE", 400};
inline constexpr ErrorCode kInvalidAwgJRange{"INVALID_AWG_J_RANGE", 400};

// MQTT and client
inline constexpr ErrorCode kMqttDisabled{"MQTT_DISABLED", 409};
inline constexpr ErrorCode kMqttTlsCaNotReady{"MQTT_TLS_CA_NOT_READY", 409};
inline constexpr ErrorCode kMqttControlUnavailable{"MQTT_CONTROL_UNAVAILABLE", 503};
inline constexpr ErrorCode kInvalidAction{"INVALID_ACTION", 400};
inline constexpr ErrorCode kClientBindStaticNode{"CLIENT_BIND_STATIC_NODE", 400};
inline constexpr ErrorCode kClientBindTokenInvalid{"CLIENT_BIND_TOKEN_INVALID", 401};
inline constexpr ErrorCode kClientBindTokenUsed{"CLIENT_BIND_TOKEN_USED", 409};
inline constexpr ErrorCode kClientBindTokenExpired{"CLIENT_BIND_TOKEN_EXPIRED", 401};
inline constexpr ErrorCode kClientBindNotAllowed{"CLIENT_BIND_NOT_ALLOWED", 403};

// Port forwards
inline constexpr ErrorCode kPortForwardNotFound{"PORT_FORWARD_NOT_FOUND", 404};
inline constexpr ErrorCode kPortForwardNodeInvalid{"PORT_FORWARD_NODE_INVALID", 400};
inline constexpr ErrorCode kPortForwardSameNode{"PORT_FORWARD_SAME_NODE", 400};
inline constexpr ErrorCode kPortForwardVirtualIpRequired{"PORT_FORWARD_VIRTUAL_IP_REQUIRED", 400};
inline constexpr ErrorCode kPortForwardIpv4Required{"PORT_FORWARD_IPV4_REQUIRED", 400};
inline constexpr ErrorCode kPortForwardToPortInUse{"PORT_FORWARD_TO_PORT_IN_USE", 409};
inline constexpr ErrorCode kPortForwardPortInvalid{"PORT_FORWARD_PORT_INVALID", 400};
inline constexpr ErrorCode kPortForwardToPlatformInvalid{"PORT_FORWARD_TO_PLATFORM_INVALID", 400};
inline constexpr ErrorCode kPortForwardProtocolInvalid{"PORT_FORWARD_PROTOCOL_INVALID", 400};

// Snapshots
inline constexpr ErrorCode kSnapshotNotFound{"SNAPSHOT_NOT_FOUND", 404};
inline constexpr ErrorCode kSnapshotInvalidArchive{"SNAPSHOT_INVALID_ARCHIVE", 400};
inline constexpr ErrorCode kSnapshotPasswordInvalid{"SNAPSHOT_PASSWORD_INVALID", 400};
inline constexpr ErrorCode kSnapshotImportFailed{"SNAPSHOT_IMPORT_FAILED", 500};
inline constexpr ErrorCode kSnapshotRestoreUnsafePath{"SNAPSHOT_RESTORE_UNSAFE_PATH", 500};

// MCP access
inline constexpr ErrorCode kMcpTokenNameRequired{"MCP_TOKEN_NAME_REQUIRED", 400};
inline constexpr ErrorCode kMcpTokenPermissionInvalid{"MCP_TOKEN_PERMISSION_INVALID", 400};
inline constexpr ErrorCode kMcpTokenExpiryInvalid{"MCP_TOKEN_EXPIRY_INVALID", 400};
inline constexpr ErrorCode kMcpTokenNotFound{"MCP_TOKEN_NOT_FOUND", 404};
inline constexpr ErrorCode kMcpAuditRangeInvalid{"MCP_AUDIT_RANGE_INVALID", 400};

// Ours: not in the contract's table
inline constexpr ErrorCode kBadRequest{"BAD_REQUEST", 400};  // not a request at all: see docs/api-decisions.md
inline constexpr ErrorCode kPayloadTooLarge{"PAYLOAD_TOO_LARGE", 413};
inline constexpr ErrorCode kInternalError{"INTERNAL_ERROR", 500};
inline constexpr ErrorCode kServiceUnavailable{"SERVICE_UNAVAILABLE", 503};

// NODE_DISABLED is a conflict everywhere but when a link is drafted or made.
inline constexpr ErrorCode kNodeDisabledForLink{"NODE_DISABLED", 400};

}  // namespace loomgate::errors
