"""Files that were refused whole: shown with their reason until something replaces them, in every publication as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ingest.context import Context
from ingest.read import read
from tests.dbt.conftest import Built, build_for
from tests.dbt.world import CHENGGUAN, GATE, TONGWEI, World
from warehouse import publications

LINTAO, WEIYUAN, ZHANGXIAN, MINXIAN, ANDING = "621124", "621123", "621125", "621126", "621102"
PERSON, ID_18, PHONE = "测试甲", "62242119900101123X", "15400000001"
YEAR = {"period": "2020"}


def refused(world: World, publication: int, county: str) -> list[Any]:
    """(form, refusal code, file name) of the county's refused files, as a publication shows them."""
    return world.rows(
        f"select form, refusal_code, file_name from marts.fct_refused_files where county_code = '{county}' order by 3",
        publication,
    )


def quality(world: World, publication: int, county: str) -> tuple[Any, ...]:
    [row] = world.rows(
        "select report_status, has_reported, refused_files, last_refusal_code, last_refusal from marts.mart_data_quality "
        f"where county_code = '{county}' and form = 'cooperatives'",
        publication,
    )
    return tuple(row)


def now(world: World) -> datetime:
    with world.connect() as conn:
        [(instant,)] = conn.execute("select clock_timestamp()").fetchall()
    assert isinstance(instant, datetime)
    return instant


def owner(world: World, statement: str, *values: Any) -> None:
    with world.connect() as conn:
        assert conn.execute(statement, values).rowcount == 1


def coop(county: str) -> dict[str, Any]:
    return {"coop_name": f"测试{county}农民专业合作社", "member_count": 9, "demo_level": "无"}


@pytest.mark.ci_only
def test_a_refused_file_shows_until_it_is_corrected(built: Built) -> None:
    world, before = built.world, now(built.world)
    world.refuse("临洮县/一稿.xlsx", "cooperatives", LINTAO, "S06", "只有表头", **YEAR, scope_code=LINTAO)
    world.refuse("临洮县/二稿.xlsx", "cooperatives", LINTAO, "S05", "认不出报告期", scope_code=LINTAO)
    world.refuse("通渭县/又一份.xlsx", "cooperatives", TONGWEI, "S10", "放错了文件夹")
    world.refuse("表.xlsx", None, None, "S04", "认不出是哪个县")
    shown = world.form()
    build_for(world, shown, "fct_refused_files", "mart_data_quality")
    rows = [("cooperatives", "S06", "一稿.xlsx"), ("cooperatives", "S05", "二稿.xlsx")]
    assert refused(world, shown, LINTAO) == rows
    assert refused(world, shown, "-1") == [("-1", "S04", "表.xlsx")]
    assert quality(world, shown, LINTAO) == ("已退回", False, 2, "S05", "认不出报告期")
    assert quality(world, shown, TONGWEI) == ("已采用", True, 1, "S10", "放错了文件夹"), (
        "figures stay, the refusal shows"
    )
    assert quality(world, shown, CHENGGUAN) == ("已采用", True, 0, None, None)
    assert quality(world, shown, WEIYUAN) == ("未上报", False, 0, None, None)

    world.land("cooperatives", LINTAO, "2020", [coop(LINTAO)])
    corrected = world.form()
    build_for(world, corrected, "fct_refused_files", "mart_data_quality")
    assert refused(world, corrected, LINTAO) == []
    assert quality(world, corrected, LINTAO) == ("已采用", True, 0, None, None)
    assert refused(world, shown, LINTAO) == rows, "an older publication says what was known then"
    assert quality(world, shown, LINTAO)[0] == "已退回"

    restated = world.form(known_until=before)
    assert world.rows("select count(*) from marts.fct_refused_files", restated) == [(0,)]
    assert refused(world, built.publication, LINTAO) == []


def test_a_file_refused_again_at_its_path_is_one_file(built: Built) -> None:
    world = built.world
    world.refuse("渭源县/表.xlsx", None, WEIYUAN, "S02", "认不出是哪种表")
    world.refuse("渭源县/表.xlsx", None, WEIYUAN, "S01", "打不开")
    assert refused(world, world.form(), WEIYUAN) == [("-1", "S01", "表.xlsx")]
    world.land("cooperatives", WEIYUAN, "2020", [coop(WEIYUAN)])
    assert len(refused(world, world.form(), WEIYUAN)) == 1, "a file of no known form is replaced at its path alone"
    owner(
        world, "update ops.submissions set path = '渭源县/表.xlsx' where path = %s", f"{WEIYUAN}/cooperatives-2020.xlsx"
    )
    assert refused(world, world.form(), WEIYUAN) == []


