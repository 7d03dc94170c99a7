"""How one county writes one form: file format, header levels, totals, dates, units, flags and the rest.

The big choices are dealt from decks, so that a run of fourteen counties shows nearly all of them; the small ones
are drawn from the county's own stream.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from simulator.chance import Decks, stream
from simulator.places import County
from simulator.rows import Column, Form, PercentStyle, Split

FileKind = Literal["xlsx", "xls", "csv_gb18030", "csv_utf8"]
PlaceMode = Literal["repeat", "merge", "blank"]
Totals = Literal["none", "last", "first", "sub_last", "sub_first", "sub_only"]
NumberStyle = Literal["number", "text", "thousands", "with_unit"]

_KINDS: tuple[FileKind, ...] = ("xlsx",) * 7 + ("xls",) * 3 + ("csv_gb18030",) * 2 + ("csv_utf8",)
_MODES: tuple[PlaceMode, ...] = ("repeat", "repeat", "merge", "blank")
_TOTALS: tuple[Totals, ...] = ("none", "last", "last", "first", "sub_last", "sub_last", "sub_first", "sub_only")
_TEXT_DATES = ("iso", "slash", "chinese", "dot", "compact")
MAX_XLS_ROWS = 60_000


@dataclass
class Style:
    """Everything that decides what the cells of one form of one county look like."""

    kind: FileKind
    split: Split
    place_mode: PlaceMode
    totals: Totals
    has_sections: bool
    levels: int
    """0 flat header, 1 or more: bands are printed above their columns."""
    seq: Literal["run", "restart", "sparse", "count_in_total"]
    date_style: str
    flag_style: Literal["words", "ticks", "digits"]
    money_unit: dict[str, Literal["yuan", "wan"]]
    sheet_unit: Literal["yuan", "wan", ""]
    """Unit of money that the sub-title states; '' where each header states its own."""
    number_styles: dict[str, NumberStyle]
    headers: dict[str, str]
    band_headers: dict[str, str]
    columns: list[Column]
    village_style: Literal["core", "village", "raw", "committee"]
    period_style: str
    title: str
    has_wide_name: bool
    has_wide_person: bool
    code_as_number: bool
    phone_as_number: bool
    subtitle: Literal["full", "unit_only", "two_rows"]
    footers: int
    file_style: int
    merges_households: bool = False
    """Name, number and account once for a household's rows, merged downwards (never in csv, which has no merges)."""
    percent_styles: dict[str, PercentStyle] = field(default_factory=dict)
    period_words: Literal["long", "full", "short"] = "long"
    has_notes: bool = False
    """Some amounts carry a note: ``10(其中,灾情因素6万元)``."""
    features: list[str] = field(default_factory=list)


def draw(form: Form, county: County, decks: Decks, seed: int, n_rows: int, night: str = "") -> Style:
    """The county's style for the form. ``night`` names a later layout of the same county."""
    rng = stream(seed, county.code, "style", form.name, night)
    kind = decks.deal(f"{form.name}.kind", _KINDS)
    if kind == "xls" and n_rows > MAX_XLS_ROWS:
        kind = "xlsx"
    split = decks.deal(f"{form.name}.split", form.splits)
    is_csv = kind.startswith("csv")
    if is_csv and split == "sheets":
        split = "county"
    columns = _columns(form, rng)
    units, sheet_unit = _units(form, columns, rng)
    style = Style(
        kind=kind,
        split=split,
        place_mode=decks.deal(f"{form.name}.place", _MODES) if form.has_place else "repeat",
        totals=decks.deal(f"{form.name}.totals", _TOTALS),
        has_sections=bool(decks.deal(f"{form.name}.sections", (0, 0, 1))) and form.sections != "none",
        levels=decks.deal(f"{form.name}.levels", (0, 1, 1)),
        seq=rng.choice(("run", "restart", "sparse", "count_in_total")),
        date_style=_date_style(decks, is_csv),
        flag_style=rng.choice(("words", "words", "ticks", "digits")),
        money_unit=units,
        sheet_unit=sheet_unit,
        number_styles={},
        headers={},
        band_headers={},
        columns=columns,
        village_style=rng.choice(("core", "village", "village", "raw", "committee")),
        period_style=rng.choice(form.period_styles),
        title=rng.choice(form.titles),
        has_wide_name=len(county.spoken) == 2 or rng.random() < 0.1,
        has_wide_person=rng.random() < 0.3,
        code_as_number=rng.random() < 0.4,
        phone_as_number=rng.random() < 0.4,
        subtitle=rng.choice(("full", "full", "two_rows", "unit_only")),
        footers=rng.randint(0, len(form.footers)),
        file_style=rng.randrange(6),
        merges_households=any(column.per_household for column in columns) and not is_csv and rng.random() < 0.35,
        period_words=rng.choice(("long", "full", "short")),
        has_notes=any(column.note_of for column in columns) and rng.random() < 0.4,
    )
    if form.has_short_dates and style.date_style == "iso" and rng.random() < 0.5:
        style.date_style = "short"
    if form.sections == "group" and style.totals in ("sub_last", "sub_first", "sub_only") and len(columns) < 4:
        style.totals = "last"
    _spell(form, style, rng)
    _numbers(form, style, rng)
    style.features = _features(form, style)
    return style


