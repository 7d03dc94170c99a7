"""Names of places to codes of the national list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingest import places
from ingest.context import Context, reference_folder
from ingest.read import read
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, income_rows


@pytest.mark.parametrize(
    ("folder", "code"),
    [("621121", "621121"), ("通渭县", "621121"), ("621121-通渭县", "621121"), ("621121通渭县", "621121"), ("岷　县", "621126"),
     ("华亭县", "620881"), ("东乡县", "622926"), ("东乡族自治县", "622926"), ("安西县", "620922")],
)  # fmt: skip
def test_county_folders(context: Context, folder: str, code: str) -> None:
    found = context.places.county(folder)
    assert found is not None and found.code == code


@pytest.mark.parametrize("folder", ["", "北塔区", "620000", "其他", "620171"])
def test_no_county(context: Context, folder: str) -> None:
    assert context.places.county(folder) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [("临夏州临夏县2020年", ["临夏县"]), ("兰州市城关区", ["城关区"]), ("合作市场", []), ("合作市2020年", ["合作市"]),
     ("岷　县2020年", ["岷县"]), ("通渭县、陇西县", ["通渭县", "陇西县"]), ("积石山保安族东乡族撒拉族自治县", ["积石山县"])],
)  # fmt: skip
def test_counties_in_a_title(context: Context, text: str, names: list[str]) -> None:
    assert [c.spoken for c in context.places.counties_in(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "平襄镇",
        "平襄",
        "平襄镇人民政府",
        "通渭县平襄镇",
        "平　襄　镇",
        "平襄鎮",
        "甘肃省定西市通渭县平襄镇",
        "1.平襄镇",
        "（平襄镇）",
        "平襄乡",
    ],
)
def test_townships(context: Context, text: str) -> None:
    found = context.places.counties["621121"].township(text)
    assert found is not None and found.name == "平襄镇"


def test_the_new_area_belongs_to_its_counties(context: Context) -> None:
    """西岔 lies in 皋兰, 中川 and 秦川 in 永登, whatever the national list books them under; codes stay the list's."""
    found = context.places.counties["620122"].township("西岔镇")
    assert found is not None and found.code == "620171103"
    for name in ("中川镇", "秦川镇"):
        assert context.places.counties["620121"].township(name) is not None


def test_every_village_is_found_by_its_full_name(context: Context) -> None:
    """Names that a community and a village share are the village's."""
    wrong = []
    for county in context.places.counties.values():
        for village in county.villages.values():
            if not village.is_community:
                for text in (village.full_name, village.name):
                    found = county.village(text, village.township_code)
                    if found is None or found.code != village.code:
                        wrong.append((village, text))
    assert len(wrong) < 10, wrong[:5]


@pytest.mark.parametrize("text", ["{}", "{}村", "{}村委会", "{}村民委员会", "{}村村民委员会", "平襄镇{}村", " {} 村"])
def test_spellings_of_a_village(context: Context, text: str) -> None:
    county = context.places.counties["621121"]
    village = next(
        v
        for v in county.villages.values()
        if v.township_code == "621121100" and not v.is_community and not v.name.endswith("村")
    )
    found = county.village(text.format(village.name), "621121100")
    assert found == village


def test_a_village_of_another_township_is_none(context: Context) -> None:
    county = context.places.counties["621121"]
    other = next(
        v
        for v in county.villages.values()
        if v.township_code != "621121100" and county.village(v.name, "621121100") is None
    )
    assert county.village(other.name, "621121100") is None
    assert county.village(other.name, other.township_code) == other


