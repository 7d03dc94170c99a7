"""Writes one form of one county as the files that the county would send, and enters them in the truth."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from simulator import truth as truths
from simulator.chance import stream
from simulator.formats import SUFFIX, to_bytes
from simulator.layout import Book, cell_name, lay_out
from simulator.mistakes.kinds import Context
from simulator.mistakes.planner import spoil_totals
from simulator.rows import Row
from simulator.titles import Heading, heading
from simulator.truth import Truth


def submit(out: Path, truth: Truth, context: Context, period: str, *, night: str = "", township: str = "") -> None:
    """Write the files, then the truth's ``files``, what is wrong in them, ``parts``, ``totals`` and ``targets``.

    Args:
        period: month like '2020-06'; the style decides how the title states it.
        night: names a later delivery, whose files do not overwrite the earlier ones.
        township: code of the township whose own file this is; '' for a delivery of the whole county.
    """
    form, county, style = context.form, context.world.county, context.style
    rng = stream(truth["seed"], county.code, "words", form.name, night)
    folder = out / county.folder
    used: Counter[str] = Counter()
    for code, name, members in _files(context, township):
        words = heading(form, county, style, period, rng, name)
        path = folder / name / f"{words.file_stem}{_night_mark(night)}{SUFFIX[style.kind]}"
        used[str(path)] += 1
        _write(out, truth, context, words, members, path, code)
    truth["violations"].extend(
        {"county_code": county.code, "form": form.name, "rule": rule, "note": note} for rule, note in context.violations
    )
    columns = {column.field for column in style.columns}
    figures = truths.part_figures(form, context.rows, columns)
    truths.put_parts(truth, county, form, figures, replace_all=not township)


def _night_mark(night: str) -> str:
    return f"({night})" if night else ""


def _files(context: Context, township: str) -> list[tuple[str, str, list[Row]]]:
    """(township code, township name, rows) per file; the first two are '' where the file is the county's."""
    if not township and context.style.split != "townships":
        return [("", "", context.rows)]
    blocks = groupby(context.rows, key=lambda row: row.values["_village"].township_code)
    files = []
    for code, block in blocks:
        members = list(block)
        files.append((code, members[0].values["_village"].township_name, members))
    return files


def _write(out: Path, truth: Truth, context: Context, words: Heading, rows: list[Row], path: Path, code: str) -> None:
    form, county, style = context.form, context.world.county, context.style
    book = lay_out(form, style, words, rows)
    spoiled = spoil_totals(book, context)
    context.wrong_totals -= len(spoiled)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_bytes(style.kind, book.sheets))
    relative = path.relative_to(out).as_posix()
    refused = sum(row.refused for row in rows)
    truth["files"].append({
        "path": relative, "county_code": county.code, "form": form.name, "period": words.period,
        "township_code": code or None, "format": style.kind, "layout": sorted(book.features),
        "rows_written": len(rows), "rows_acceptable": len(rows) - refused, "outcome": "partly" if refused else "loaded",
    })  # fmt: skip
    entry: dict[str, Any] = {"file": relative, "county_code": county.code, "form": form.name}
    truth["mistakes"].extend(_blames(book, rows, entry))
    truth["cross_checks"].extend(_contradictions(book, rows, entry))
    for sheet, row, column, field in spoiled:
        truth["mistakes"].append({
            **entry, "sheet": book.sheets[sheet].name, "cell": cell_name(row, column), "rule": "R64", "severity": "error",
            "effect": "none", "field": field, "note": "合计数与各行之和不符", "part_code": code or None,
        })  # fmt: skip


def _blames(book: Book, rows: list[Row], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows' mistakes with their cells; a misspelt village says which one was meant, for tests of aliases."""
    found = []
    for row in rows:
        for blame in row.blames:
            sheet, at = book.at[id(row)]
            column = book.columns.get(blame.field)
            mistake = {
                **entry, "sheet": book.sheets[sheet].name, "cell": None if column is None else cell_name(at, column),
                "rule": blame.rule, "severity": blame.severity, "effect": blame.effect, "field": blame.field,
                "note": blame.note, "part_code": row.part,
            }  # fmt: skip
            if blame.rule == "R70" and blame.field == "village_name":
                mistake |= {"written": row.raw["village_name"], "village_code": row.values["_village"].code}
            found.append(mistake)
    return found


def _contradictions(book: Book, rows: list[Row], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows that contradict another form; ``row_no`` counts from 1 as in the sheet."""
    found = []
    for row in rows:
        for what in row.contradictions:
            sheet, at = min(book.at[id(one)] for one in what.about if id(one) in book.at and not one.refused)
            found.append({
                **entry, "other_form": what.other_form, "rule": what.rule, "sheet": book.sheets[sheet].name,
                "row_no": at + 1, "part_code": row.part, "note": what.note,
            })  # fmt: skip
    return found
