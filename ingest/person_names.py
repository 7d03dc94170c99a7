"""Names of a form's own persons in its free texts: masked there as in the columns where they belong.

The names are those that the file's columns of persons hold. One of three characters and more is looked for in every free
text of the file. One of two may be a word as well (高兴, 文明): it is masked in its own row, and elsewhere only where it
stands alone or behind a role (户主李娜). What goes on as a place or a body (马有才养殖合作社) names that, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from ingest import issues
from ingest.contracts import Contract
from ingest.owners import ROLE, is_body
from ingest.personal import mask_name
from ingest.table import Table
from ingest.text import as_text, narrow, show

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff〇"
_NAME = re.compile(f"[{_HAN}]{{2,6}}|(?=.{{3,20}}$)[{_HAN}]+(?:·[{_HAN}]+)+")
_APART = re.compile(r"[、,，;；/()]|和")
_DOT = re.compile("[•・．.∙‧]")
_SPACE = r"[\s\p{Cf}]+"
_NOBODY = frozenset(
    "本人 户主 同上 暂无 不详 其他 负责人 联系人 代领 代领人 家属 配偶 儿子 女儿 父亲 母亲 妻子 丈夫".split()
)
_MORE = re.compile(
    "村|镇|乡|社区|街道|组|(?:家庭|种植|养殖|种养|农民|农业|农牧|牧业|林果|农机|专业|中药材|牛|羊|猪|鸡)"
    f"[{_HAN}]{{0,10}}?(?:合作社|联社|农场|牧场|公司|基地|厂|场)|(?:合作社|联社|农场|牧场|公司)"
)
_NEAR = 40  # characters before and behind a name that say what it means
_AFTER_ROLE = re.compile(f"(?:{ROLE}|代领人?|签字人?|配偶|妻子|丈夫|儿子|女儿|之子|之女|[父母])[:：]?$")


def mask_names(contract: Contract, tables: list[Table]) -> None:
    """Mask the persons of a file in its free texts, cells and frames alike, and say so at each cell."""
    prose = [column.field for column in contract.columns if column.prose]
    written = [any(map(bool, table.cells.get(name, ()))) for table in tables for name in prose]
    if not any(written):
        return
    persons = [_persons(table) for table in tables]
    everyone = sorted({name for rows in persons for row in rows for name in row})
    if everyone:
        for table, rows in zip(tables, persons, strict=True):
            for field in prose:
                if field in table.cells:
                    _mask_column(table, field, rows, everyone)


def _persons(table: Table) -> list[list[str]]:
    """The names in each row's columns of persons."""
    rows: list[list[str]] = [[] for _ in table.body.data]
    for field, mapped in table.band.mapped.items():
        if mapped.column.type in ("person_name", "person_or_body"):
            known: dict[str, list[str]] = {}
            for row, value in zip(rows, table.cells[field], strict=True):
                if isinstance(value, str) and value:
                    if value not in known:
                        known[value] = [] if mapped.column.type != "person_name" and is_body(value) else _names(value)
                    row += known[value]
    return rows


def _names(text: str) -> list[str]:
    pieces = _APART.split(_DOT.sub("·", narrow(text)))
    return [piece for piece in pieces if _NAME.fullmatch(piece) and piece not in _NOBODY]


def _mask_column(table: Table, field: str, rows: list[list[str]], everyone: list[str]) -> None:
    cells = table.cells[field]
    texts = pl.Series(list({cell for cell in cells if type(cell) is str and len(cell) > 1}), dtype=pl.String)
    likely = set(texts.filter(texts.str.replace_all(_SPACE, "").str.contains_any(everyone)).to_list())
    if not likely:
        return
    found = _found(sorted(likely), everyone)
    column, changed = table.band.mapped[field].column, {}
    for position, cell in enumerate(cells):
        if cell in found and (masked := _masked(cell, found[cell], rows[position])) != cell:
            changed[position] = masked
    for position, text in changed.items():
        cells[position] = text
        message = f"“{table.band.mapped[field].header}”里写有本表人员的姓名，只留了姓；请不要在这里写姓名"
        table.issues.append(table.issue(issues.PERSONAL, issues.INFO, issues.NONE, position, column, message))
    if changed:
        values = table.frame[field].to_list()
        for position, text in changed.items():
            values[position] = as_text(text)
        table.frame = table.frame.with_columns(pl.Series(field, values, dtype=pl.String))
        _show_again(table, field, {table.sheet.row_no(table.body.data[at]): text for at, text in changed.items()})


def _found(texts: list[str], everyone: list[str]) -> dict[str, list[str]]:
    """The names that each text holds, the longest first."""
    squeezed = pl.Series(texts, dtype=pl.String).str.replace_all(_SPACE, "")
    names = squeezed.str.extract_many(everyone, overlapping=True).to_list()
    return {text: sorted(set(held), key=lambda n: (-len(n), n)) for text, held in zip(texts, names, strict=True)}


def _show_again(table: Table, field: str, texts: dict[int, str]) -> None:
    """Earlier issues at the cells show the masked text."""
    table.issues = [
        replace(issue, value_shown=show(texts[issue.row_no]))
        if issue.field == field and issue.row_no in texts and issue.value_shown
        else issue
        for issue in table.issues
    ]


def _masked(text: str, names: Iterable[str], own: list[str]) -> str:
    """The text with those of the names masked that mean a person."""
    for name in names:
        for start, end in reversed(list(_places(text, name))):
            if _means_person(text, start, end, name in own or len(name) > 2):
                text = f"{text[:start]}{mask_name(text[start:])}{text[end:]}"
    return text


def _places(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a name stands, with or without spaces between its characters."""
    for match in re.finditer(r"[\s\u200b-\u200f\u2060\ufeff]*".join(map(re.escape, name)), text):
        yield match.span()


def _means_person(text: str, start: int, end: int, is_sure: bool) -> bool:
    before, behind = narrow(text[max(start - _NEAR, 0) : start]), narrow(text[end : end + _NEAR])
    if _MORE.match(behind):
        return False
    alone = not re.match(f"[{_HAN}]", behind) and not re.search(f"[{_HAN}]$", before)
    return is_sure or alone or bool(_AFTER_ROLE.search(before))
