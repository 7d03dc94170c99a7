"""The files of the reference data: those that come with the project, and the rows of one's own beside the rest of the state.

What comes with the project (or lies in the folder that ``LONGCANG_REFERENCE`` names) is the start. A file of the same name in
``LONGCANG_HOME/reference`` adds rows to it, and takes the place of those with the same key: what is decided here wins.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import ProjectError

_PLACE = ("region_level", "within_code", "variant")
# What makes a row of each file unique.
KEYS = {
    "prefectures": ("prefecture_code",),
    "counties": ("adcode",),
    "townships": ("township_code",),
    "villages": ("village_code",),
    "aliases": _PLACE,
    "alias_rejections": (*_PLACE, "region_code"),
    "programme_targets": ("target_code",),
    "products": ("product_code",),
    "award_standards": ("county_code", "year", "product_name", "beneficiary"),
    "parameters": ("parameter", "county_code"),
    "cross_checks": ("rule_id",),
    "reporting_calendar": ("form",),
    "ganwei_directory": ("directory_year", "entry_kind", "entry_name"),
}
# Files that need not exist in a folder that somebody has made.
OPTIONAL = ("alias_rejections", "parameters")

Row = dict[str, str]
FileState = tuple[Path, int, int]  # its path, when it was changed (ns), its bytes


class ReferenceDataError(ProjectError):
    """A reference file cannot be loaded; the text says which file, which line, and what to do."""


def folder() -> Path:
    """The folder of the files to start from: ``LONGCANG_REFERENCE``, or the project's own ``reference/``."""
    return Path(os.environ.get("LONGCANG_REFERENCE") or Path(__file__).resolve().parents[1] / "reference")


def local_folder() -> Path:
    """The folder of one's own rows; it need not exist."""
    from warehouse.settings import Settings

    return Settings.load().local_reference


def rows(name: str, start: Path, local: Path | None = None) -> Iterator[Row]:
    """The rows of a file in the order of the start, each as a dictionary of texts; one's own new rows come last.

    Raises:
        ReferenceDataError: a row has more or fewer cells than its header, or one's own file has another name or header than
            the start's, or one key twice.
    """
    path = start / f"{name}.csv"
    found = [] if name in OPTIONAL and not path.exists() else list(read(path, f"reference/{name}.csv"))
    own = _own(name, local, found[0] if found else None)
    for row in found:
        yield own.pop(_key(name, row), row) if own else row
    yield from own.values()


def state(start: Path, local: Path | None) -> tuple[FileState, ...]:
    """What changes where one of the files does, without reading them."""
    files = [file for each in (start, local) if each is not None for file in sorted(each.glob("*.csv"))]
    return tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


def local_files(local: Path) -> list[Path]:
    """The files of one's own.

    Raises:
        ReferenceDataError: one has a name that no reference file has.
    """
    found = sorted(local.glob("*.csv"))
    for path in found:
        if path.stem not in KEYS:
            raise ReferenceDataError(f"{path}: there is no reference file of this name; there are {', '.join(KEYS)}")
    return found


def _own(name: str, local: Path | None, model: Row | None) -> dict[tuple[str, ...], Row]:
    path = local / f"{name}.csv" if local else None
    if path is None or not path.exists():
        return {}
    found: dict[tuple[str, ...], Row] = {}
    for row in read(path, str(path)):
        if model is not None and set(row) != set(model):
            raise ReferenceDataError(f"{path}: its header must be that of the file it adds to: {','.join(model)}")
        if _key(name, row) in found:
            raise ReferenceDataError(f"{path} holds the key {_key(name, row)} twice; keep one of the rows")
        found[_key(name, row)] = row
    return found


def _key(name: str, row: Row) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in KEYS[name])


def read(path: Path, called: str) -> Iterator[Row]:
    """The rows of one file as they are.

    Raises:
        ReferenceDataError: a row has more or fewer cells than the header; the text says of which file, as it is called here.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines, [])
        for number, cells in enumerate(filter(None, lines), start=2):
            if len(cells) != len(header):
                raise ReferenceDataError(f"{called} line {number}: the number of cells differs from the header")
            yield dict(zip(header, cells, strict=True))
