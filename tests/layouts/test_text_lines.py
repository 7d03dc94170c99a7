"""Lines of text files that have a cell too many or too few, end too soon, or hold another separator: none is read shifted,
and none vanishes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ingest.personal import check_character
from ingest.read import ReadResult
from tests.ingest.books import Page
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import FOLDER, FORMS, Honest, expect, honest, plain, readings

Read = Callable[[bytes, Honest], ReadResult]
AWARDS = "序号,乡镇,村,户主姓名,身份证号码,家庭人口(人),贫困户属性,脱贫状态,补助方式,产业类别,补助标准(元),补助金额(元),兑付日期,备注"
NAME, STANDARD, AMOUNT, DAY, REMARK = 3, 10, 11, 12, 13


def people(count: int) -> list[list[str]]:
    ids = [f"62112119700101{n:03d}" for n in range(1, count + 1)]
    return [
        [str(n), "平襄镇", "中林", "马红红", number + check_character(number), "4", "一般贫困户", "未脱贫", "先建后补", "肉羊", "450",
         "4500", "2020-04-01", ""]
        for n, number in enumerate(ids, 1)
    ]  # fmt: skip


def awards(*rows: list[str] | str, separator: str = ",", end: str = "\n", below: str = "") -> bytes:
    """A roster whose rows are cells, or lines as they are written."""
    lines = ["通渭县2020年6月到户产业扶持资金奖补花名册", AWARDS.replace(",", separator)]
    lines += [row if isinstance(row, str) else separator.join(row) for row in rows]
    return ("\n".join([*lines, *filter(None, [below])]) + end).encode()


def said(result: ReadResult) -> list[tuple[str, int | None]]:
    return [(i.rule_id, i.row_no) for i in result.issues if i.severity != "info"]


@pytest.fixture
def read_awards(read_as: Reader) -> Callable[[bytes], ReadResult]:
    return lambda data: read_as(data, f"{FOLDER}/花名册.csv")


def with_row(n: int, cells: dict[int, str]) -> list[list[str] | str]:
    """Ten rows, in one of which cells are written otherwise."""
    rows: list[list[str] | str] = [list(row) for row in people(10)]
    rows[n] = [cells.get(c, text) for c, text in enumerate(rows[n])]
    return rows


# ------------------------------------------------------------------------------------------------- a cell too many
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({AMOUNT: "4,500"}, "thousands"),
        ({AMOUNT: "1,234,500"}, "several groups"),
        ({STANDARD: "1,450", AMOUNT: "14,500"}, "two numbers"),
        ({AMOUNT: "4,500", REMARK: "已发"}, "a remark behind"),
        ({AMOUNT: "4,500元"}, "with its unit"),
        ({NAME: "马,红"}, "a name"),
        ({REMARK: "已发放,核实"}, "a remark"),
        ({REMARK: ",见附件"}, "a note beyond the table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wider_line_is_refused(read_awards: Callable[[bytes], ReadResult], row: dict[int, str], why: str) -> None:
    result = read_awards(awards(*with_row(3, row)))
    assert said(result) == [("C13", 6)]
    (issue,) = [i for i in result.issues if i.rule_id == "C13"]
    assert "逗号" in issue.message and issue.effect == "row_refused" and issue.cell == "A6"
    assert (result.rows_read, result.rows_accepted, result.rows_refused) == (10, 9, 1)
    assert result.rows is not None and 6 not in result.rows["row_no"].to_pylist()


def test_every_line_wider_in_the_same_way(read_awards: Callable[[bytes], ReadResult]) -> None:
    rows = people(10)
    for row in rows:
        row[AMOUNT] = "4,500"
    assert read_awards(awards(*rows)).refusal_code == "S07"
    for row in rows:
        row.pop()  # without the separator of the blank remark the lines are as wide as the header
    assert read_awards(awards(*rows)).refusal_code == "S07"


def test_a_shift_that_could_be_read(read_as: Reader) -> None:
    """Numbers beside numbers, with blanks behind them: 45,000 would be read as 45 and 0."""
    table = honest("cold_stores")
    header = list(table.header)
    at = header.index(table.sums[0])
    rows = [[str(v) for v in row] for row in table.rows] * 3
    rows[1][at] = "1,200"
    lines = [[table.title], [table.unit], header, *rows]
    text = "\n".join(",".join(line) for line in lines) + "\n"
    result = read_as(text.encode(), table.name)
    assert ("C13", 5) in said(result) or result.refusal_code is not None


@pytest.mark.parametrize("extra", [",", ",,,"])
@pytest.mark.parametrize("which", ["one", "all", "title"])
def test_separators_behind_the_last_cell_are_harmless(
    read_awards: Callable[[bytes], ReadResult], which: str, extra: str
) -> None:
    lines = awards(*people(10)).decode().splitlines()
    for n in {"one": [5], "all": range(2, 12), "title": [0, 1]}[which]:
        lines[n] += extra
    result = read_awards("\n".join([*lines, ""]).encode())
    assert (said(result), result.rows_accepted) == ([], 10)


def test_quoted_numbers_are_read(read_awards: Callable[[bytes], ReadResult]) -> None:
    result = read_awards(awards(*with_row(3, {AMOUNT: '"4,500"'})))
    assert (said(result), result.rows_accepted) == ([], 10)


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
def test_thousands_with_other_separators_are_read(read_awards: Callable[[bytes], ReadResult], separator: str) -> None:
    result = read_awards(awards(*with_row(3, {AMOUNT: "4,500"}), separator=separator))
    assert (said(result), result.rows_accepted) == ([], 10)
    wide = read_awards(awards(*with_row(3, {NAME: f"马{separator}红"}), separator=separator))
    assert said(wide) == [("C13", 6)]


def test_a_wider_total_is_told_and_not_compared(read_awards: Callable[[bytes], ReadResult]) -> None:
    result = read_awards(awards(*people(10), ["合计", *[""] * 10, "45,000", "", ""]))
    assert said(result) == [("C13", 13)] and result.rows_accepted == 10
    assert result.totals["stated"] == []
    fine = read_awards(awards(*people(10), ["合计", *[""] * 10, "45000", "", ""]))
    assert said(fine) == [] and [t["agrees"] for t in fine.totals["stated"]] == [True]


def test_notes_and_titles_may_hold_separators(read_awards: Callable[[bytes], ReadResult]) -> None:
    data = awards(*people(10), below="备注：一,二,三,四,五,六,七,八,九,十,十一,十二,十三,十四,十五,十六")
    result = read_awards(data.replace("花名册".encode(), "花名册,县农业农村局,2020年7月5日".encode()))
    assert (said(result), result.rows_accepted) == ([], 10)


# --------------------------------------------------------------------------------------------------- a cell too few
def test_a_narrower_line_is_refused_where_its_cells_may_have_moved(read_awards: Callable[[bytes], ReadResult]) -> None:
    rows = people(10)
    del rows[3][STANDARD]
    assert said(read_awards(awards(*rows))) == [("C13", 6)]


def test_blanks_that_are_not_written_move_nothing(read_awards: Callable[[bytes], ReadResult]) -> None:
    rows = [row[:REMARK] for row in people(10)]
    rows[4].append("已发放")
    result = read_awards(awards(*rows))
    assert (said(result), result.rows_accepted) == ([], 10)


def test_excel_leaves_blanks_out_for_sixteen_lines_at_once(read_awards: Callable[[bytes], ReadResult]) -> None:
    rows = people(39)
    result = read_awards(awards(*rows[:14], *[row[:REMARK] for row in rows[14:30]], *rows[30:]))
    assert (said(result), result.rows_accepted) == ([], 39)


# ------------------------------------------------------------------------------------------------ other separators
@pytest.mark.parametrize("other", [";", "\t", "|", "；", "，", " "])
@pytest.mark.parametrize("count", [1, 4])
def test_lines_of_another_separator_are_refused(
    read_awards: Callable[[bytes], ReadResult], other: str, count: int
) -> None:
    rows = people(10)
    lines: list[list[str] | str] = [other.join(row) if n < count else row for n, row in enumerate(rows)]
    result = read_awards(awards(*lines))
    assert said(result) == [("C13", 3 + n) for n in range(count)]
    assert (result.rows_read, result.rows_accepted) == (10, 10 - count)


def test_lines_within_quotes_do_not_vanish(read_awards: Callable[[bytes], ReadResult]) -> None:
    rows: list[Any] = people(10)
    rows[3] = '"' + ",".join(rows[3]) + '"'
    assert said(read_awards(awards(*rows))) == [("C13", 6)]
    rows = people(10)
    rows[3][REMARK], rows[6][0] = '"', '7"'  # a quote that is opened in one line and closed in another
    result = read_awards(awards(*rows))
    assert said(result) == [("C13", 6)] and result.rows_accepted == 6


# -------------------------------------------------------------------------------------------------- the end of a file
@pytest.mark.parametrize("row", [1, 10])
def test_a_file_cut_anywhere_in_a_row_is_refused(read_awards: Callable[[bytes], ReadResult], row: int) -> None:
    rows = people(10)[:row]
    whole = awards(*rows, end="")
    last = len(",".join(rows[-1]).encode())
    for left in range(1, last - 1, 7):
        result = read_awards(whole[: len(whole) - last + left])
        assert result.refusal_code == "S01" and "不完整" in (result.refusal or ""), (left, result.refusal)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_file_cut_within_a_character(read_awards: Callable[[bytes], ReadResult], encoding: str) -> None:
    data = awards(*people(10), ["11", "平襄镇"], end="").decode().encode(encoding)
    result = read_awards(data[:-1])
    assert result.refusal_code == "S01" and "不完整" in (result.refusal or ""), result.refusal


def test_a_file_cut_within_quotes(read_awards: Callable[[bytes], ReadResult]) -> None:
    result = read_awards(awards(*people(9), '10,平襄镇,"中', end=""))
    assert result.refusal_code == "S01" and "没有传完" in (result.refusal or "")


@pytest.mark.parametrize("below", ["", "填表人：张三", "合计,,,,,,,,,,,45000", "通渭县农业农村局", "2020年7月5日"])
def test_a_whole_last_line_needs_no_line_end(read_awards: Callable[[bytes], ReadResult], below: str) -> None:
    for rows in (people(10), [row[:REMARK] for row in people(10)]):
        result = read_awards(awards(*rows, end="", below=below))
        assert (said(result), result.rows_accepted) == ([], 10)
        assert [i.rule_id for i in result.issues if i.rule_id == "S18"] == ["S18"]
    assert "S18" not in {i.rule_id for i in read_awards(awards(*people(10))).issues}


# -------------------------------------------------------------------------------------- any table, any layout, any damage
@dataclass
class Written:
    """A table as lines of text: which line holds which of its rows."""

    table: Honest
    lines: list[list[str]]
    rows: dict[int, int]
    separator: str

    def text(self, line: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.separator, lineterminator="").writerow(line)
        return out.getvalue()


LAYOUTS: list[Callable[[Honest], Page]] = [
    lay.page, lay.footers, lay.totals_last, lay.two_levels, lay.header_again, lay.empty_lines, lay.title_and_units,
]  # fmt: skip
STYLES = ("whole", "without blanks", "with more blanks")


def written(chance: random.Random) -> Written:
    table = honest(chance.choice(FORMS))
    rows, lines, style = {}, [], chance.choice(STYLES)
    bodies = [[str(v) for v in row[1:]] for row in table.rows]
    for n, row in enumerate(chance.choice(LAYOUTS)(table).rows):
        line = [str(v) for v in row] + [""] * (len(table.header) - len(row))
        if len(rows) < len(bodies) and line[1:] == bodies[len(rows)]:
            rows[n] = len(rows)
        while style == "without blanks" and line and line[-1] == "":
            line.pop()
        lines.append(line + ["", ""] * (style == "with more blanks"))
    assert len(rows) == len(table.rows)
    return Written(table, lines, rows, chance.choice(",\t;|"))


def damaged(page: Written, at: int, kind: str, chance: random.Random) -> str:
    """The line as it is written, with damage of a kind."""
    cells, mark = page.lines[at], page.separator
    filled = [c for c, text in enumerate(cells) if text]
    if kind == "cut number":
        sums = [page.table.at(h) for h in page.table.sums]
        large = [c for c in sums if c < len(cells) and cells[c].isdigit() and len(cells[c]) > 3]
        if large and mark == ",":
            c = chance.choice(large)
            return ",".join([*map(page.text, ([v] for v in cells[:c])), f"{int(cells[c]):,}", *cells[c + 1 :]])
        return page.text(cells)
    if kind == "cell too many":
        c = chance.choice([c for c in filled if len(cells[c]) > 1])
        return page.text([*cells[:c], cells[c][:1], cells[c][1:], *cells[c + 1 :]])
    if kind == "cell too few":
        c = chance.choice(filled)
        return page.text([*cells[:c], *cells[c + 1 :]])
    if kind == "other separator":
        return Written(page.table, [], {}, chance.choice([m for m in ",\t;|" if m != mark])).text(cells)
    if kind == "quoted":
        return '"' + page.text(cells).replace('"', '""') + '"'
    return page.text(cells) + mark * (kind == "more blanks")


KINDS = ("none", "more blanks", "cut number", "cell too many", "cell too few", "other separator", "quoted")


@pytest.mark.feature("csv lines of any width")
@pytest.mark.parametrize("kind", KINDS)
def test_each_line_is_accounted_for_and_no_row_is_read_shifted(read_as: Reader, kind: str) -> None:
    """The kinds add up to the lines, and an accepted row reads as it was meant: at most a cell of it is emptied."""
    for seed in range(12):
        chance = random.Random(f"{kind} {seed}")
        page = written(chance)
        at = chance.choice(sorted(page.rows))
        lines = [damaged(page, n, kind, chance) if n == at else page.text(line) for n, line in enumerate(page.lines)]
        name = page.table.name.replace("xlsx", "csv")
        result = read_as(("\n".join(lines) + "\n").encode(), name, refused_share_limit=1.0)
        case = (seed, page.table.form, lines[at], said(result), result.refusal)
        if kind == "none":
            expect(result, page.table)
        if result.rows is None:
            assert kind not in ("none", "more blanks"), case
            continue
        (sheet,) = result.layout["sheets"]
        assert sheet["header_rows"][1] + sum(sheet["kinds"].values()) == len(page.lines), case
        assert result.rows_read == sheet["kinds"]["data"] == len(page.rows), case
        for row_no, row in zip(result.rows["row_no"].to_pylist(), readings(result), strict=True):
            meant = page.table.reads[page.rows[row_no - 1]]
            found = {k: v for k, v in row.items() if v is not None}
            assert found.items() <= {k: plain(v) for k, v in meant.items()}.items(), case
        refused = {i.row_no for i in result.issues if i.effect == "row_refused"}
        accepted = set(result.rows["row_no"].to_pylist())
        assert accepted | refused >= {n + 1 for n in page.rows}, case