def test_only_a_file_of_its_scope_and_period_replaces_it(built: Built) -> None:
    world = built.world
    townships = sorted({code[:9] for code in world.villages[ZHANGXIAN]})[:2]
    world.refuse("漳县/甲.xlsx", "cooperatives", ZHANGXIAN, "S07", "多数行有误", **YEAR, scope_code=townships[0])
    world.refuse("漳县/乙.xlsx", "cooperatives", ZHANGXIAN, "S07", "多数行有误", period="2019", scope_code=ZHANGXIAN)
    other = world.land("cooperatives", ZHANGXIAN, "2020", [coop(ZHANGXIAN)])
    owner(world, "update ops.readings set scope_code = %s where reading_id = %s", townships[1], other)
    assert [row[2] for row in refused(world, world.form(), ZHANGXIAN)] == ["乙.xlsx", "甲.xlsx"]
    world.land("cooperatives", ZHANGXIAN, "2020", [coop(ZHANGXIAN)])
    assert [row[2] for row in refused(world, world.form(), ZHANGXIAN)] == ["乙.xlsx"], (
        "the county's file covers its towns"
    )


def test_what_was_accepted_before_replaces_nothing_until_it_is_sent_again(built: Built) -> None:
    world = built.world
    world.land("cooperatives", MINXIAN, "2020", [coop(MINXIAN)])
    world.refuse("岷县/坏.xlsx", "cooperatives", MINXIAN, "S07", "多数行有误", **YEAR, scope_code=MINXIAN)
    assert len(refused(world, world.form(), MINXIAN)) == 1
    again = world.refuse("岷县/好.xlsx", "cooperatives", MINXIAN, "S00", "", **YEAR, scope_code=MINXIAN)
    owner(world, "update ops.readings set outcome = 'unchanged' where submission_id = %s", again)
    assert refused(world, world.form(), MINXIAN) == []


def test_a_refusal_that_a_newer_reading_takes_back_is_none(built: Built) -> None:
    world = built.world
    taken_back = world.refuse("安定区/表.xlsx", "cooperatives", ANDING, "S03", "缺少必要的列", **YEAR)
    before = world.form()
    owner(world, "insert into ops.readings (submission_id, digest, form, county_code, scope_code, period, period_end, "
          "outcome) values (%s, 'newer', 'cooperatives', %s, %s, '2020', '2020-12-31', 'loaded')",
          taken_back, ANDING, ANDING)  # fmt: skip
    assert refused(world, world.form(), ANDING) == []
    assert len(refused(world, before, ANDING)) == 1


def test_a_correction_that_the_gate_keeps_out_leaves_it(built: Built) -> None:
    world, county = built.world, "620821"
    world.refuse("泾川县/坏.xlsx", "cooperatives", county, "S07", "多数行有误", **YEAR, scope_code=county)
    world.land("cooperatives", county, "2020", [coop(county)])
    candidate = world.form()
    assert refused(world, candidate, county) == []
    with world.connect() as conn:
        assert publications.hold_readings(conn, candidate, [(county, "cooperatives", "GC00", "测试")], GATE) == 1
    assert len(refused(world, world.form(), county)) == 1, (
        "the county has no figures: it does not read as never reported"
    )


@pytest.mark.parametrize("title", ["", "通渭县贫困村基础台账（2020年）\n"])
def test_no_person_of_a_file_without_a_header_is_published(built: Built, title: str) -> None:
    world, county = built.world, "620822" if title else "620823"
    text = f"{title}{PERSON},{ID_18},{PHONE}\n{PERSON},{ID_18},{PHONE}\n"
    context = Context.load(b"k" * 32)
    found = read(text.encode(), "名单.csv", folder_county=TONGWEI, context=context)
    assert found.outcome == "refused" and found.refusal and found.refusal_code
    quoting = f"{found.refusal}。找到的文字：{PERSON}、{ID_18}、{PHONE}"
    for number, sentence in enumerate([found.refusal, quoting, f"工作表“{PERSON}”：{quoting}", f"坏 {PHONE}。"]):
        world.refuse(f"{PERSON}/名单{number}-{ID_18}-{PHONE}-20201231.csv", None, county, found.refusal_code, sentence)
    rows = world.rows(
        f"select refusal, file_name from marts.fct_refused_files where county_code = '{county}' order by submission_id",
        world.form(),
    )
    for _, file_name in rows:
        assert file_name[3:] == "-***-***-20201231.csv"
    kind = "标题是《贫困村基础台账》" if title else "认不出是哪种表"
    assert [sentence.startswith(kind) for sentence, _ in rows] == [True, True, True, False]
    assert rows[3][0] == "坏 ***。"
    assert not [row for row in rows for secret in (PERSON, ID_18, PHONE) if secret in "".join(row)]


def test_a_login_of_one_county_sees_its_own(built: Built) -> None:
    world = built.world
    for county in (CHENGGUAN, TONGWEI):
        world.refuse(f"{county}/另一张.xlsx", None, county, "S02", "认不出是哪种表")
    world.publish(world.form())
    query = "select distinct county_code from marts.fct_refused_files where county_code <> '-1'"
    assert {TONGWEI, CHENGGUAN} <= {row[0] for row in world.rows(query, role="bi")}
    owner(world, "update ops.logins set scope = 'counties' where login = 'bi_reader'")
    owner(world, "insert into ops.login_counties values ('bi_reader', %s)", CHENGGUAN)
    try:
        assert world.rows(query, role="bi") == [(CHENGGUAN,)]
    finally:
        owner(world, "delete from ops.login_counties")
        owner(world, "update ops.logins set scope = 'province' where login = 'bi_reader'")
