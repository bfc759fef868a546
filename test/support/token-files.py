"""Writes token files as globus-cli and the Globus SDK do: their tables, their SQL, their JSON.

From globus-sdk-python 0b85ff6 (token_storage/sqlite.py), f8a4a27 (token_storage/legacy/sqlite_adapter.py),
16088cd (tokenstorage/v2/json.py), and globus-cli 25db852 (login_manager/tokenstore.py).
Reads one JSON document from stdin: {form, path, wal?, hold?, namespaces: {name: {tokens: {}, config: {}}}}.
With `hold`, stays in an exclusive transaction with a write in it, says so, and ends with its stdin.
"""

import json
import os
import sqlite3
import sys

CONFIG = """
CREATE TABLE config_storage (
    namespace VARCHAR NOT NULL,
    config_name VARCHAR NOT NULL,
    config_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, config_name)
);
"""
TOKENS = """
CREATE TABLE token_storage (
    namespace VARCHAR NOT NULL,
    resource_server VARCHAR NOT NULL,
    token_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, resource_server)
);
CREATE TABLE sdk_storage_adapter_internal (
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (attribute)
);
"""


def sqlite_file(wish, legacy):
    old = os.umask(0o177)
    connection = sqlite3.connect(wish["path"])
    os.umask(old)
    if wish.get("wal"):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript((CONFIG if legacy else "") + TOKENS)
    connection.executemany(
        "INSERT INTO sdk_storage_adapter_internal(attribute, value) VALUES (?, ?)",
        [
            ("globus-sdk.version", "3.56.1" if legacy else "4.0.0"),
            ("globus-sdk.database_schema_version", "1" if legacy else "2"),
        ],
    )
    connection.commit()
    for namespace, held in wish["namespaces"].items():
        connection.executemany(
            "REPLACE INTO token_storage(namespace, resource_server, token_data_json) VALUES(?, ?, ?)",
            [(namespace, rs, json.dumps(data)) for rs, data in held["tokens"].items()],
        )
        for name, data in held.get("config", {}).items():
            connection.execute(
                "REPLACE INTO config_storage(namespace, config_name, config_data_json) VALUES (?, ?, ?)",
                (namespace, name, json.dumps(data)),
            )
    connection.commit()
    return connection


def json_file(wish, document):
    old = os.umask(0o177)
    with open(wish["path"], "w", encoding="utf-8") as file:
        json.dump(document, file)
    os.umask(old)


def main():
    wish = json.loads(sys.stdin.readline())
    os.makedirs(os.path.dirname(wish["path"]), exist_ok=True)
    form, namespaces = wish["form"], wish["namespaces"]
    if form == "json-1":
        (held,) = namespaces.values()
        json_file(wish, {"by_rs": held["tokens"], "globus-sdk.version": "3.20.0", "format_version": "1.0"})
    elif form == "json-2":
        data = {name: held["tokens"] for name, held in namespaces.items()}
        json_file(wish, {"data": data, "format_version": "2.0", "globus-sdk.version": "4.0.0"})
    else:
        connection = sqlite_file(wish, form == "sqlite-1")
        if wish.get("hold"):
            if not wish.get("wal"):
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("DELETE FROM token_storage")
                connection.execute("PRAGMA cache_spill = 1")
            print("holding", flush=True)
            sys.stdin.read()
            os._exit(0)
        connection.close()
    print("done", flush=True)


main()
