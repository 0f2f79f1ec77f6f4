# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The private PostgreSQL cluster: TCP on loopback with SCRAM passwords, no unix socket, nothing outside its own folder.
# Needs $state_dir, $secrets_dir and $pg_port.

pg_bin=/usr/lib/postgresql/15/bin

# as_postgres COMMAND...: PostgreSQL refuses to run as root, so root hands it to user postgres.
as_postgres() {
  if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

# choose_pg_data: sets $pg_data. When user postgres cannot reach the folder (a checkout below /root, say), a place below /var/lib.
choose_pg_data() {
  pg_data="$state_dir/postgresql"
  ((EUID == 0)) || return 0
  if ! (cd / && as_postgres test -x "$state_dir"); then
    local name
    name=$(printf %s "$state_dir" | sha256sum | cut -c1-12)
    pg_data="/var/lib/loomgate-quickstart/$name/postgresql"
    (umask 022 && mkdir -p "${pg_data%/*}")
    echo "User postgres cannot reach $state_dir; the database lies in $pg_data"
  fi
}

make_cluster() {
  [[ ! -f $pg_data/PG_VERSION || -e $state_dir/cluster-incomplete ]] || return 0
  echo "Making a private PostgreSQL cluster in $pg_data"
  touch "$state_dir/cluster-incomplete"
  rm -rf "$pg_data"
  mkdir -m 700 "$pg_data"
  # A copy of the password that the cluster's user may read, beside the data folder and only for this moment.
  cp "$secrets_dir/postgres-password" "$pg_data.password"
  ((EUID != 0)) || chown postgres:postgres "$pg_data" "$pg_data.password"
  local status=0
  (cd / && as_postgres "$pg_bin/initdb" --pgdata="$pg_data" --username=postgres --pwfile="$pg_data.password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions) >"$log_dir/initdb.log" 2>&1 || status=$?
  rm -f "$pg_data.password"
  ((status == 0)) || {
    say_error "initdb failed:"
    tail -n 15 "$log_dir/initdb.log" >&2
    return 1
  }
  rm "$state_dir/cluster-incomplete"
}

start_postgresql() {
  local as=()
  ((EUID != 0)) || as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  # SIGINT is PostgreSQL's fast shutdown.
  start_process postgresql INT "${as[@]}" "$pg_bin/postgres" -D "$pg_data" -c port="$pg_port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c cluster_name=loomgate-quickstart
  wait_until 30 "ready" postgresql superuser_sql -c "SELECT 1" >/dev/null
}

superuser_sql() {
  PGPASSWORD=$(<"$secrets_dir/postgres-password") "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 \
    "host=127.0.0.1 port=$pg_port user=postgres dbname=postgres connect_timeout=3" "$@" 9>&-
}

# make_database: the owner's role, the broker's role and the database; safe to repeat.
make_database() {
  local owner_password broker_password
  owner_password=$(<"$secrets_dir/owner-password")
  broker_password=$(<"$secrets_dir/broker-password")
  # Through stdin: an argument would show the passwords to every user of the machine.
  superuser_sql <<SQL
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I LOGIN', name) FROM (VALUES ('loomgate'), ('loomgate_broker')) AS wanted (name)
 WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE loomgate PASSWORD '$owner_password';
ALTER ROLE loomgate_broker PASSWORD '$broker_password';
SELECT 'CREATE DATABASE loomgate OWNER loomgate' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'loomgate') \gexec
SQL
  owner_dsn="postgresql://loomgate:$owner_password@127.0.0.1:$pg_port/loomgate"
  write_secret owner-dsn "$owner_dsn"
  write_secret broker-dsn "host=127.0.0.1 port=$pg_port dbname=loomgate user=loomgate_broker password=$broker_password"
}
