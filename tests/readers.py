"""Logins of counties and analysts, for tests that do what somebody with such a login could do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from warehouse import logins
from warehouse.connect import parameters
from warehouse.settings import Settings


def name_of(what: str) -> str:
    """Logins belong to the server, which all workers of a session share."""
    return f"{what}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def enter(settings: Settings, login: str, password: str | None = None, **options: object) -> psycopg.Connection:
    """A session of a login of `longcang logins add`, or of another with its password."""
    if password is None:
        password = (settings.server_secrets_dir / "logins" / login).read_text(encoding="ascii").strip()
    given = {**parameters("bi", settings), "user": login, "password": password, "autocommit": True, **options}
    return psycopg.connect(**given)  # type: ignore[arg-type]


@contextmanager
def login_of(settings: Settings, what: str, counties: Sequence[str] | None) -> Iterator[str]:
    """A login that sees these counties, or the province, for the time of a test."""
    name = name_of(what)
    logins.add(settings, name, counties)
    try:
        yield name
    finally:
        logins.remove(settings, name)