def _date_style(decks: Decks, is_csv: bool) -> str:
    if is_csv:
        return decks.deal("dates.csv", _TEXT_DATES)
    return decks.deal("dates", (*_TEXT_DATES, "cell", "cell", "serial"))


def _columns(form: Form, rng: random.Random) -> list[Column]:
    """Some columns left out, some moved, sometimes one that nobody asked for."""
    kept = [column for column in form.columns if column.keep or rng.random() > 0.12]
    for pair in [column for column in form.columns if column.kind == "pair"]:
        dropped = pair.pair if rng.random() < 0.35 else (pair.field,)
        kept = [column for column in kept if column.field not in dropped]
    fields = {column.field for column in kept}
    kept = [column for column in kept if set(column.needs) <= fields]
    if rng.random() < 0.4:
        movable = [i for i, column in enumerate(kept) if not column.band and i > 3]
        if len(movable) >= 2:
            for _ in range(rng.randint(1, 2)):
                i, j = rng.sample(movable, 2)
                kept[i], kept[j] = kept[j], kept[i]
    if rng.random() < 0.4:
        name = rng.choice(list(form.extras))
        kept.insert(
            rng.randint(min(5, len(kept)), len(kept)), Column(f"extra:{name}", (name,), "extra", form.extras[name])
        )
    return _keep_bands_together(form, kept)


def _family(form: Form, column: Column) -> str:
    """The outermost band over the column; '' for none."""
    band = column.band or ""
    while band and (parent := form.bands[band].parent):
        band = parent
    return band


def _keep_bands_together(form: Form, columns: list[Column]) -> list[Column]:
    """Columns of one band stand side by side, where its first one stands (an inner band inside its outer one)."""
    order: list[Column] = []
    families: dict[str, list[Column]] = {}
    for column in columns:
        family = _family(form, column)
        if not family:
            order.append(column)
        elif family in families:
            families[family].append(column)
        else:
            families[family] = [column]
            order.append(column)
    result: list[Column] = []
    for column in order:
        family = _family(form, column)
        result.extend(families[family] if family else [column])
    return result


def _units(form: Form, columns: list[Column], rng: random.Random) -> tuple[dict[str, Literal["yuan", "wan"]],
                                                                          Literal["yuan", "wan", ""]]:  # fmt: skip
    """Unit per money column and the unit that the sub-title states for the rest."""
    money = [column for column in columns if column.kind == "money"]
    if not money:
        return {}, ""
    natural = money[-1].natural
    main: Literal["yuan", "wan"] = natural
    if rng.random() < 0.25:
        main = "yuan" if natural == "wan" else "wan"
    units: dict[str, Literal["yuan", "wan"]] = {}
    mixed = rng.random() < 0.3
    for column in money:
        if column.fixed_unit:
            units[column.field] = "yuan"
        elif mixed and not column.band and rng.random() < 0.3:
            units[column.field] = "yuan" if main == "wan" else "wan"
        else:
            units[column.field] = main
    return units, main if rng.random() < 0.55 else ""


