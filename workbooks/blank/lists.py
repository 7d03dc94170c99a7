"""What the drop-down lists of a blank workbook offer: the words of the form, and the county's own places."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.columns import Column
from ingest.contracts import Contract
from ingest.places import County, Township, Village

FLAG_WORDS = ("是", "否")
TOWNSHIPS, FLAGS = "乡镇名单", "是否"


@dataclass(frozen=True)
class DropDown:
    """A list under the name by which cells refer to it."""

    name: str
    values: tuple[str, ...]


def name_of(column: Column) -> str:
    """The name of the column's own list."""
    return f"选项_{column.field}"


def village_list_name(number: int) -> str:
    """The name of the villages of the township that stands at a place (from 1) in the list of townships."""
    return f"村_{number}"


def lists_of(contract: Contract, county: County) -> list[DropDown]:
    """All lists that a form's workbook for a county needs; the county's places where the form has such columns."""
    found = [DropDown(name_of(c), tuple(value for value, _ in c.vocabulary)) for c in contract.columns if c.vocabulary]
    if any(column.type == "flag" for column in contract.columns):
        found.append(DropDown(FLAGS, FLAG_WORDS))
    if contract.has_village:
        townships = townships_of(county)
        found.append(DropDown(TOWNSHIPS, tuple(t.name for t in townships)))
        found += [DropDown(village_list_name(n), tuple(villages_of(county, t))) for n, t in enumerate(townships, 1)]
    return found


def townships_of(county: County) -> list[Township]:
    """The townships that have villages, in the order of their codes."""
    filled = {village.township_code for village in county.villages.values()}
    return [township for code, township in sorted(county.townships.items()) if code in filled]


def villages_of(county: County, township: Township) -> list[str]:
    """The township's villages by the shortest of their usual names that means one of them only: 中林村, 畅家巷社区."""
    here = [v for _, v in sorted(county.villages.items()) if v.township_code == township.code]
    return [_usual_name(village, county, township) for village in here]


def _usual_name(village: Village, county: County, township: Township) -> str:
    kind = "社区" if village.is_community else "村"
    bare = village.name.removesuffix(kind)
    for name in (village.name, village.full_name) if village.name == village.full_name else (bare + kind, village.name):
        if county.village(name, township.code) == village:
            return name
    return village.full_name
