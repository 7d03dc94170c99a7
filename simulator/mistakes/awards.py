"""Mistakes of F01: award sums, caps, standards, identities."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from simulator.mistakes.kinds import (
    Context,
    Kind,
    alone,
    bad_phone,
    empty,
    no_date,
    no_number,
    not_offered,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.people import id_check_char
from simulator.produce import PASTORAL_CAP, PASTORAL_STANDARD, SMALL_FIVE, STANDARD_COUNTY
from simulator.rows import Row

HOUSEHOLD_LIMIT = Decimal(30000)
SMALL_FIVE_LIMIT = Decimal(10000)


def _cap(row: Row) -> Decimal:
    return min(Decimal(5000) * row.values["household_size"], HOUSEHOLD_LIMIT)


def _money(rows: list[Row]) -> Decimal:
    """Prior money of the household and its awards."""
    awards = sum((row.values["award_amount_yuan"] for row in rows), Decimal(0))
    return awards + max(row.values["prior_amount_yuan"] for row in rows)


def _is_standard_edge(context: Context, row: Row) -> bool:
    return context.world.county.code == STANDARD_COUNTY and row.values["exit_status"] == "边缘户"


def _free(context: Context, row: Row) -> bool:
    return alone(context, row) and not _is_standard_edge(context, row)


def _wrong_product_of_numbers(context: Context, row: Row) -> None:
    """R01: the amount is not quantity times standard, by less than the room under the cap."""
    row.values["award_amount_yuan"] += context.rng.choice((100, 200, 50, 10))
    row.blame("R01", "award_amount_yuan", "row_refused", "应补资金不等于验收数量×奖补标准")


def _above_cap(context: Context, row: Row) -> None:
    """R03: prior money pushes the household over min(5000 x size, 30000)."""
    rows = context.household(row)
    awards = sum((other.values["award_amount_yuan"] for other in rows), Decimal(0))
    prior = _cap(row) - awards + context.rng.randrange(300, 3000, 100)
    for other in rows:
        other.values["prior_amount_yuan"] = prior
        other.blame("R03", "award_amount_yuan", "row_refused", "户累计资金超过上限")


def _above_edge_cap(context: Context, row: Row) -> None:
    """R02: an edge household above the county's cap at the county's own standard."""
    unit = PASTORAL_STANDARD["牛"]
    heads = PASTORAL_CAP // unit + context.rng.randint(1, 2)
    row.values.update(
        product_code="牛", _product="牛", area_mu=None, head_count=heads, accepted_qty=Decimal(heads),
        unit_award_yuan=Decimal(unit), award_amount_yuan=Decimal(unit * heads), prior_amount_yuan=Decimal(0),
    )  # fmt: skip
    row.blame("R02", "award_amount_yuan", "row_refused", "边缘户超过本县每户上限5000元")


def _small_five_above(context: Context, row: Row) -> None:
    """R06: 五小 products above 10000 yuan, within the household's cap."""
    product = context.rng.choice(("小作坊", "小庭院", "小买卖"))
    amount = SMALL_FIVE_LIMIT + context.rng.randrange(500, 4000, 500)
    row.values.update(
        product_code=product, _product=product, area_mu=None, head_count=None, accepted_qty=Decimal(1),
        unit_award_yuan=amount, award_amount_yuan=amount, prior_amount_yuan=Decimal(1000),
    )  # fmt: skip
    row.blame("R06", "award_amount_yuan", "row_refused", "五小产业超过每户10000元")


def _twice(context: Context, row: Row) -> None:
    """R08: the same household, product and mode again; the second row is the wrong one."""
    again = context.repeat(row)
    if again.values.get("accepted_date"):
        again.values["accepted_date"] -= timedelta(days=1)
    again.blame("R08", "product_code", "row_refused", "同户同产业同方式重复")


def _already_out(context: Context, row: Row) -> None:
    """R07: a household out of poverty before 2020 is none of those whose turn it is."""
    year = context.rng.choice((2017, 2018, 2019))
    for other in context.household(row):
        other.values["exit_status"] = f"已脱贫({year})"
        other.blame("R07", "exit_status", "none", "2020年不属优先扶持对象")


def _off_standard(context: Context, row: Row) -> None:
    """R09: an edge household's unit award differs from the county's published list."""
    unit = row.values["unit_award_yuan"] + context.rng.choice((-50, 50, 100))
    row.values["unit_award_yuan"] = unit
    row.values["award_amount_yuan"] = row.values["accepted_qty"] * unit
    row.blame("R09", "unit_award_yuan", "row_refused", "奖补标准与本县公布标准不一致")


