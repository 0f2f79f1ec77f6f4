# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Installs the Debian packages that are missing, and only those. Sourced; needs packaging/debian-packages.sh beside its folder.

packaging_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=packaging/debian-packages.sh
source "$packaging_dir/debian-packages.sh"

# missing_packages PURPOSE...: prints the "name: why" lines of packages that are not installed.
missing_packages() {
  local purpose list line name installed
  installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package}\n' 2>/dev/null | sed -n 's/^installed=//p' | tr '\n' ' ') "
  for purpose in "$@"; do
    list="loomgate_packages_$purpose"
    while IFS= read -r line; do
      name=${line%%:*}
      [[ -z $name || $installed == *" $name "* ]] || printf '%s\n' "$line"
    done <<<"${!list}"
  done
}

# run_as_root COMMAND...: directly when root, through sudo otherwise. sudo may ask for a password on the terminal.
run_as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# require_packages INSTALL PURPOSE...: INSTALL is yes or no. Returns 1 with the command to type when something is missing and
# may not or cannot be installed.
require_packages() {
  local install=$1 missing names
  shift
  command -v dpkg-query >/dev/null || {
    echo "This is not a Debian system: install what packaging/debian-packages.sh lists by hand and use --no-install." >&2
    [[ $install == no ]]
    return
  }
  missing=$(missing_packages "$@")
  [[ -n $missing ]] || return 0
  mapfile -t names < <(cut -d: -f1 <<<"$missing")
  if [[ $install == no ]] || { ((EUID != 0)) && ! command -v sudo >/dev/null; }; then
    echo "Packages are missing. Install them as root, then start again:" >&2
    echo "  apt-get install --no-install-recommends ${names[*]}" >&2
    return 1
  fi
  echo "Installing with apt-get:"
  sed 's/^/  /' <<<"$missing"
  run_as_root bash "$packaging_dir/lib/apt-install" "${names[@]}" || {
    echo "apt-get failed; its messages stand above." >&2
    return 1
  }
}
