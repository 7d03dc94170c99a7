"""Which regions the province lies on."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from simulator import places


def test_the_default_counties_are_a_fair_sample() -> None:
    chosen = places.choose(14)
    assert sum(county.is_unexited for county in chosen) == 8
    assert any(not county.is_poor for county in chosen)
    assert "卓尼县" in {county.name for county in chosen}
    assert len({county.prefecture_code for county in chosen}) >= 7


def test_new_area_townships_belong_to_their_counties() -> None:
    gaolan = places.counties()["620122"]
    assert any(township.code.startswith("620171") for township in gaolan.townships)
    assert "620171" not in places.counties()
    assert "620201" not in places.counties()


def test_villages_can_be_told_apart_by_any_spelling() -> None:
    with (places.REFERENCE / "villages.csv").open(encoding="utf-8-sig") as handle:
        kinds = {row["village_code"]: row["village_kind"] for row in csv.DictReader(handle)}
    for county in places.counties().values():
        for township in county.townships:
            cores = Counter(village.core for village in township.villages)
            assert not [core for core, count in cores.items() if count > 1]
            assert {kinds[village.code] for village in township.villages} == {"村委会"}


@pytest.mark.parametrize("name", ["621121", "通渭县", "621121-通渭县"])
def test_a_county_goes_by_code_name_or_both(name: str) -> None:
    assert [county.code for county in places.choose([name])] == ["621121"]


def test_short_names_are_known() -> None:
    assert places.choose(["东乡县"])[0].name == "东乡族自治县"


@pytest.mark.parametrize("wanted", [["北京市"], 0, 87])
def test_what_cannot_be_chosen_is_said(wanted: list[str] | int) -> None:
    with pytest.raises(ValueError, match=r"no such county|must lie in"):
        places.choose(wanted)
