"""Writing the made-up province of a demonstration: only where the landing folder is empty and nothing was ever received.

It is written beside its place first; then MARKER, which lists the files, and last each county's folder in one move. So
files without MARKER beside them were never written here, and what was cut off goes on the next time.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from typing import Any

from ingest import folder
from ingest.demonstration import MARKER, since, way_to_purge
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.server_config import write_atomically
from warehouse.settings import Settings

SIMULATED = {"households": 5_000, "counties": 14, "defects": 0.02}
STAGING = ".demonstration"


def fill(settings: Settings, say: Callable[[str], Any]) -> None:
    """Write a made-up province into the landing folder where it is empty; a folder that holds files stays as it is.

    Raises:
        LongcangError: the warehouse has received files before.
    """
    landing = settings.landing
    staging, marker = landing / STAGING, landing / MARKER
    if folder.is_empty(landing) and not (marker.exists() and staging.is_dir()):
        _see_that_nothing_was_received(settings)
        say(
            f"The landing folder {landing} is empty: writing a made-up province of {SIMULATED['counties']} counties and"
            f" {SIMULATED['households']:,} households into it, with {SIMULATED['defects']:.0%} mistakes (no real person is in"
            " it). This warehouse is a demonstration (演示数据) from now on, and takes no real files."
        )
        _write(settings)
    if marker.exists() and staging.is_dir():
        for child in sorted(staging.iterdir()):
            os.rename(child, landing / child.name)
        staging.rmdir()


def _write(settings: Settings) -> None:
    from simulator import province

    staging, marker = settings.landing / STAGING, settings.landing / MARKER
    marker.unlink(missing_ok=True)  # of a demonstration that was purged
    shutil.rmtree(staging, ignore_errors=True)
    province.write(
        staging,
        households=int(SIMULATED["households"]),
        counties=int(SIMULATED["counties"]),
        defects=SIMULATED["defects"],
    )
    files = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
    what = "演示数据：本目录的文件是程序造的假想省份。真实报表不要放在这里。This folder holds a made-up province."
    text = json.dumps({"what": what, "files": files}, ensure_ascii=False, indent=1)
    write_atomically(marker, text + "\n", mode=0o644)


def _see_that_nothing_was_received(settings: Settings) -> None:
    with connect("owner", settings=settings) as conn:
        row = conn.execute("select count(*), min(received_at) from ops.submissions").fetchone()
        is_demonstration = since(conn) is not None
    assert row is not None
    if not row[0]:
        return
    end = (
        f"To begin the demonstration anew: {way_to_purge(settings)}, then `make run`."
        if is_demonstration
        else "Where the folder is a share, mount it; or name another with LONGCANG_LANDING or --landing; and run again."
    )
    raise LongcangError(
        f"The landing folder {settings.landing} holds no file, and this warehouse has received {row[0]:,}: a made-up province"
        f" is written for a new warehouse only. Nothing was done. {end}"
    )
