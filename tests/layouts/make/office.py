"""LibreOffice: a book is written by openpyxl, opened by LibreOffice without a window, and saved in another format."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.layouts.make.book import Book, cell_of

# ending -> (LibreOffice's name of the format, its filter)
FILTERS = {
    "xlsx": ("xlsx", "Calc MS Excel 2007 XML"),
    "xls": ("xls", "MS Excel 97"),
    "ods": ("ods", "calc8"),
}


def source(book: Book, path: Path) -> None:
    """The book as openpyxl writes it; formulas without values."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    if book.is_1904:
        made.epoch = CALENDAR_MAC_1904
    for data in book.sheets:
        sheet = made.create_sheet(data.name)
        for r, row in enumerate(data.rows, 1):
            for c, value in enumerate(row, 1):
                cell = cell_of(value)
                if cell.kind in ("formula", "error"):
                    sheet.cell(r, c).value = f"={cell.formula}"
                elif cell.value != "":
                    sheet.cell(r, c).value = cell.value
                if cell.kind == "day":
                    sheet.cell(r, c).number_format = "yyyy-mm-dd"
                if cell.note:
                    sheet.cell(r, c).comment = Comment(cell.note, "核对人")
        for area in data.merged:
            sheet.merge_cells(area)
        for r in data.hidden_rows:
            sheet.row_dimensions[r + 1].hidden = True
        for c in data.hidden_columns:
            sheet.column_dimensions[get_column_letter(c + 1)].hidden = True
        if data.is_hidden:
            sheet.sheet_state = "hidden"
    made.save(path)


def write(books: dict[Path, Book]) -> None:
    """Write each book to its path, in the format that its ending says (et is xls)."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        kinds: dict[str, list[tuple[Path, Path]]] = {}
        for number, (path, book) in enumerate(books.items()):
            made = work / f"{number}.xlsx"
            source(book, made)
            kinds.setdefault("xls" if path.suffix == ".et" else path.suffix[1:], []).append((made, path))
        for kind, pairs in kinds.items():
            name, filter_name = FILTERS[kind]
            out = work / kind
            command = ["soffice", f"-env:UserInstallation=file://{work}/profile", "--headless", "--norestore"]
            command += [
                "--convert-to",
                f"{name}:{filter_name}",
                "--outdir",
                str(out),
                *[str(made) for made, _ in pairs],
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
            for made, path in pairs:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes((out / f"{made.stem}.{name}").read_bytes())
