#!/bin/bash
# Run once by the PostgreSQL image, when its volume is empty: the two owners and their databases. What is below them
# (schemas, the other roles) is made by `entrypoint init`, as the owner.
set -euo pipefail

folder=${LONGCANG_SECRETS_FOLDER:-/run/secrets}
administrator=${LONGCANG_ADMINISTRATOR_SQL:-/administrator.sql}
export OWNER_FILE=$folder/owner_password AIRFLOW_FILE=$folder/airflow_password

# psql reads the passwords itself, so that they are on no command line.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner_password `cat "$OWNER_FILE"`
\set airflow_password `cat "$AIRFLOW_FILE"`
create role longcang login createrole password :'owner_password';
create role longcang_airflow login password :'airflow_password';
create database longcang owner longcang encoding 'UTF8' template template0;
create database airflow owner longcang_airflow encoding 'UTF8' template template0;
revoke connect, temporary on database postgres, template1, longcang, airflow from public;
SQL

# What a login that only reads could do to the server, and what the owner needs to end one that does.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname longcang \
    --file "$administrator"
