"""Whether a PostgreSQL is the newest minor release of its major that this project knows of.

`postgresql_releases.csv` beside this module lists minor releases: version, day of release, how many security faults the
release's announcement says are mended (over all majors; a lower bound where the announcement was not at hand), source. It
is read as it was when this program was released: `KNOWN_ON` says when somebody last looked.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("postgresql_releases.csv")
KNOWN_ON = date(2026, 11, 30)


@dataclass(frozen=True)
class Release:
    """One minor release."""

    major: int
    minor: int
    released: date
    security_fixes: int

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}"


@functools.cache
def releases() -> tuple[Release, ...]:
    """All known minor releases, newest first."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        found = [_release(row) for row in csv.DictReader(stream)]
    return tuple(sorted(found, key=lambda release: (release.major, release.minor), reverse=True))


def _release(row: dict[str, str]) -> Release:
    major, minor = row["version"].split(".")
    return Release(int(major), int(minor), date.fromisoformat(row["released"]), int(row["security_fixes"]))


def newest(major: int) -> Release | None:
    """The newest known minor release of a major, None where the list has none of it."""
    return next((release for release in releases() if release.major == major), None)


def what_is_newer(version: str) -> str | None:
    """What stands after "PostgreSQL <version>" where a newer minor release is known, else None.

    `version` is `18.6`, or what a distribution makes of it (`15.18 (Debian 15.18-0+deb12u1)`, `19beta2`).
    """
    found = re.match(r"(\d+)\.(\d+)", version)
    if found is None:
        return None
    major, minor = int(found[1]), int(found[2])
    newer = [release for release in releases() if release.major == major and release.minor > minor]
    if not newer:
        return None
    faults = sum(release.security_fixes for release in newer)
    mends = f" and mends at least {faults} security faults" if faults else ""
    return f"old: {newer[0].version} is out since {newer[0].released}{mends} (as known on {KNOWN_ON})"
