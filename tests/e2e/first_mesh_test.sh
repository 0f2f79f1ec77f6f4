#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job as its user does it, with curl, psql and Mosquitto's own clients, against a running quickstart:
# set-up, config, two nodes, a link, bind; what the broker grants and refuses; presence; revocation by a hand-made UPDATE.
#   tests/e2e/first_mesh_test.sh DIR      DIR holds run.env of a running quickstart
# Prints one line per check ("ok ..." or "FAILED ...") and exits 1 when one failed.
set -uo pipefail

dir=${1:?usage: first_mesh_test.sh DIR}
# shellcheck disable=SC1091
. "$dir/run.env"
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${sub_pid:-}" ] || kill "$sub_pid" 2>/dev/null' EXIT
passed=0 failed=0
password="correct horse battery $RANDOM"

check() {  # check NAME COMMAND...: the command says whether it holds
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}

within() {  # within SECONDS COMMAND...: polls until the command succeeds
  local until_ns=$(($(date +%s%N) + $1 * 1000000000))
  shift
  while ! "$@"; do
    [ "$(date +%s%N)" -lt "$until_ns" ] || return 1
    read -rt 0.02 <> <(:) || true
  done
}

promptly() {  # promptly FUNCTION: one of five tries keeps its time. A machine that stalls delays one of them, a slow product all
  local try
  for try in 1 2 3 4 5; do "$1" && return; done
  return 1
}

api() {  # api METHOD PATH [JSON]: body into $work/body, status into $status
  local method=$1 path=$2 body=${3:-}
  local args=(-sS -o "$work/body" -w '%{http_code}' -X "$method" "$LOOMGATE_URL$path")
  [ -z "${session:-}" ] || args+=(-H "Authorization: Bearer $session")
  [ -z "$body" ] || args+=(-H 'Content-Type: application/json' --data "$body")
  status=$(curl "${args[@]}")
}
field() { jq -r "$1" "$work/body"; }
answered() { [ "$status" = "$1" ] && [ "$(field "${2:-.success}")" = "${3:-true}" ]; }

# --- set-up and a mesh of two ----------------------------------------------------------------------------------------
session=
api GET /api/v1/configs
check "admin routes ask for set-up first" answered 428 .error.code AUTH_SETUP_REQUIRED
api POST /api/v1/auth/setup "$(jq -n --arg p "$password" --arg c "$LOOMGATE_BOOTSTRAP_CODE" '{password: $p, locale: "en-US", bootstrap_code: $c}')"
check "set-up makes a session" answered 200
api POST /api/v1/auth/setup "$(jq -n --arg p "$password" --arg c "$LOOMGATE_BOOTSTRAP_CODE" '{password: $p, bootstrap_code: $c}')"
check "set-up works once" answered 409 .error.code AUTH_ALREADY_INITIALIZED
api POST /api/v1/auth/login '{"username": "admin", "password": "wrong"}'
check "a wrong password is refused" answered 401 .error.code AUTH_FAILED
api POST /api/v1/auth/login "$(jq -n --arg p "$password" '{username: "admin", password: $p}')"
check "log-in makes a session" answered 200
session=$(field .data.access_token)

api POST /api/v1/configs '{"name": "lab"}'
check "a config is created" answered 200
config=$(field .data.id)
api POST "/api/v1/configs/$config/nodes" '{"name": "gw1", "ipv4_address": "192.0.2.1"}'
check "the first node is created" answered 200 .data.virtual_ip 10.66.0.1/32
gateway=$(field .data.id)
api POST "/api/v1/configs/$config/nodes" '{"name": "laptop"}'
check "the second node is created" answered 200 .data.virtual_ip 10.66.0.2/32
leaf=$(field .data.id)
api GET "/api/v1/configs/$config/nodes/$leaf/peer-link-draft?peer_node_id=$gateway"
check "a link is drafted" answered 200 .data.forward.endpoint_summary "Auto uses 192.0.2.1:51820"
api POST "/api/v1/configs/$config/peer-links" "$(jq '{forward: .data.forward, reverse: .data.reverse}' "$work/body")"
check "the link group is created" answered 200 '.data | length' 2
api GET "/api/v1/configs/$config/nodes/$leaf/wg-preview"
check "the text names the peer" answered 200 '.data.content | contains("Endpoint = 192.0.2.1:51820")' true

# --- bind ------------------------------------------------------------------------------------------------------------
api POST "/api/v1/configs/$config/nodes/$leaf/bind-command" '{}'
check "a bind command is made" answered 200
token=$(field .data.token)
bind() { session='' api POST /api/client/v1/bind "$(jq -n --arg t "$1" '{token: $t, hostname: "laptop", platform: "linux", client_version: "0.2.3"}')"; }
bind "$token"
check "the agent binds" answered 200 .data.mqtt.client_id "wfm-$leaf"
mqtt_user=$(field .data.mqtt.username)
mqtt_password=$(field .data.mqtt.password)
mqtt_client=$(field .data.mqtt.client_id)
bind "$token"
check "a token works once" answered 409 .error.code CLIENT_BIND_TOKEN_USED
bind "no-such-token"
check "an unknown token is refused" answered 401 .error.code CLIENT_BIND_TOKEN_INVALID

