"""Airflow's web page, asked as a browser would ask it, whatever proxy the environment names."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from warehouse import services
from warehouse.airflow_setup import ADMIN_USER, password_file
from warehouse.settings import Settings


def ask(page: str, path: str, body: dict[str, Any], method: str = "POST", **headers: str) -> tuple[int, Any]:
    """The status of the answer, and what it holds; None where it is a refusal."""
    sent = urllib.request.Request(
        f"{page}/{path}", json.dumps(body).encode(), {"content-type": "application/json", **headers}, method=method
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent, timeout=30) as answer:
            return int(answer.status), json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


def log_in(settings: Settings, page: str, password: str | None = None) -> tuple[int, Any]:
    """What Airflow answers to its administrator, with the password that was made for it or with another one."""
    given = password or json.loads(Path(password_file(settings)).read_text(encoding="utf-8"))[ADMIN_USER]
    return ask(page, "auth/token", {"username": ADMIN_USER, "password": given})


def ask_as_admin(settings: Settings, method: str, path: str, body: dict[str, Any]) -> int:
    """The status of the page's answer to the administrator."""
    page = services.status(settings)["airflow page"]
    _, told = log_in(settings, page)
    return ask(page, path, body, method, authorization=f"Bearer {told['access_token']}")[0]
