"""Becomes one service of docker-compose.yml: the project's own Airflow settings, with the addresses of containers.

`service.py init` brings both databases to their newest schema; `service.py airflow …` and `service.py longcang …` become
that program.
"""

from __future__ import annotations

import os
import sys

from warehouse.airflow_setup import airflow_environment, migrate_airflow
from warehouse.settings import Settings
from warehouse.setup import ensure_database

# Inside the network of the containers; the page itself is published on the host's own address only.
API_PORT = 8080


def environment(settings: Settings) -> dict[str, str]:
    """The project's Airflow settings as a container needs them: it listens for the other containers."""
    page = os.environ.get("LONGCANG_AIRFLOW_PAGE") or f"http://localhost:{API_PORT}"
    return {
        **airflow_environment(settings),
        "AIRFLOW__API__HOST": "0.0.0.0",
        "AIRFLOW__API__PORT": str(API_PORT),
        "AIRFLOW__API__BASE_URL": page,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://api-server:{API_PORT}/execution/",
    }


def main(arguments: list[str]) -> int:
    """Run `init`, or replace this process by the program that is named first."""
    settings = Settings.load()
    if arguments == ["init"]:
        ensure_database(settings)
        migrate_airflow(settings)
        print("Both databases are at their newest schema.")
        return 0
    if not arguments or arguments[0] not in {"airflow", "longcang"}:
        print("usage: entrypoint init | airflow … | longcang …", file=sys.stderr)
        return 2
    os.environ.update(environment(settings))
    os.execvp(arguments[0], arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