# --- what the broker grants and refuses ------------------------------------------------------------------------------
prefix="wfm/$config/$leaf"
mqtt=(-V 5 -h "$LOOMGATE_MQTT_HOST" -p "$LOOMGATE_MQTT_PORT" -q 1 -d)
as_leaf=(-i "$mqtt_client" -u "$mqtt_user" -P "$mqtt_password")
publish() { timeout 10 mosquitto_pub "${mqtt[@]}" "${as_leaf[@]}" "$@" >"$work/pub" 2>&1; }
accepted() { publish "$@" && grep -Eq 'PUBACK \(Mid: 1, RC:(0|16)\)' "$work/pub"; }
denied() { publish "$@"; grep -q 'PUBACK (Mid: 1, RC:135)' "$work/pub"; }
subscribed() { timeout 10 mosquitto_sub "${mqtt[@]}" "${as_leaf[@]}" -E "$@" >"$work/sub" 2>&1; grep -E '^Subscribed' "$work/sub"; }
sub_refused() { subscribed "$@" | grep -q ': 135'; }
refused_login() { timeout 10 mosquitto_pub "${mqtt[@]}" "$@" -t "$prefix/event" -m '{}' >"$work/pub" 2>&1; grep -Eq 'CONNACK \((134|135)\)|[Nn]ot authori|Bad user' "$work/pub"; }

four=(-t "$prefix/config/push" -t "$prefix/control" -t "$prefix/detect" -t "$prefix/info")
granted_four() { subscribed "${four[@]}" | grep -Eq ': 1, 1, 1, 1$'; }
check "its four topics are granted" granted_four
for topic in config/push/ack control/ack detect/ack info/ack event heartbeat; do
  check "publish $topic is accepted" accepted -t "$prefix/$topic" -m '{}'
done
for topic in "$prefix/control" "wfm/cfg_cccccccccccc/$leaf/event" "wfm/$config/$gateway/event" "other/topic"; do
  check "publish ${topic#"$prefix"/} is refused" denied -t "$topic" -m '{}'
done
check "a retained publish is refused" denied -r -t "$prefix/event" -m '{}'
for topic in "$prefix/#" "$prefix/+" '#' "$prefix/control/ack" "wfm/$config/$gateway/control" "\$share/g/$prefix/control" '$SYS/#'; do
  check "subscribe ${topic#"$prefix"/} is refused" sub_refused -t "$topic"
done
check "a wrong password is refused at connect" refused_login -i "$mqtt_client" -u "$mqtt_user" -P wrong
check "a foreign client id is refused at connect" refused_login -i "wfm-$gateway" -u "$mqtt_user" -P "$mqtt_password"
check "an unknown user is refused at connect" refused_login -i "wfm-node_dddddddddddd" -u node_dddddddddddd -P "$mqtt_password"

# --- presence --------------------------------------------------------------------------------------------------------
presence() {
  api GET "/api/v1/configs/$config/nodes/$leaf/endpoint/status"
  [ "$(field .data.runtime.online)" = "$1" ] && field .data.client_state.client_presence_state | grep -Eq "$2"
}
go_live() {
  stdbuf -oL mosquitto_sub "${mqtt[@]}" "${as_leaf[@]}" "${four[@]}" >"$work/live" 2>&1 &
  sub_pid=$!
  within 30 grep -q '^Subscribed' "$work/live"
}
go_away() {
  kill -9 "$sub_pid" 2>/dev/null
  wait "$sub_pid" 2>/dev/null
  sub_pid=
}
shown_online() {
  [ -z "${sub_pid:-}" ] || { go_away; within 30 presence false '^(offline|dropped)$'; }
  go_live && within 1 presence true '^online$'
}
shown_offline() {
  [ -n "${sub_pid:-}" ] || { go_live; within 30 presence true '^online$'; }
  go_away
  within 1 presence false '^(offline|dropped)$'
}
check "online within a second of the connection" promptly shown_online
check "offline within a second of its end" promptly shown_offline

# --- revocation by hand ----------------------------------------------------------------------------------------------
enable() { psql -qX "$LOOMGATE_PG_DSN" -c "UPDATE loomgate.nodes SET enabled = $1 WHERE id = '$leaf'" >/dev/null; }
kicked() { grep -q 'received DISCONNECT' "$work/live" || ! kill -0 "$sub_pid" 2>/dev/null; }
disabled_is_kicked() {
  enable true
  within 30 accepted -t "$prefix/event" -m '{}' && go_live && enable false && within 1 kicked
}
check "a node disabled in psql is kicked within a second" promptly disabled_is_kicked
check "and cannot come back" refused_login "${as_leaf[@]}"
go_away
enable true
check "enabled again it needs no new bind" within 30 accepted -t "$prefix/event" -m '{}'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
