"""`longcang why`, `holds` and `history` over a province that the gate has held, as a person at a terminal reads them."""

from __future__ import annotations

import json
import re
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from expectations import gate
from tests.gate.province import COUNTIES, Province
from tests.gate.test_bulkhead import BAD, FORM, OTHER, mended, night, province, send, twice
from warehouse import holds, nightly
from warehouse.cli.main import cli

__all__ = ["province"]  # the fixture
NAME, FILE = "城关区", f"{BAD}/{FORM}.xlsx"


@pytest.fixture(autouse=True)
def hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output


def told(*arguments: str) -> str:
    """What a command prints, every line of it within 100 columns."""
    output = printed(*arguments)
    assert [line for line in output.splitlines() if cell_len(line) > 100] == []
    return output


def plain(text: str) -> str:
    """Without the frames and line ends of a terminal, so that a folded sentence is found again."""
    return re.sub(r"[\s│┃]+", "", text)


def given(*arguments: str) -> Any:
    return json.loads(printed(*arguments, "--json"))


def test_a_county_that_is_held_is_explained_until_it_has_corrected_itself(province: Province) -> None:
    assert "这次校验没有拦下任何县的报表" in told("why")
    assert "没有被拦下的报表" in told("holds")
    reading = send(province, BAD, twice)
    send(province, OTHER, mended)
    assert night(province, "second") == "published"

    text = plain(told("why"))
    ((sentence, number),) = province.run(
        "select sentence, submission_id from ops.gate_holds join ops.readings using (reading_id)"
    )
    for part in (
        *("发布2（数据日期2020-12-31）：现行", "1个县的1份报表被拦下", f"{NAME}（{BAD}）　贫困村基础台账（F16）"),
        *("GL10同一期一个行政村只有一行（严重）", sentence, f"{FILE}（提交{number}，", "违反1处；这份采用5行"),
        *("现在计入的是提交", "4行", "重复的村会使村数和收入虚高", "下一晚自动重新校验"),
    ):
        assert plain(part) in text, part
    (held,) = given("why", "2")["held"]
    assert held["reading_id"] == reading and held["is_open"]
    page = (province.settings.data_docs / "verdicts" / "2-landed-1.html").resolve()
    assert held["verdict_page"] == str(page) and "GL10" in page.read_text(encoding="utf-8")

    send(province, OTHER, mended)
    assert night(province, "third") == "published"
    assert "此前的发布中还有 1 个县的 1 份报表被拦下" in told("why")
    assert nightly.finish("third", province.settings) == "done"
    assert "此前被拦下、至今没有改正的 1 个" in told("report") and FILE in told("report", "third")
    (listed,) = given("holds", "--county", NAME)
    assert (listed["submission_id"], listed["rule_id"], listed["since_date"]) == (number, "GL10", "2020-12-31")
    assert plain(sentence) in plain(told("holds")) and FILE in told("holds")
    assert given("holds", "--county", OTHER) == []

    row = next(row for row in given("history", BAD) if row["submission_id"] == number)
    assert row["readings"][0]["parts_published"] == 0 and row["readings"][0]["holds"][0]["is_in_force"]
    shown = plain(told("history", NAME, "--form", "F16"))
    assert "计入现行发布" in shown and "被拦下GL10（发布2）" in shown and "共报送2次，其中1次计入现行发布" in shown

    send(province, BAD, mended)
    assert night(province, "fourth") == "published"
    assert given("holds") == [] and not given("why", "2")["held"][0]["is_open"]
    assert given("history", BAD, "--form", FORM)[-1]["readings"][0]["parts_published"] > 0


def test_a_hold_ends_with_the_rule_that_it_was_made_by(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    send(province, BAD, twice)
    night(province, "second")
    assert len(given("holds")) == 1
    monkeypatch.setattr(gate, "digest", lambda: "another")
    assert given("holds") == []


def test_a_publication_that_is_held_says_what_held_it(province: Province) -> None:
    for county in COUNTIES:
        send(province, county, twice)
    assert night(province, "second") == "held"
    text = plain(told("why"))
    assert "发布2（数据日期2020-12-31）：被拦下，没有发布" in text and "大家看到的仍是发布1" in text
    for county in COUNTIES:
        assert f"{county}/{FORM}.xlsx" in text
    assert "最近一次发布2整次被拦下" in plain(told("holds"))
    assert [row["county_code"] for row in given("why")["failures"]] == list(COUNTIES)


def test_a_long_list_is_cut_and_says_how_to_see_it_all(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.cli import why

    monkeypatch.setattr(why, "SHOWN", 2)
    for county in COUNTIES:
        send(province, county, twice)
    night(province, "second")
    assert "还有1个，见longcangwhy2--all" in plain(told("why"))
    assert COUNTIES[2] in told("why", "2", "--all") and "还有" not in told("why", "2", "--all")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("why", "99"), "there is no publication 99"),
        (("history", "北京"), "no such county"),
        (("history", BAD, "--form", "F99"), "no such form"),
        (("holds", "--county", "某县"), "no such county"),
    ],
)
def test_what_does_not_exist_is_a_sentence(province: Province, arguments: tuple[str, ...], sentence: str) -> None:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == click.UsageError.exit_code and sentence in done.output


def test_limits_are_words() -> None:
    limits = [
        {"meaning": "每户上限", "value": "30000.000000", "unit": "元"},
        {"meaning": "不小于", "value": "0", "unit": None},
    ]
    assert holds.limits_text(limits) == "每户上限 30000 元；不小于 0"
    assert holds.limits_text(None) == ""
