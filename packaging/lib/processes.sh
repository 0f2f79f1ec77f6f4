# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The processes of one quickstart: started in their own sessions (so that Ctrl-C reaches only quickstart, which then stops them
# in order), written down with their start times (so that a later quickstart finds the leftovers of a crash and can never
# mistake a foreign process for one of them). Needs $state_dir and $log_dir.

# Names in the order of starting; stopping goes backwards.
process_names=()
declare -A process_pids=() process_stop_signals=()

# start_time PID: clock ticks after boot when the process started; nothing when there is no such process.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  read -r -a stat_fields <<<"${stat##*) }"
  [[ ${stat_fields[0]} == Z ]] || echo "${stat_fields[19]}"
}

boot_id() { cat /proc/sys/kernel/random/boot_id; }

# start_process NAME STOP_SIGNAL COMMAND...: in the background, output to $log_dir/NAME.log, standing in /.
start_process() {
  local name=$1 signal=$2 pid
  shift 2
  (
    exec </dev/null >>"$log_dir/$name.log" 2>&1 9>&-
    own_pid=$BASHPID # inside $( ) it would be another process
    echo "$name $own_pid $(start_time "$own_pid") $(boot_id) $signal" >>"$state_dir/processes"
    cd /
    exec setsid "$@"
  ) &
  pid=$!
  [[ -n ${process_pids[$name]:-} ]] || process_names+=("$name")
  process_pids[$name]=$pid
  process_stop_signals[$name]=$signal
}

# wait_until SECONDS WHAT NAME COMMAND...: until COMMAND succeeds; fails with a sentence when the process NAME ends or time is up.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2 name=$3
  shift 3
  until "$@" 2>/dev/null; do
    if [[ -z $(start_time "${process_pids[$name]}") ]]; then
      say_error "$name ended before it was $what."
      show_log "$name"
      return 1
    fi
    if ((SECONDS >= deadline)); then
      say_error "$name was not $what in time."
      show_log "$name"
      return 1
    fi
    sleep 0.05
  done
}

show_log() {
  echo "The last lines of $log_dir/$1.log:" >&2
  tail -n 15 "$log_dir/$1.log" | sed 's/^/  /' >&2
}

# end_process PID STARTED SIGNAL SECONDS: asks it to end, and insists when it does not. A pid that is somebody else's by now is left alone.
end_process() {
  local pid=$1 started=$2 signal=$3 deadline=$((SECONDS + $4))
  [[ -n $started && $(start_time "$pid") == "$started" ]] || return 0
  kill -s "$signal" "$pid" 2>/dev/null || true
  while [[ $(start_time "$pid") == "$started" ]]; do
    if ((SECONDS >= deadline)); then
      kill -s KILL "$pid" 2>/dev/null || true
      deadline=$((SECONDS + 3600))
    fi
    sleep 0.05
  done
}

stop_processes() {
  local index name pid
  for ((index = ${#process_names[@]} - 1; index >= 0; index--)); do
    name=${process_names[index]}
    pid=${process_pids[$name]}
    end_process "$pid" "$(start_time "$pid")" "${process_stop_signals[$name]}" 15
  done
  rm -f "$state_dir/processes"
}

# stop_leftovers: what an earlier quickstart of this folder left running when it was killed.
stop_leftovers() {
  local name pid started boot signal found=no
  [[ -s $state_dir/processes ]] || return 0
  while read -r name pid started boot signal; do
    if [[ $boot == "$(boot_id)" && -n $started && $(start_time "$pid") == "$started" ]]; then
      echo "Stopping $name (pid $pid), left over from a quickstart that was killed."
      end_process "$pid" "$started" "$signal" 15
      found=yes
    fi
  done < <(tac "$state_dir/processes")
  [[ $found == no ]] || echo "Leftovers are gone."
  rm -f "$state_dir/processes"
}
