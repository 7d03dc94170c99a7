"""Zips of files: each file in one is a submission of its own, told apart by its path in the bundle."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from ingest.archive import path_of
from ingest.bundles import unpack
from ingest.check import check_files
from ingest.formats import bundle, open_sheets
from ingest.issues import Refusal
from tests.ingest.test_landing import Night, income, night, query, speaking
from warehouse.settings import Settings

__all__ = ["night"]


def zipped(files: dict[str | bytes, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as a program on Windows writes it where a name is bytes: in GBK, and saying nothing of it."""
    out = io.BytesIO()
    swaps: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w", compression) as target:
        for number, (name, data) in enumerate(files.items()):
            if isinstance(name, bytes):
                plain = f"{number:03d}".encode().rjust(len(name), b"~")
                swaps[plain] = name
                name = plain.decode()
            target.writestr(name, data)
    found = out.getvalue()
    for plain, name in swaps.items():
        assert found.count(plain) == 2
        found = found.replace(plain, name)
    return found


def names(settings: Settings) -> list[tuple[str, str, str]]:
    return query(
        settings,
        "select s.path, r.outcome, r.scope_code from ops.submissions s join ops.readings r using (submission_id) order by 1",
    )


def test_folders_and_names_in_gbk(settings: Settings, night: Night) -> None:
    files = {"附件/收入 (1).xlsx".encode("gbk"): income(), "说明/~$收入.xlsx": b"x", "__MACOSX/a": b"x", "空/": b""}
    assert night({"六月.zip": zipped(files)}) == {"loaded": 1}
    assert [path for path, *_ in names(settings)] == ["621121-通渭县/六月.zip/附件/收入 (1).xlsx"]
    ((sha256,),) = query(settings, "select bundle_sha256 from ops.submissions")
    assert path_of(settings.archive, sha256).read_bytes() == (settings.landing / "621121-通渭县/六月.zip").read_bytes()


def test_only_what_changed_in_a_bundle_is_read_again(settings: Settings, night: Night) -> None:
    other = b"\xe4\xb8\x8d\xe6\x98\xaf\xe8\xa1\xa8"
    assert night({"a.zip": zipped({"收入.xlsx": income(), "说明.txt": other})}) == {"loaded": 1, "refused": 1}
    assert night() == {}
    assert night({"a.zip": zipped({"收入.xlsx": income(1), "说明.txt": other})}) == {"loaded": 1}
    assert speaking(settings) == 3
    assert night({"a.zip": zipped({"收入.xlsx": income(1)})}) == {}
    gone = "select path from ops.landing_files where gone_at is not null order by path"
    assert query(settings, gone) == [("621121-通渭县/a.zip/说明.txt",)]
    assert night({"a.zip": None}) == {}
    assert len(query(settings, gone)) == 3
    assert night({"a.zip": zipped({"收入.xlsx": income(1)})}) == {"unchanged": 1}


def test_a_bundle_outside_every_county_holds_their_folders(settings: Settings, night: Night) -> None:
    settings.landing.mkdir(exist_ok=True)
    (settings.landing / "全省.zip").write_bytes(zipped({"621121-通渭县/收入.xlsx": income(), "说明.csv": b"a,b"}))
    assert night() == {"loaded": 1, "refused": 1}
    assert query(settings, "select folder_county_code from ops.submissions order by path") == [("621121",), (None,)]


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "没有文件"),
        ({"../a.xlsx": b"x"}, "路径"),
        ({"/etc/a.xlsx": b"x"}, "路径"),
        ({f"{n}.csv": b"" for n in range(bundle.MAX_ENTRIES + 1)}, "多于"),
    ],
)
def test_a_bundle_that_is_refused_is_refused_whole(
    settings: Settings, night: Night, files: dict[str | bytes, bytes], word: str
) -> None:
    data = zipped(files) if files else zipped({"空/": b""})
    assert night({"a.zip": data, "b.xlsx": income()}) == {"refused": 1, "loaded": 1}
    ((path, sentence),) = query(
        settings,
        "select s.path, r.refusal from ops.submissions s join ops.readings r using (submission_id) where refusal is not null",
    )
    assert path == "621121-通渭县/a.zip" and word in sentence


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        open_sheets(data)
    return caught.value.sentence


def test_links_passwords_and_bundles_in_bundles(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.xlsx")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(link, "/etc/passwd")
    locked = bytearray(zipped({"a.csv": b"a,b"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + offset] |= 1
    for data, word in ((out.getvalue(), "链接"), (bytes(locked), "密码")):
        assert word in refusal_of(data)
        (tmp_path / "a.zip").write_bytes(data)
        assert unpack(tmp_path / "a.zip", tmp_path / "archive") is None
    assert "套着" in refusal_of(zipped({"b.zip": zipped({"a.csv": b"a,b"})}))


def test_a_damaged_entry_keeps_the_rest_out(settings: Settings, night: Night) -> None:
    data = bytearray(zipped({"a.xlsx": income(), "b.csv": b"a,b\n" * 2000}, zipfile.ZIP_STORED))
    data[data.find(b"a,b\na,b") + 40] ^= 0xFF
    assert night({"a.zip": bytes(data)}) == {"refused": 1}
    assert query(settings, "select count(*) from ops.submissions") == [(1,)]


def test_a_bomb_in_a_bundle_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": b"\0" * (65 << 20)}))
    assert unpack(tmp_path / "a.zip", tmp_path / "archive") is None
    assert [p for p in (tmp_path / "archive").rglob("*") if p.is_file()] == []


def test_the_verdict_without_a_database(tmp_path: Path) -> None:
    path = tmp_path / "621121-通渭县" / "a.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({"附件/收入.xlsx": income(), "说明.csv": b"a,b"}))
    verdicts = check_files([path, path.parent / "a.zip"])
    assert [(v["name"], v["county_code"], v["outcome"]) for v in verdicts] == [
        ("说明.csv", "621121", "refused"),
        ("附件/收入.xlsx", "621121", "loaded"),
    ] * 2
