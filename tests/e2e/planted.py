"""Marked personal values, all made up, planted in every column of the files of a province that does not exist."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

from ingest.check import check_files
from ingest.contracts import load_all
from ingest.formats import open_sheets
from ingest.grid import Sheet
from ingest.personal import check_character
from tests.e2e.leaks import Marks
from tests.ingest.books import Page, by_openpyxl, by_xlsxwriter, that_kills_its_reader
from tests.spellings import spellings

PERSONAL = ("person_name", "id_number", "phone", "bank_account")
# Two of these make a given name that nobody bears, behind a surname of two characters.
_RARE = "犇骉鱻麤猋羴蟲灥厵惢"
_SURNAMES = ("欧阳", "司马", "诸葛", "上官")


class Person:
    """A made-up person: name, valid 18-digit number, mobile phone, account."""

    def __init__(self, serial: int) -> None:
        first, second = divmod(serial % 100, 10)
        self.name = _SURNAMES[serial % 4] + _RARE[first] + _RARE[second]
        digits = f"622999{1930 + serial % 70}{1 + serial % 12:02d}{10 + serial % 18:02d}{serial % 1000:03d}"
        self.values = {
            "person_name": self.name,
            "id_number": digits + check_character(digits),
            "phone": f"199{76_543_210 + serial:08d}",
            "bank_account": f"6217998{serial:06d}{987_654 - serial:06d}",
        }


class Planter:
    """Gives out persons, and remembers every value that it has planted."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._serials = count(1)

    def person(self) -> Person:
        person = Person(next(self._serials))
        self.marks.names.add(person.name)
        self.marks.add(" ".join(person.values.values()))
        return person

    def plant(self, folder: Path, *, is_stray: bool) -> Iterator[str]:
        """Plant in the files below a folder, which become xlsx: in each row proper values in the personal columns; with
        `is_stray` a number, a phone or an account in every other column as well, each in a row of its own while there
        are enough. Files that are refused stay as they are.

        Yields:
            The form that each file holds.
        """
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        for path, verdict in zip(paths, check_files(paths, workers=2), strict=True):
            if "sheets" in verdict["layout"]:
                self._plant(path, verdict, is_stray)
                yield str(verdict["form"])

    def _plant(self, path: Path, verdict: dict[str, Any], is_stray: bool) -> None:
        contract = load_all()[verdict["form"]]
        grids = {sheet.number: sheet for sheet in open_sheets(path.read_bytes())}
        for told in verdict["layout"]["sheets"]:
            sheet = grids[told["sheet_no"]]
            rows = range(told["header_rows"][1], min(told["header_rows"][1] + told["rows"], len(sheet.rows)))
            kinds = {
                _column(at["column"]): next(c.type for c in contract.columns if c.field == name)
                for name, at in told["columns"].items()
            }
            prose = [_column(at["column"]) for name, at in told["columns"].items() if contract.by_field[name].prose]
            self._proper(sheet, rows, {at: kind for at, kind in kinds.items() if kind in PERSONAL}, prose)
            if is_stray:
                self._around(sheet, told["header_rows"])
                self._stray(sheet, rows, {at: kind for at, kind in sorted(kinds.items()) if kind not in PERSONAL})
        path.unlink()
        pages = [
            Page(s.rows, merged=[_area(*m) for m in s.merged], name=s.name or "Sheet1", is_hidden=not s.is_visible)
            for s in grids.values()
        ]
        target = path.with_suffix(".xlsx")
        if is_stray:
            target = path.parent / f"经办{self._spelt('phone')}" / f"{path.stem}（{self._spelt('id_number')}）.xlsx"
            target.parent.mkdir()
        target.write_bytes(by_openpyxl(*pages))
        if is_stray and next(self._serials) % 3 == 0:
            with zipfile.ZipFile(target.parent / f"打包{self._spelt('phone')}.zip", "w") as bundle:
                bundle.write(target, f"{self._spelt('phone')}/{target.name}")
            target.unlink()

    def _spelt(self, kind: str) -> str:
        """Somebody's number in the next spelling; one that a file's name can have."""
        ways = spellings(self.person().values[kind], is_card=kind == "bank_account")
        return list(ways.values())[next(self._serials) % len(ways)].replace("\n", " ").replace(":", "：")

    def _old_id(self) -> str:
        """Somebody's ID number as it was before 1999: 15 digits, the year in two of them, no check character."""
        number = self.person().values["id_number"]
        old = number[:6] + number[8:17]
        self.marks.middles.add(old[2:13].encode())
        return old

    def _around(self, sheet: Sheet, header_rows: list[int]) -> None:
        """Numbers in the title, in a header of its own column and in the name of the sheet."""
        first = sheet.rows[0][0]
        sheet.rows[0][0] = f"{first}（{self._spelt('phone')}）"
        for r, row in enumerate(sheet.rows):
            row.append(f"联系人{self._spelt('id_number')}" if r == header_rows[1] - 1 else "")
        sheet.name = f"{sheet.name[:8]} {self.person().values['phone']}"  # behind a digit it would be another number

    def _proper(self, sheet: Sheet, rows: range, kinds: dict[int, str], prose: list[int]) -> None:
        """Of each row's person also the name in a free text, where there is one."""
        for r in rows if kinds else ():
            person = self.person()
            for at, kind in kinds.items():
                if sheet.rows[r][at] not in ("", None):
                    sheet.rows[r][at] = person.values[kind]
                    if kind == "person_name" and prose and r % 2:
                        sheet.rows[r][prose[-1]] = f"{person.name}本人签字"

    def _stray(self, sheet: Sheet, rows: range, kinds: dict[int, str]) -> None:
        """A code of digits may look like an account, so a column of codes gets none."""
        places = cycle(rows)
        for number, (at, kind) in enumerate(kinds.items()):
            strays = ("id_number", "phone", "id_number" if kind == "code" else "bank_account")
            stray = strays[number % 3]
            ways = list(spellings(self.person().values[stray], is_card=stray == "bank_account").values())
            if kind == "text":
                old = list(spellings(self._old_id()).values())
                ways += [old[number % len(old)]]
            for value in ways if kind == "text" else [ways[number % len(ways)]]:
                sheet.rows[next(places)][at] = (value, f"联系{value}。")[number // 3 % 2]
            if number % 3 == 2:
                sheet.rows[next(places)][at] = float(self.person().values[stray][:17])

    def failures(self, folder: Path) -> None:
        """Files that cannot be read, each with a person in it: damaged, no form, open quotes, one that kills its reader."""
        people = [list(self.person().values.values()) for _ in range(6)]
        title, header = ["2020年6月到户产业扶持资金奖补花名册"], ["户主姓名", "身份证号", "联系电话", "一折通账号"]
        whole = by_xlsxwriter(Page([title, header, *people]))
        (folder / "损坏.xlsx").write_bytes(whole[: len(whole) * 2 // 3])
        (folder / "缺列.xlsx").write_bytes(whole)
        (folder / "不是表.xlsx").write_bytes(by_xlsxwriter(Page([["通讯录"], *people])))
        text = "\n".join(",".join(row) for row in people)
        (folder / "引号.csv").write_text(f'"{text}', encoding="utf-8")
        (folder / "名单.txt").write_text(text, encoding="gb18030")
        (folder / "过大.xlsx").write_bytes(that_kills_its_reader(Page([title, header, *people])))


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _area(r0: int, c0: int, r1: int, c1: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(c0 + 1)}{r0 + 1}:{get_column_letter(c1 + 1)}{r1 + 1}"
