"""Contracts: the project's own load and hold together; wrong ones say what is wrong and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.arrow import schema_of
from ingest.contracts import FOLDER, ContractError, load, load_all
from ingest.headers import HeaderMap

NAMES = tuple(load_all())
PROGRAMME = (
    "household_awards household_shares dividend_payments cooperatives lead_enterprises farms_growers village_income "
    "cold_stores sales_channels insurance_policies insurance_claims training_attendance rectifications east_west_projects "
    "fund_projects supervision village_base registered_persons"
).split()


def test_the_programmes_forms_are_there_in_their_order() -> None:
    assert [name for name in NAMES if name in PROGRAMME] == PROGRAMME


@pytest.mark.parametrize("name", NAMES)
def test_headers_lead_back_to_their_column(name: str) -> None:
    """Each header that a contract lists, standing alone, maps to its own column."""
    contract = load_all()[name]
    headers = HeaderMap(contract, 2020)
    for column in contract.columns:
        for text in column.headers:
            if ">" in text:
                continue
            found = headers.field_of((text.replace("@本年", "2020年").replace("@上年", "2019年"),))
            assert found is not None and found[0] == column.field, (column.field, text, found)


@pytest.mark.parametrize("name", NAMES)
def test_raw_columns_are_named_once_and_commented_in_chinese(name: str) -> None:
    raw = load_all()[name].raw_columns()
    assert len({c.name for c in raw}) == len(raw)
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in c.comment) for c in raw)
    assert [c.name for c in raw[:4]] == ["sheet_no", "row_no", "county_code", "part_code"]
    assert schema_of(load_all()[name]).names == [c.name for c in raw]


@pytest.mark.parametrize("name", NAMES)
def test_no_clear_personal_column(name: str) -> None:
    """No raw column can hold an ID number, account, phone or a person's whole name."""
    for column in load_all()[name].columns:
        if column.is_personal:
            assert all(c.name.endswith(("_token", "_mask", "_masked")) for c in column.raw_columns())


def broken(tmp_path: Path, change: Any) -> str:
    data = yaml.safe_load((FOLDER / "village_income.yml").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / f"{data.get('name', 'village_income')}.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load(path)
    return str(caught.value)


def column(data: Any, field: str) -> Any:
    return next(c for c in data["columns"] if c["field"] == field)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(colour="red"), ["'colour'"]),
        (lambda d: column(d, "exp_total_yuan").update(typ="x"), ["exp_total_yuan", "'typ'"]),
        (lambda d: column(d, "exp_total_yuan").update(type="amount"), ["exp_total_yuan", "'amount'"]),
        (lambda d: d.pop("grain"), ["'grain'"]),
        (lambda d: column(d, "exp_total_yuan").update(unit="万元"), ["exp_total_yuan", "元"]),
        (lambda d: column(d, "exp_total_yuan").update(written_unit="亩"), ["exp_total_yuan", "亩"]),
        (lambda d: d["row_checks"][0].update(field="nothing"), ["R21", "nothing"]),
        (lambda d: d["row_checks"][0].update(kind="magic"), ["R21", "'magic'"]),
        (lambda d: d["columns"].append(dict(d["columns"][5])), ["twice"]),
        (lambda d: [c.update(required="no") for c in d["columns"]], ["recognise"]),
    ],
)
def test_a_wrong_contract_says_what_and_where(tmp_path: Path, change: Any, words: list[str]) -> None:
    message = broken(tmp_path, change)
    assert "village_income.yml" in message and all(word in message for word in words), message


def test_broken_yaml_and_a_wrong_file_name(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("id: [F99", encoding="utf-8")
    with pytest.raises(ContractError, match=r"a\.yml"):
        load(tmp_path / "a.yml")
    (tmp_path / "other.yml").write_bytes((FOLDER / "village_income.yml").read_bytes())
    with pytest.raises(ContractError, match="village_income"):
        load(tmp_path / "other.yml")
    with pytest.raises(ContractError, match="no contract"):
        load_all(tmp_path / "nothing")
