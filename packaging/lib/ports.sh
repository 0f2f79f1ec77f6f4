# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Ports of 127.0.0.1. Chosen ports are remembered in the folder, so that devices and bookmarks survive a restart. Needs $state_dir.

port_answers() { (exec 8<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# any_free_port: below the range from which the kernel takes ports for outgoing connections.
any_free_port() {
  local port
  while :; do
    port=$((10240 + (RANDOM * 32768 + RANDOM) % 22000))
    port_answers "$port" || break
  done
  echo "$port"
}

# choose_port NAME WANTED DEFAULT: WANTED is a number, 0 for any, or empty when the user said nothing. Prints the port.
choose_port() {
  local name=$1 wanted=$2 default=$3 file="$state_dir/port-$1" port
  if [[ -n $wanted && $wanted != 0 ]]; then
    port=$wanted
    if port_answers "$port"; then
      say_error "port $port (--$name) is in use by another program. Choose another, or 0 for any free one."
      return 1
    fi
  else
    port=$(cat "$file" 2>/dev/null || true)
    [[ -n $port || $wanted == 0 ]] || port=$default
    if [[ -z $port || $port == 0 ]] || port_answers "$port"; then
      [[ -z $port || $port == 0 ]] || echo "Port $port is in use; taking another one for $name." >&2
      port=$(any_free_port)
    fi
  fi
  echo "$port" >"$file"
  echo "$port"
}
