"""Personal numbers in free text: every spelling is found and masked, and nothing else is."""

from __future__ import annotations

import pytest

from ingest.personal import TokenMaker, check_character
from ingest.personal_text import find, hides_numbers, kinds, mask_cells, mask_path, scrub, shown_names
from tests.spellings import in_clear, spellings


def _id(first17: str) -> str:
    return first17 + check_character(first17)


NUMBERS = {
    "id": _id("62112619770707444"),
    "id of a child": _id("62112620150307444"),
    "mistyped id": "621126197707074440",
    "mistyped month": "622926197713074440",
    "another province": "11010519491231002X",
    "old id": "621126770707444",
    "phone": "13300000002",
    "phone of 19": "19976543211",
    "card": "6217000123456789012",
    "card of 16": "6228480402564890",
    "card of another bank": "9558802700102349999",
    "card like a place": "6212261000000000009",
    "international card": "4563510000000000006",
}
AROUND = ("{}", "联系人张某（{}）", "带动67户，{}，已完工", "备注：{}。")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_spelling_is_masked(name: str) -> None:
    for how, written in spellings(NUMBERS[name], is_card="card" in name).items():
        for around in AROUND:
            text = around.format(written)
            assert in_clear(text, [NUMBERS[name]]), how  # the search would see it
            masked = scrub(text)
            assert not in_clear(masked, NUMBERS.values()), how
            assert masked.count("****") == 1 and all(piece in masked for piece in around.split("{}")), how
            assert scrub(masked) == masked, how


NO_NUMBERS = [
    "项目共计12个，总投资1200000.55元，村代码621121100200", "建设大棚150座、200座、3000座", "2020.1.31-2020.12.31",
    "2020年1月31日—2020年12月31日", "2020-1-31至2020-12-31", "甘财扶贫〔2020〕32号", "621121100200;621121101226",
    "总投资13,800,000.00元，其中中央15,000,000元", "1380000.0000", "1350000.1234", "每户1500—2000000元", "15000-200000元",
    "91620000MA71234567", "916211211234567890", "地块6211211002010100123", "承包合同621121100201010001J",
    "K12+300-K15+800", "622926000015", "PZ-2020-00017", "62112120200000123", "东经105.2434567，北纬35.2109876",
    "2020-621121-13-03-012345", "621121-20200630-0013", "0.15999999999999998", "投资18600.5万元，2020年支付15300.25万元",
    "二〇二〇年六月三十日", "一二三产业融合发展，一三五工程", "马营镇锦屏村一社、二社、三社、四社、五社、六社、七社、八社", "13:30-15:45",
    "咨询电话12317", "扶贫监督举报电话0931-8889999"[:8], "第1批150户、第2批1300户、第3批260户", "规格1500×2000×3000", "12.5%",
    "3、5、7、9、11、13、15、17", "G312线K2013+500至K2020+900", "批复（2019）1300号，2020 06 30", "20200630", "153.2亩13户186人",
]  # fmt: skip


def test_what_is_no_personal_number_stays() -> None:
    assert {text: scrub(text) for text in NO_NUMBERS} == {text: text for text in NO_NUMBERS}
    assert not any(map(find, NO_NUMBERS))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("收款账户：1520 0000 0001 2345", "收款账户：****45"),
        ("开户行：通渭县农村信用合作联社，账号27012345600012345678", "开户行：通渭县农村信用合作联社，账号****78"),
        ("一折统102030405060708", "一折统****08"),
        ("身份证号62112619770707", "身份证号62112619770707"),
        ("身份证号：999999197707074440", "身份证号：****40"),
        ("联系电话0932-5551234", "联系电话****34"),
        ("座机（0932）5551234", "座机（****34"),
        ("监督电话12317", "监督电话12317"),
        ("1330000000113300000002", "****02"),
        ("62112619770707444013300000002", "****02"),
        ("13300000001、13300000002", "****01、****02"),
        ("1.13300000001 2.13300000002", "1.****01 2.****02"),
        ("621126197707074", "621126197707074"),
        ("6.21126197707074E+17", "****17"),
        ("残疾证62112619770707444043", "残疾证****43"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert scrub(text) == masked


def test_kinds_are_named() -> None:
    assert kinds("马某621126197707074440，133 0000 0002，13300000003") == "证件号、手机号"
    assert kinds("马某") == ""


def test_a_column_is_masked_in_place() -> None:
    cells = ["好", "电话13300000002", 13300000002.0, 6.2112619770707444e17, None, True, 12.5, "电话13300000002", ""]
    assert mask_cells(cells) == {1: "手机号", 2: "手机号", 3: "证件号", 7: "手机号"}
    assert cells == ["好", "电话****02", "****02", "****32", None, True, 12.5, "电话****02", ""]


def test_paths_that_differ_stay_two() -> None:
    def token(written: str) -> bytes:
        return TokenMaker(b"a key that is only used in tests").digest("path", written)

    paths = [
        "通渭县/张某13300000001.xlsx",
        "通渭县/张某13300000002.xlsx",
        "通渭县/张某133-0000-0001.xlsx",
        "通渭县/张某.xlsx",
    ]
    masked = [mask_path(path, token) for path in paths]
    assert len(set(masked)) == 4 and masked[3] == paths[3]
    assert not any(in_clear(path, ["13300000001", "13300000002"]) for path in masked)
    assert masked == [mask_path(path, token) for path in masked]
    assert hides_numbers(masked[0]) and hides_numbers(paths[0]) and not hides_numbers(paths[3])


def test_sheets_that_differ_stay_two() -> None:
    names = ["张某13300000001", "张某13300000101", "表", "表"]
    assert shown_names(names) == ["张某****01", "张某****01（2）", "表", "表"]