def test_aliases(tmp_path: Path) -> None:
    for path in reference_folder().glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    county = places.load(tmp_path).counties["621121"]
    village = next(v for v in county.villages.values() if v.township_code == "621121100")
    assert county.village("新名字庄", "621121100") is None
    with (tmp_path / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", village.township_code, "新名字庄", village.code, "别称", "test"])
        csv.writer(stream).writerow(["township", "621121", "平襄城关镇", "621121100", "旧称", "test"])
    again = places.load(tmp_path).counties["621121"]
    assert again.village("新名字庄", "621121100") == village
    assert again.township("平襄城关镇") == county.township("平襄镇")
    assert again.digest() != county.digest()
    assert (
        places.load(tmp_path).counties["621122"].digest() == places.load(reference_folder()).counties["621122"].digest()
    )


def test_several_places_in_one_cell(context: Context) -> None:
    county = context.places.counties["621121"]
    names = [
        v.name
        for v in county.villages.values()
        if v.township_code == "621121100" and not v.is_community and not v.name.endswith("村")
    ][:3]
    villages, townships, unknown = county.places_in(f"平襄镇{names[0]}、{names[1]}村、{names[2]}")
    assert [v.name for v in villages] == names and not townships and not unknown
    villages, _, unknown = county.places_in(f"平襄镇{names[0]}村{names[1]}村")  # a missing mark
    assert [v.name for v in villages] == names[:2] and not unknown
    villages, _, unknown = county.places_in(f"{names[0]}村和{names[1]}村")
    assert [v.name for v in villages] == names[:2] and not unknown
    villages, townships, unknown = county.places_in("平襄镇")
    assert not villages and [t.name for t in townships] == ["平襄镇"] and not unknown
    assert county.places_in("苗儿村") == ([], [], ["苗儿村"])


@pytest.mark.parametrize(
    ("county", "text"),
    [("621226", "崖城镇街道村"), ("622925", "三合镇"), ("620321", "六坝镇")],
)
def test_townships_whose_names_run_into_the_villages(context: Context, county: str, text: str) -> None:
    villages, townships, unknown = context.places.counties[county].places_in(text)
    assert (villages or townships) and not unknown


@pytest.mark.parametrize(
    "text", ["平襄镇中林村", "通渭县平襄镇中林村", "平襄鎮中林村", "中林村三社", "1、中林村（平襄镇）", "中林村,"]
)
@pytest.mark.parametrize("township", ["621121100", None])
def test_more_around_a_villages_name(context: Context, text: str, township: str | None) -> None:
    found = context.places.counties["621121"].village(text, township)
    assert found is not None and (found.name, found.township_code) == ("中林", "621121100")


@pytest.mark.parametrize("text", ["马营镇锦屏村", "锦屏", "平襄镇", "平襄", "中材村", "林中村", ""])
def test_what_is_no_village_of_the_township(context: Context, text: str) -> None:
    assert context.places.counties["621121"].village(text, "621121100") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("平襄镇（中林、瓦石）", ["中林", "瓦石"]),
        ("中林村、瓦石村等2个村", ["中林", "瓦石"]),
        ("中林、瓦石两村", ["中林", "瓦石"]),
        ("平襄镇中林村等", ["中林"]),
    ],
)
def test_lists_of_villages(context: Context, text: str, names: list[str]) -> None:
    villages, _, unknown = context.places.counties["621121"].places_in(text)
    assert [v.name for v in villages] == names and not unknown


def test_the_whole_county_in_other_words(context: Context) -> None:
    for text in ("全县18个乡镇", "全县各乡镇", "全县范围"):
        assert context.places.counties["621121"].places_in(text) == ([], [], [])


def test_an_alias_of_one_township_leaves_another_its_name(tmp_path: Path) -> None:
    for path in reference_folder().glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "锦屏", "621121100202", "别称", "test"])
    county = places.load(tmp_path).counties["621121"]
    for township, code in (("621121100", "621121100"), ("621121101", "621121101"), (None, "621121101")):
        found = county.village("锦屏", township)
        assert found is not None and found.township_code == code


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("嘉峪关市2020年6月村级集体经济收入统计表", "嘉峪关市不设县"),
        ("兰州新区2020年6月村级集体经济收入统计表", "西岔镇请按皋兰县报送"),
    ],
)
def test_places_that_are_no_county_are_told_why(context: Context, title: str, sentence: str) -> None:
    data = by_openpyxl(Page([[title], ["单位：万元"], INCOME_HEADER, *income_rows()]))
    result = read(data, "某市/报表.xlsx", folder_county=None, context=context)
    assert result.refusal_code == "S04" and sentence in (result.refusal or "")
