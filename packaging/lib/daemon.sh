# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# loomgated on loopback. Needs $state_dir, $secrets_dir, $daemon_program, $http_port and $mqtt_port.

daemon_environment() {
  printf '%s\n' \
    "WFM_DATABASE_FILE=$secrets_dir/owner-dsn" \
    "WFM_LISTEN=127.0.0.1:$http_port" \
    "WFM_MQTT_URL=mqtt://127.0.0.1:$mqtt_port" \
    "WFM_MQTT_PUBLIC_PORT=$mqtt_port" \
    "WFM_DATA_DIR=$state_dir/data" \
    "LOOMGATE_MASTER_KEY_FILE=$state_dir/master.key" \
    "LOOMGATE_BOOTSTRAP_FILE=$state_dir/bootstrap-code"
}

migrate_database() {
  local settings
  mapfile -t settings < <(daemon_environment)
  env "${settings[@]}" "$daemon_program" migrate >"$log_dir/migrate.log" 2>&1 9>&- || {
    say_error "the database could not be brought up to date:"
    tail -n 15 "$log_dir/migrate.log" >&2
    return 1
  }
}

start_loomgated() {
  local settings
  mkdir -p "$state_dir/data"
  mapfile -t settings < <(daemon_environment)
  start_process loomgated TERM env "${settings[@]}" "$daemon_program" serve
  wait_until 30 "ready" loomgated readiness_answers
}

# readiness_answers: GET /readyz says that the database is right and the broker is reached. Needs no HTTP client.
readiness_answers() {
  local answer=
  exec 7<>"/dev/tcp/127.0.0.1/$http_port" || return 1
  printf 'GET /readyz HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$http_port" >&7
  IFS= read -r -d '' -t 2 answer <&7 || true
  exec 7>&-
  [[ $answer == HTTP/1.?" 200"*'"mqtt":"connected"'* ]]
}
