"""docker-compose.yml is valid, gives no secret a default, opens no port to the outside, and starts the whole stack."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project.files import ROOT
from warehouse.server_release import newest

FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY|CREDENTIAL", re.IGNORECASE)


def run_check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).parent / "check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        str(path),
    ]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_follows_the_compose_specification(tmp_path: Path) -> None:
    done = run_check(FILE)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(TEXT.replace("restart: unless-stopped", "restarts: unless-stopped"), encoding="utf-8")
    assert run_check(broken).returncode != 0, "a misspelt key must not pass"


def test_it_starts_every_part() -> None:
    assert set(SERVICES) == {"postgres", "airflow-init", *AIRFLOW}
    release = newest(18)
    assert release is not None and SERVICES["postgres"]["image"] == f"postgres:{release.version}"
    for name in AIRFLOW:
        assert SERVICES[name]["command"][:2] == ["airflow", name]


def test_no_secret_has_a_default() -> None:
    for expression in re.findall(r"\$\{[^}]*\}", TEXT):
        name = re.split(r"[:?+-]", expression[2:-1])[0]
        if SECRET_NAME.search(name):
            assert ":?" in expression, f"{expression} must stop where the variable is unset"
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET_NAME.search(name) or str(value).startswith("/run/secrets/"), f"{name} is given a value"


def test_every_secret_that_is_used_is_asked_for_before_anything_starts() -> None:
    given = {name: source["environment"] for name, source in COMPOSE["secrets"].items()}
    asked = {re.match(r"\$\{(\w+):\?", line)[1] for line in COMPOSE["x-secrets-needed"]}  # type: ignore[index]
    assert set(given.values()) == asked
    used = {entry["source"] for service in SERVICES.values() for entry in service.get("secrets", [])}
    assert used == set(given)


def test_the_token_key_and_the_originals_reach_only_the_service_that_reads_them() -> None:
    holders = {n for n, s in SERVICES.items() if any(e["source"] == "token_key" for e in s.get("secrets", []))}
    assert holders == {"scheduler"}
    targets = {
        name: [mount_target(mount) for mount in service.get("volumes", [])] for name, service in SERVICES.items()
    }
    assert {name for name, found in targets.items() if any("archive" in target for target in found)} == {"scheduler"}
    landing = [m for m in SERVICES["scheduler"]["volumes"] if isinstance(m, dict) and m["target"] == "/srv/landing"]
    assert len(landing) == 1 and landing[0]["read_only"] is True


def mount_target(mount: str | dict[str, Any]) -> str:
    return str(mount["target"]) if isinstance(mount, dict) else mount.split(":")[1]


def test_ports_are_open_to_this_machine_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published, "BI and the web page need a port each"
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_services_are_watched_and_come_back() -> None:
    for name, service in SERVICES.items():
        assert service.get("restart"), name
        if name != "airflow-init":
            assert service["healthcheck"]["test"], name


def test_a_part_is_healthy_where_airflow_s_report_says_so() -> None:
    """Cheaply: the script that the containers run loads nothing of Airflow."""
    script = ROOT / "docker" / "healthy.py"
    report = {"scheduler": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(report).encode())

        def log_message(self, *arguments: Any) -> None:
            pass

    def status(part: str, port: int) -> int:
        command = [sys.executable, "-I", str(script), part, f"http://127.0.0.1:{port}/"]
        return subprocess.run(command, capture_output=True, env={"http_proxy": "http://127.0.0.1:9"}).returncode

    with HTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        assert [status(part, page.server_port) for part in ("scheduler", "triggerer", "dag_processor")] == [0, 1, 1]
        page.shutdown()
    assert status("scheduler", page.server_port) == 1
    for name in AIRFLOW:
        test = SERVICES[name]["healthcheck"]["test"]
        assert test[:4] == ["CMD", "python", "-I", "/opt/longcang/docker/healthy.py"] and len(test) == 5


def test_images_are_named_by_their_whole_version() -> None:
    pinned = r"(-[a-z0-9-]+)?(@sha256:[0-9a-f]{64})?"
    assert re.fullmatch(r"postgres:\d+\.\d+" + pinned, SERVICES["postgres"]["image"])
    base = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert len(base) == 1 and re.fullmatch(r"python:\d+\.\d+\.\d+" + pinned, base[0])


def test_named_volumes_are_declared_and_used() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", []) if isinstance(mount, str)]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith((".", "/"))}
    assert named == set(COMPOSE["volumes"])


def test_files_that_it_mounts_or_runs_are_there_and_executable() -> None:
    for name in ("check-secrets", "entrypoint", "postgres-entrypoint", "init-databases.sh", "make-secrets"):
        path = ROOT / "docker" / name
        assert path.stat().st_mode & 0o111, f"docker/{name} is not executable"
        shell = path.read_text().splitlines()[0].removeprefix("#!")
        assert subprocess.run([shell, "-n", str(path)]).returncode == 0


def test_the_image_holds_what_it_copies() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert {name for name in kept if not (ROOT / name).exists()} == set()
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for name in " ".join(copied).split():
        assert name == "." or name in kept, f"{name} is copied, but .dockerignore leaves it out"
    packages = re.search(r"include = (\[.*\])", (ROOT / "pyproject.toml").read_text())
    assert packages is not None
    for pattern in json.loads(packages[1]):
        assert pattern.rstrip("*") in kept


def test_one_version_of_uv_sets_up_everything() -> None:
    found = re.search(r"^uv_version=(\S+)$", (ROOT / ".ci" / "setup").read_text(), re.MULTILINE)
    assert found is not None
    assert ".ci/setup" in (ROOT / "Dockerfile").read_text()
    assert re.fullmatch(r"\d+\.\d+\.\d+", found[1])


@pytest.mark.parametrize("package", ["check-jsonschema"])
def test_the_schema_comes_with_a_package(package: str) -> None:
    assert version(package)
