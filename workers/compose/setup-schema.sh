#!/bin/sh
# Creates the two databases of the Temporal server and brings their schema up to the server's version.
# Each step leaves alone what is already there, so it runs at every start and does the upgrades, too.
# Host, port, user and password come from SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu

prepare() {
  database="$1"
  schema="$2"
  temporal-sql-tool --plugin postgres12 --db "$database" create
  temporal-sql-tool --plugin postgres12 --db "$database" setup-schema --version 0.0
  temporal-sql-tool --plugin postgres12 --db "$database" update-schema --schema-name "postgresql/v12/$schema"
}

prepare temporal temporal
prepare temporal_visibility visibility
echo 'The databases of Temporal are ready.'
