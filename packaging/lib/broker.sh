# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A Mosquitto of our own with the plugin: one listener on loopback. Needs $state_dir, $secrets_dir, $mqtt_port, $plugin_library.

start_mosquitto() {
  mkdir -p "$state_dir/mosquitto"
  write_broker_config >"$state_dir/mosquitto.conf"
  start_process mosquitto TERM /usr/sbin/mosquitto -c "$state_dir/mosquitto.conf"
  wait_until 30 "ready" mosquitto port_answers "$mqtt_port"
}

write_broker_config() {
  cat <<CONF
# Written by packaging/quickstart at every start.
$( ((EUID != 0)) || echo "user root")
listener $mqtt_port 127.0.0.1
allow_anonymous false
max_packet_size 2000000
set_tcp_nodelay true
max_queued_messages 2000000000
persistence true
persistence_location $state_dir/mosquitto
log_dest stderr
log_timestamp_format %Y-%m-%dT%H:%M:%S
plugin $plugin_library
plugin_opt_dsn_file $secrets_dir/broker-dsn
plugin_opt_cache_file $state_dir/mosquitto/access.cache
plugin_opt_broker_id quickstart
CONF
}