def _off_standard_fits(context: Context, row: Row) -> bool:
    amount = row.values["accepted_qty"] * (row.values["unit_award_yuan"] + 100)
    return alone(context, row) and _is_standard_edge(context, row) and amount <= PASTORAL_CAP


def _bad_check_digit(context: Context, row: Row) -> None:
    """R67: the last character is not the number's check character."""
    good = row.values["head_id"]
    wrong = context.rng.choice([char for char in "0123456789X" if char != id_check_char(good[:17])])
    row.values["head_id"] = good[:17] + wrong
    row.blame("R67", "head_id", "row_refused", "身份证号校验位不符")


def _bad_account(context: Context, row: Row) -> None:
    good = str(row.values["bank_account"])
    row.misread("bank_account", context.rng.choice((good[:9], f"{good[:6]}******{good[-4:]}")))
    row.blame("C08", "bank_account", "cell_emptied", "账号位数不对")


def _has_room_for_twice(context: Context, row: Row) -> bool:
    rows = context.household(row)
    in_small_five = any(other.values["_product"] in SMALL_FIVE for other in rows)
    return _free(context, row) and not in_small_five and (
        _money(rows) + row.values["award_amount_yuan"] <= _cap(row)
    )  # fmt: skip


def _prior_left_out(context: Context, row: Row) -> None:
    """R04: nobody wrote down what came in 2018-2019, so that the county's mean is far below 10,000 yuan."""
    for other in context.rows:
        other.values["prior_amount_yuan"] = Decimal(0)
    context.violate("R04", "全县漏报历年已享受资金，户均过低")


def _roster_cut_short(context: Context, row: Row) -> None:
    """R05: most of the roster is left out, so that the county's shares are more than its awards."""
    left = _shares(context) / 2
    kept: list[Row] = []
    for rows in context.households.values():
        left -= sum((other.values["award_amount_yuan"] for other in rows), Decimal(0))
        if left < 0 and kept:
            break
        kept += rows
    context.rows[:] = kept


def _shares(context: Context) -> Decimal:
    return sum((share.amount_yuan for share in context.world.shares), Decimal(0))


def _has_many_shares(context: Context, row: Row) -> bool:
    return _shares(context) > 4 * HOUSEHOLD_LIMIT


HOUSEHOLD_AWARDS: tuple[Kind, ...] = (
    empty("head_id", alone),
    empty("award_amount_yuan", alone),
    empty("household_size", alone),
    empty("poor_type", alone),
    no_number("award_amount_yuan", "row_refused", alone),
    no_number("household_size", "row_refused", alone),
    no_number("area_mu", "cell_emptied", alone),
    no_date("accepted_date", "cell_emptied"),
    no_date("paid_date", "cell_emptied"),
    not_offered("support_mode", ("其他补助", "一次性生活补贴"), "row_refused"),
    not_offered("exit_status", ("待定", "返贫监测中"), "row_refused"),
    out_of_range("household_size", (25, 40, 31), "row_refused"),
    out_of_range("area_mu", (Decimal(900), Decimal("1250.5")), "cell_emptied"),
    bad_phone(),
    Kind("C08", _bad_account, alone, ("bank_account",), "none"),
    Kind("R67", _bad_check_digit, alone, ("head_id",), share=2),
    Kind("R01", _wrong_product_of_numbers, lambda c, row: _free(c, row) and _money(c.household(row)) + 200 <= _cap(row),
         share=3),
    Kind("R03", _above_cap, lambda c, row: not _is_standard_edge(c, row), refuses="household", share=3),
    Kind("R02", _above_edge_cap, lambda c, row: _is_standard_edge(c, row) and alone(c, row) and _cap(row) >= 10000, share=2,
         county=STANDARD_COUNTY),
    Kind("R06", _small_five_above, lambda c, row: _free(c, row) and row.values["household_size"] >= 4, share=2),
    Kind("R08", _twice, _has_room_for_twice, share=2),
    Kind("R07", _already_out, lambda c, row: not _is_standard_edge(c, row), refuses="none", share=2),
    Kind("R09", _off_standard, _off_standard_fits, share=2, county=STANDARD_COUNTY),
    unknown_village(),
    unknown_township(),
    wrong_total(),
    Kind("R04", _prior_left_out, refuses="none", scope="county"),
    Kind("R05", _roster_cut_short, _has_many_shares, refuses="none", scope="county"),
)  # fmt: skip

KINDS = {"household_awards": HOUSEHOLD_AWARDS}
