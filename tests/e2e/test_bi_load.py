"""BI reads without a break through a night: seeds, views, build, pointer, retention, housekeeping."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.e2e.conftest import FirstNight
from tests.e2e.nights import DAY, current, steps_night
from warehouse import nightly, publications, reference
from warehouse.connect import connect, environment
from warehouse.server import EmbeddedServer
from warehouse.server_programs import packaged_folder
from warehouse.settings import Settings

READERS, RATE = 4, 20
# Each statement reads several marts; it fails by itself where its rows come from two publications.
SCRIPT = """
select 1 / (case when count(distinct publication_id) > 1 then 0 else 1 end) from (
    select publication_id from marts.mart_target_progress
    union all select publication_id from marts.mart_village_progress
    union all select publication_id from marts.mart_data_quality
    union all select publication_id from marts.dim_village) as parts;
select 1 / (case when count(distinct publication_id) > 1 then 0 else 1 end) from (
    select f.publication_id from marts.fct_household_awards f
    union all select d.publication_id from marts.dim_entity d) as parts;
select sum(actual_value) from marts.mart_target_progress where region_level = 'county';
"""


class Load:
    """pgbench as the BI reader, until stopped."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        script = folder / "bi.sql"
        script.write_text(SCRIPT)
        # A steady rate, as dashboards have it: at full speed the readers would only take the night's processors.
        options = f"-n -f {script} -c {READERS} -j 2 -T 600 -R {RATE}"
        command = [str(packaged_folder() / "pgbench"), *options.split()]
        self._process = subprocess.Popen(
            [*command, "--failures-detailed", "--progress=5"],
            env={**os.environ, **environment("bi", settings=settings)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.progress: list[str] = []
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def _collect(self) -> None:
        assert self._process.stdout
        self.progress.extend(self._process.stdout)

    def stop(self) -> tuple[int, list[str]]:
        """Statements' transactions so far (from the progress lines) and every line that speaks of an error."""
        failed = self._process.poll() is not None
        self._process.terminate()
        self._process.wait(20)
        self._reader.join(5)
        rates = [float(m[1]) for line in self.progress if (m := re.match(r"progress: [\d.]+ s, ([\d.]+) tps", line))]
        errors = [line for line in self.progress if "error" in line.lower() or "abort" in line.lower()]
        errors += ["pgbench ended by itself"] if failed else []
        return int(sum(rates) * 5), errors


@contextmanager
def long_query(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """A reader in one snapshot with a cursor open, as a slow dashboard export has it."""
    with connect("bi", settings=settings) as conn:
        conn.execute("set transaction isolation level repeatable read")
        conn.execute("declare slow cursor for select publication_id from marts.mart_village_progress")
        conn.execute("fetch 1 from slow")
        yield conn


def lock_waits_of_bi(log: str) -> list[str]:
    return [line for line in log.splitlines() if "still waiting for" in line and re.search(r"\] bi_reader@", line)]


@pytest.mark.ci_only
def test_no_reader_fails_waits_or_sees_two_publications(
    first_night: FirstNight, server_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    settings, landing = first_night.settings, first_night.landing
    first = current(settings).publication_id
    server = EmbeddedServer(server_settings)
    log_before = len(server.log_text())
    changed = tmp_path / "reference"
    shutil.copytree(reference.folder(), changed)
    (changed / "aliases.csv").write_text((changed / "aliases.csv").read_text() + "county,62,通渭,621121,简称,测试\n")

    load = Load(settings, tmp_path)
    with long_query(settings) as slow:
        # A night with changed reference data, and every view built anew but the one that the open cursor reads.
        monkeypatch.setenv("LONGCANG_REFERENCE", str(changed))
        with connect("owner", settings=settings) as conn:
            conn.execute("delete from ops.view_definitions where view_name <> 'mart_village_progress'")
        assert steps_night(settings, landing, DAY + timedelta(days=1)) == "done"
        second = current(settings).publication_id
        for number in (first, second):  # back, and forth again
            with connect("owner", settings=settings) as conn:
                publications.rollback(conn, number)
        nightly.begin("housekeeping-1", "housekeeping", DAY, settings)
        purged = nightly.housekeeping("housekeeping-1", settings.with_changes(keep_publications=1))
        old_rows = slow.execute("fetch all from slow").fetchall()
    statements, errors = load.stop()

    waits = lock_waits_of_bi(server.log_text()[log_before:])
    for name, value in (("BI transactions", statements), ("failed", len(errors)), ("lock waits of BI", len(waits))):
        record_property(name, value)
    assert purged["purged"] >= 1
    assert old_rows and set(old_rows) == {(first,)}
    assert statements > 100
    assert errors == []
    assert waits == []