def _spell(form: Form, style: Style, rng: random.Random) -> None:
    """Header texts; a money column whose unit is not the sheet's states it in its own header or band."""
    opening, closing = rng.choice((("(", ")"), ("（", "）")))
    words = {"yuan": "元", "wan": "万元"}
    banded = {column.band for column in style.columns if column.band} if style.levels else set()
    parents = {parent for band in banded if (parent := form.bands[band].parent)}
    for key in sorted(banded | parents):
        style.band_headers[key] = rng.choice(form.bands[key].headers)
    for column in style.columns:
        spellings = column.short if style.levels and column.band and column.short else column.headers
        text = rng.choice(spellings)
        if column.kind == "money" and not column.fixed_unit and style.money_unit[column.field] != style.sheet_unit:
            text = f"{text}{opening}{words[style.money_unit[column.field]]}{closing}"
        if column.fixed_unit and style.sheet_unit != "yuan" and "元" not in text:
            text = f"{text}{opening}元/亩、元/头、元/只{closing}"
        style.headers[column.field] = text
    for column in style.columns:
        if column.kind == "percent":
            _spell_percent(column, style, rng, opening, closing)
    for column in style.columns:
        if column.kind == "flag" and style.flag_style == "digits":
            style.headers[column.field] += f"{opening}1是、2否{closing}"


def _spell_percent(column: Column, style: Style, rng: random.Random, opening: str, closing: str) -> None:
    """How the column writes per cent; a header with % says that 6 means 6 %, and so none stands above 0.06."""
    text = style.headers[column.field]
    how = rng.choice(column.percent_styles)
    if "%" in text or "％" in text:
        how = "plain" if how == "fraction" else how
    elif how == "header":
        style.headers[column.field] = f"{text}{opening}%{closing}"
    style.percent_styles[column.field] = how


def _numbers(form: Form, style: Style, rng: random.Random) -> None:
    """Numbers as numbers in most sheets; as text, with separators or with a unit in the cell in some."""
    draw_all = rng.random()
    for column in style.columns:
        style.number_styles[column.field] = _number_style(column, draw_all)


def _number_style(column: Column, draw_all: float) -> NumberStyle:
    is_money = column.kind == "money"
    if column.kind not in ("int", "decimal", "money", "quantity"):
        return "number"
    if draw_all < 0.12:
        return "text"
    if draw_all < 0.27 and is_money:
        return "thousands"
    if 0.27 <= draw_all < 0.37 and is_money and not column.band and not column.fixed_unit:
        return "with_unit"
    return "with_unit" if column.kind == "quantity" and draw_all > 0.8 else "number"


def _features(form: Form, style: Style) -> list[str]:
    """Names of what a reader meets in this layout, for counting the variety."""
    found = [style.kind, f"split_{style.split}", f"totals_{style.totals}", f"seq_{style.seq}",
             f"dates_{style.date_style}", f"flags_{style.flag_style}", f"period_{style.period_style}",
             f"villages_{style.village_style}", f"subtitle_{style.subtitle}", f"sheet_unit_{style.sheet_unit or 'headers'}"]  # fmt: skip
    found.append(f"place_{style.place_mode}")
    depth = 1
    if style.levels and any(column.band for column in style.columns):
        depth = 3 if any(form.bands[column.band].parent for column in style.columns if column.band) else 2
    found.append(f"header_{depth}")
    found += [f"numbers_{kind}" for kind in sorted(set(style.number_styles.values())) if kind != "number"]
    found += [f"percent_{how}" for how in sorted(set(style.percent_styles.values()))]
    kinds = {column.kind for column in style.columns}
    found += [f"{kind}_cells" for kind in ("pair", "list", "period") if kind in kinds]
    if len(set(style.money_unit.values())) > 1:
        found.append("mixed_units")
    names = {column.field for column in style.columns}
    if any(name.startswith("extra:") for name in names):
        found.append("extra_column")
    if {column.field for column in form.columns} - names:
        found.append("missing_column")
    if [column.field for column in form.columns if column.field in names] != [
        column.field for column in style.columns if not column.field.startswith("extra:")
    ]:
        found.append("moved_columns")
    for name in (
        "has_sections", "has_wide_name", "has_wide_person", "code_as_number", "phone_as_number", "merges_households",
        "has_notes",
    ):  # fmt: skip
        if getattr(style, name):
            found.append(name.removeprefix("has_"))
    if style.footers:
        found.append("footers")
    return found
