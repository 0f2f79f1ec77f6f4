# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# The Debian 12 packages Loomgate needs, by purpose: one "name: why" line each. The only such list; packaging/lib/install.sh
# reads it for packaging/quickstart (build and run) and tests/run (all three).

loomgate_packages_build='
g++: the C++20 compiler
cmake: configures the build
ninja-build: runs the build
pkg-config: finds the C libraries
libpq-dev: talks to PostgreSQL
libmosquitto-dev: the MQTT client library of the daemon
mosquitto-dev: the headers of the plugin interface of Mosquitto
libmicrohttpd-dev: the HTTP server library
libcjson-dev: reads and writes JSON
zlib1g-dev: compresses large HTTP answers
libzip-dev: packs configs and client programs
libssl-dev: hashes, sealing and random numbers
libfmt-dev: formats text
libcli11-dev: parses the command line
'

loomgate_packages_run='
postgresql-15: the database server, used for a private cluster
mosquitto: the MQTT broker that loads the plugin
'

loomgate_packages_test='
libgtest-dev: GoogleTest
libgmock-dev: the matchers of GoogleTest
libbenchmark-dev: Google Benchmark
libcurl4-openssl-dev: the HTTP client of the tests
python3: runs the suites and the lint checks
python3-jsonschema: validates the OpenAPI document
universal-ctags: measures functions for the size check
mosquitto-clients: mosquitto_sub and mosquitto_pub, used as a device would be
curl: an HTTP client that is not ours
jq: reads JSON answers in shell tests
wireguard-tools: wg checks the keys and configs we make
iproute2: network namespaces, where port forwards are tried
iptables: runs the port forward rules, with both of its backends
nftables: runs the port forward rules of hosts without iptables
'
