"""Small honest files of every format, from which the mutator starts."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from datetime import date
from pathlib import Path

from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter, by_xlwt, rebuilt
from tests.ingest.forms import AWARD_HEADER, INCOME_HEADER, award_rows, income_rows

FORMATS = ("xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "zip")
FOLDERS = (Path(__file__).parents[1] / "layouts" / "fixtures", Path(__file__).parents[1] / "fixtures")
_SAME = {"et": "xls"}

INCOME = Page(
    [["通渭县2020年6月村级集体经济收入统计表", *[None] * 13], ["单位：万元"], INCOME_HEADER, *income_rows() * 3],
    merged=["A1:N1"],
)
AWARDS = Page(
    [
        ["通渭县2020年到户产业扶持资金花名册", *[None] * 18],
        ["单位：元", None, date(2020, 6, 30), True, 0.5],
        AWARD_HEADER,
        *award_rows() * 4,
        ["合计", *[None] * 11, 16000.0, *[None] * 6],
    ],
    merged=["A1:S1"],
    name="花名册",
)
HIDDEN = Page([["备用"], [1, 2.5, "x"]], name="Sheet3", is_hidden=True)


def seeds() -> dict[str, list[bytes]]:
    """Files by format, each list in the same order every time."""
    found: dict[str, list[bytes]] = defaultdict(list)
    found["xlsx"] = [by_openpyxl(INCOME, HIDDEN), by_xlsxwriter(AWARDS, INCOME), by_openpyxl(AWARDS)]
    found["xlsm"] = [rebuilt(book, more={"xl/vbaProject.bin": b"\xd0\xcf" * 200}) for book in found["xlsx"][:2]]
    found["xls"] = [by_xlwt(INCOME, HIDDEN), by_xlwt(AWARDS)]
    found["csv"] = [by_csv(INCOME), by_csv(AWARDS, "gb18030"), by_csv(AWARDS, "utf-16")]
    found["tsv"] = [by_csv(AWARDS, "utf-8-sig", "\t", "\n"), by_csv(INCOME, "gb18030", "\t")]
    for folder in FOLDERS:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            kind = path.suffix[1:].lower()
            kind = _SAME.get(kind, kind)
            if kind in FORMATS and path.stat().st_size < 100_000:
                found[kind].append(path.read_bytes())
    found["zip"] = [_bundle(found, 0), _bundle(found, 1)]
    return dict(found)


def _bundle(found: dict[str, list[bytes]], at: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in ("xlsx", "xls", "csv"):
            archive.writestr(f"平襄镇/报表{at}.{kind}", found[kind][at])
    return out.getvalue()
