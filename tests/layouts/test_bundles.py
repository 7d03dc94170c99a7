"""Zips of the committed workbooks: every format in folders, under names in GBK and in UTF-8, reads as it does alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.archive import path_of
from ingest.bundles import unpack
from tests.ingest.test_bundles import zipped
from tests.layouts.conftest import Reader
from tests.layouts.honest import FOLDER, expect, honest
from tests.layouts.test_formats import TABLES

KINDS = sorted({path.parent for path in TABLES})


@pytest.mark.feature("format zip")
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_bundle_of_every_format(read_as: Reader, tmp_path: Path, encoding: str) -> None:
    chosen = [next(path for path in TABLES if path.parent == kind) for kind in KINDS]
    tables = [honest(path.stem.split("-")[0]) for path in chosen]
    names = [
        f"附件/第{n}份/{table.title}{path.suffix}" for n, (path, table) in enumerate(zip(chosen, tables, strict=True))
    ]
    spelled: list[str | bytes] = [name.encode("gbk") if encoding == "gbk" else name for name in names]
    bundle = tmp_path / "报表.zip"
    bundle.write_bytes(zipped({name: path.read_bytes() for name, path in zip(spelled, chosen, strict=True)}))
    members = unpack(bundle, tmp_path / "archive")
    assert members is not None and sorted(member.name for member in members) == sorted(names)
    for member in members:
        data = path_of(tmp_path / "archive", member.sha256).read_bytes()
        expect(read_as(data, f"{FOLDER}/报表.zip/{member.name}"), tables[names.index(member.name)])
