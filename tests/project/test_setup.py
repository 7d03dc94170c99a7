"""Set-up on machines that lack something: one clear sentence each; and the Makefile's targets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.project.files import ROOT

TOOLS = ("sh", "dirname", "rm", "mkdir")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a copy of the set-up script, and `bin` with next to nothing, where a test puts its Pythons."""
    (tmp_path / "project" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "setup", tmp_path / "project" / ".ci" / "setup")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def put_python(machine: Path, name: str, version: str, *, has_venv: bool = True) -> None:
    """A program that answers the questions of the set-up script as a Python of that version would."""
    minor = int(version.split(".")[1])
    script = machine / "bin" / name
    script.write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in\n'
        f"*ensurepip*) exit {0 if has_venv else 1} ;;\n"
        f'*"<="*) exit {0 if 11 <= minor <= 13 else 1} ;;\n'
        f"*print*) echo {version} ;;\n"
        f'--version*) echo "Python {version}" ;;\n'
        '"-m venv") echo "venv by $0" >&2; exit 9 ;;\n'
        "esac\n"
    )
    script.chmod(0o755)


def set_up(machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine / "bin"), **variables}
    command = [str(machine / "project" / ".ci" / "setup")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_without_a_python(machine: Path) -> None:
    done = set_up(machine)
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed; none was found." in done.stderr


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.14"])
def test_with_a_python_too_old_or_too_new(machine: Path, version: str) -> None:
    put_python(machine, "python3", version)
    done = set_up(machine)
    assert done.returncode == 1
    assert f"found only: python3={version}" in done.stderr


def test_without_the_venv_module(machine: Path) -> None:
    put_python(machine, "python3", "3.12", has_venv=False)
    done = set_up(machine)
    assert done.returncode == 1
    assert "python3 has no venv module" in done.stderr and "python3-venv" in done.stderr


def test_the_first_python_that_will_do_is_taken(machine: Path) -> None:
    put_python(machine, "python3", "3.9")
    put_python(machine, "python3.12", "3.12", has_venv=False)
    put_python(machine, "python3.13", "3.13")
    done = set_up(machine)
    assert done.returncode == 9, "the stand-in for venv ends with 9"
    assert "venv by " in done.stderr and done.stderr.strip().endswith("python3.13")


def test_a_python_that_is_named_is_the_only_one_looked_at(machine: Path) -> None:
    put_python(machine, "python3", "3.12")
    done = set_up(machine, PYTHON="python3.9000")
    assert done.returncode == 1
    assert "none was found as python3.9000" in done.stderr


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    listed = set(re.findall(r"^ {2}make ([a-z-]+) ", done.stdout, re.MULTILINE))
    assert listed == set(phony[1].split())


def test_purge_asks_first(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = tmp_path / ".longcang" / "archive"
    kept.mkdir(parents=True)
    done = subprocess.run(["make", "purge"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and "Nothing was deleted" in done.stderr
    assert kept.exists()
    subprocess.run(["make", "purge", "CONFIRM=yes"], cwd=tmp_path, check=True, capture_output=True)
    assert not kept.exists()


def test_clean_leaves_data_and_environment(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (".longcang/archive", ".venv/lib/__pycache__", "ingest/__pycache__", ".mypy_cache", "landing"):
        (tmp_path / name).mkdir(parents=True)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert [(tmp_path / name).exists() for name in (".longcang/archive", ".venv/lib/__pycache__", "landing")] == [
        True
    ] * 3
    assert [(tmp_path / name).exists() for name in ("ingest/__pycache__", ".mypy_cache")] == [False] * 2


def test_setup_costs_nothing_the_second_time(tmp_path: Path) -> None:
    """The stamp is what make looks at: nothing is run while pyproject.toml, the lock and the script are older."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "uv.lock", ".ci/setup"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\necho ran >>ran\nmkdir -p .venv && : >.venv/.ready\n")
    (tmp_path / ".ci" / "setup").chmod(0o755)
    for _ in range(2):
        subprocess.run(["make", "setup"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "ran").read_text() == "ran\n"
    later = (tmp_path / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(tmp_path / "uv.lock", (later, later))
    subprocess.run(["make", "setup"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "ran").read_text() == "ran\nran\n"
