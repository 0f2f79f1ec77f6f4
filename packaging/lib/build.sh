# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Builds the two programs. Needs $source_dir, $build_dir and $log_dir.

# build_programs: sets $daemon_program and $plugin_library. Says nothing when all is up to date. A build folder that belongs to
# somebody else is used as it is.
build_programs() {
  if [[ ! -e $build_dir/build.ninja || -w $build_dir ]]; then
    configure_once && run_ninja || {
      say_error "the build failed. The last lines of $log_dir/build.log:"
      tail -n 30 "$log_dir/build.log" >&2
      return 1
    }
  fi
  daemon_program=$(find_built loomgated)
  plugin_library=$(find_built loomgate_mosquitto.so)
}

configure_once() {
  [[ ! -f $build_dir/build.ninja ]] || return 0
  echo "Configuring the release build in $build_dir"
  (umask 022 && cd "$source_dir" && cmake --preset release -B "$build_dir" -DLOOMGATE_TESTS=OFF -DLOOMGATE_WERROR=OFF 2>&1) >"$log_dir/build.log"
}

run_ninja() {
  (umask 022 && exec ninja -C "$build_dir" -j "$(nproc)" loomgated loomgate_mosquitto 2>&1) | tee "$log_dir/build.log" | show_progress
}

# show_progress: a line that is overwritten on a terminal, one sentence elsewhere.
show_progress() {
  local line told=no
  while IFS= read -r line; do
    [[ $line == \[*\]* && $line != *Re-checking* ]] || continue
    [[ $told == yes ]] || echo "Building (the first time takes some minutes) ..."
    told=yes
    [[ ! -t 1 ]] || printf '\r\033[K%.100s' "$line"
  done
  [[ ! -t 1 || $told == no ]] || printf '\r\033[K'
}

find_built() {
  local found
  found=$(find "$build_dir" -name "$1" -type f -print -quit)
  [[ -n $found ]] || {
    say_error "the build in $build_dir made no $1."
    return 1
  }
  echo "$found"
}
