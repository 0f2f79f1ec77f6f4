#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packaging/quickstart as a user runs it, with programs that are built already ($TEST_BUILD_DIR, default build/debug).
set -uo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build_dir=${TEST_BUILD_DIR:-$source_dir/build/debug}
work_dir=$(mktemp -d)
chmod 755 "$work_dir" # user postgres passes through it
main_dir="$work_dir/first instance"
other_dir="$work_dir/other"
failures=0
runs=()

finish() {
  local run
  for run in "${runs[@]}"; do kill -TERM "$run" 2>/dev/null && wait "$run"; done
  # Servers that a failed case left behind: those that name our folder.
  for run in $(grep -l -s -F -- "$work_dir" /proc/[0-9]*/cmdline | cut -d/ -f3); do
    [[ $run == "$$" || $run == "$BASHPID" ]] || kill -KILL "$run" 2>/dev/null
  done
  rm -rf "$work_dir"
}
trap finish EXIT

check() { # check NAME COMMAND...
  local name=$1
  shift
  if "$@"; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    failures=$((failures + 1))
    tail -n 30 "$output"
  fi
}

within() { # within SECONDS COMMAND...: until COMMAND succeeds
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# start DIR: quickstart in the background; sets $quickstart. Its output lies in $work_dir/NUMBER.out.
start() {
  local dir=$1
  shift
  output="$work_dir/${#runs[@]}.out"
  # A background job of a script ignores SIGINT from birth; a terminal's does not.
  python3 -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])' \
    "$source_dir/packaging/quickstart" --no-install --build-dir "$build_dir" --dir "$dir" --http 0 --mqtt 0 --pg 0 "$@" >"$output" 2>&1 &
  quickstart=$!
  runs+=("$quickstart")
}

ready() { # ready DIR: waits for run.env and reads it
  within 60 test -f "$1/run.env" && source "$1/run.env"
}

alive() {
  local pid
  for pid in "$@"; do kill -0 "$pid" 2>/dev/null || return 1; done
}

gone() {
  local pid
  for pid in "$@"; do ! kill -0 "$pid" 2>/dev/null || return 1; done
}

ended_with() { # ended_with CODE PID
  local code=0
  wait "$2" || code=$?
  [[ $code == "$1" ]]
}

says() { grep -q -- "$1" "$output"; }
sql() { psql -X -q -A -t "$LOOMGATE_PG_DSN" -c "$1"; }
health() { curl -s -f -o /dev/null "$LOOMGATE_URL/healthz"; }
pid_of() { # the pid of LOOMGATE_PIDS whose program has this name
  local pid
  for pid in $LOOMGATE_PIDS; do [[ $(cat "/proc/$pid/comm") != "$1" ]] || echo "$pid"; done
}

start "$main_dir"
first=$quickstart
check "everything runs and run.env says where" ready "$main_dir"
check "the three processes of run.env are alive" alive $LOOMGATE_PIDS
check "the daemon answers" health
check "the owner's DSN works" sql "CREATE TABLE public.kept AS SELECT 42 AS answer"
check "the broker's port answers" bash -c "exec 3<>/dev/tcp/$LOOMGATE_MQTT_HOST/$LOOMGATE_MQTT_PORT"
check "secrets are for their owner only" test -z "$(find "$main_dir" -type f -perm /077 -not -path '*/postgresql/*')"
first_pids=$LOOMGATE_PIDS first_url=$LOOMGATE_URL

start "$main_dir"
check "a second quickstart on the same folder is refused" ended_with 1 "$quickstart"
check "... and says why" says "another quickstart is running"
check "... and does no harm" alive $first_pids

start "$other_dir"
check "a second instance runs beside the first" ready "$other_dir"
check "... on ports of its own" test "$LOOMGATE_URL" != "$first_url"
kill -TERM "$quickstart"
check "SIGTERM stops it" ended_with 0 "$quickstart"
check "... and its processes" within 30 gone $LOOMGATE_PIDS
check "... and no others" alive $first_pids

kill -INT "$first"
check "Ctrl-C stops the first" ended_with 0 "$first"
check "... and every process it started" gone $first_pids
check "... and removes run.env" test ! -e "$main_dir/run.env"

starts_quickly() { # one of three tries: a machine that stalls delays one of them
  local try begin
  for try in 1 2 3; do
    begin=$SECONDS
    start "$main_dir"
    ready "$main_dir" || return 1
    ((SECONDS - begin >= 10)) || return 0
    kill -TERM "$quickstart"
    wait "$quickstart"
  done
  return 1
}
check "it starts again in under 10 s" starts_quickly
check "... on the same ports" test "$LOOMGATE_URL" = "$first_url"
check "... with the data" test "$(sql 'SELECT answer FROM public.kept')" = 42

kill -KILL "$quickstart"
wait "$quickstart" 2>/dev/null
check "its processes outlive a kill -9 of quickstart" alive $LOOMGATE_PIDS
leftovers=$LOOMGATE_PIDS
start "$main_dir"
check "the next start clears them away" within 30 gone $leftovers
rm_waited() { within 60 says "Loomgate runs."; }
check "... and runs" rm_waited
check "... with the data" eval 'ready "$main_dir" && test "$(sql "SELECT answer FROM public.kept")" = 42'

broker=$(pid_of mosquitto)
kill -KILL "$broker"
check "a broker that is killed from outside is started again" within 30 says "mosquitto runs again"
check "... and run.env knows it" eval 'source "$main_dir/run.env" && alive $LOOMGATE_PIDS && [[ " $LOOMGATE_PIDS " != *" $broker "* ]]'
kill -TERM "$(pid_of mosquitto)"
check "a broker that ends by itself ends the rest" ended_with 1 "$quickstart"
check "... with a message" says "mosquitto ended by itself"
check "... and no process stays" gone $LOOMGATE_PIDS

"$source_dir/packaging/quickstart" --http 99999 >"$work_dir/options.out" 2>&1
check "a port out of range is refused" test $? = 2
exit $((failures > 0))
