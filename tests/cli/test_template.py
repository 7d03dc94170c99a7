"""``longcang template`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.check import check_files
from ingest.contracts import load_all
from warehouse.cli.main import cli


def template(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["template", *arguments])
    return done.exit_code, done.output


def test_forms_by_name_number_and_title(tmp_path: Path) -> None:
    forms = ("village_base", "f15", "问题整改台账", "F16")
    status, printed = template(*forms, "--county", "通渭县", "--period", "2020-06", "--out", str(tmp_path / "新"))
    assert status == 0
    paths = [Path(line) for line in printed.split()]
    assert [p.name for p in paths] == [
        f"通渭县2020年6月{t}.xlsx" for t in ("贫困村基础台账", "挂牌督战台账", "问题整改台账")
    ]
    verdicts = check_files(paths[:1])
    assert (verdicts[0]["form"], verdicts[0]["county_code"], verdicts[0]["period"]) == (
        "village_base",
        "621121",
        "2020-06",
    )


def test_all_forms_for_a_county_by_code(tmp_path: Path) -> None:
    status, printed = template("all", "--county", "622926", "--out", str(tmp_path))
    assert status == 0
    assert [Path(line).name for line in printed.split()] == [f"东乡族自治县{c.title}.xlsx" for c in load_all().values()]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("F99", "--county", "通渭县"),
            "F99: no such form; there are\n  F01  household_awards     到户产业扶持资金奖补花名册",
        ),
        (("F01", "--county", "临夏"), "several counties are called so\n  622901 临夏市  622921 临夏县"),
        (("F01", "--county", "北京"), "no such county; there are\n  620102 城关区"),
        (("F01", "--county", "通渭县", "--period", "上周"), "write it as 2020-06"),
        (("F01", "--county", "通渭县", "--period", "2019-2020"), "write it as 2020-06"),
        (("F01",), "--county"),
        (("--county", "通渭县"), "FORM"),
    ],
)
def test_what_cannot_be_made_is_said(arguments: tuple[str, ...], sentence: str) -> None:
    status, printed = template(*arguments)
    assert status == 2 and sentence in printed


def test_a_workbook_that_is_there_is_left_alone(tmp_path: Path) -> None:
    taken = tmp_path / "通渭县挂牌督战台账.xlsx"
    taken.write_bytes(b"filled in")
    status, printed = template("F16", "F15", "--county", "通渭", "--out", str(tmp_path))
    assert status == 2 and "never written over" in printed
    assert taken.read_bytes() == b"filled in" and list(tmp_path.iterdir()) == [taken]
