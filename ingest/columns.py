"""The columns of a form as its contract describes them, and the raw columns that each type of column fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MONEY, DECIMAL, PERCENT = "numeric(20,4)", "numeric(14,4)", "numeric(9,4)"
TEXT, INTEGER, BOOLEAN, DATE = "text", "integer", "boolean", "date"
_PLAIN_TYPES = {
    "text": TEXT, "code": TEXT, "uscc": TEXT, "enum": TEXT, "enum_list": TEXT, "int": INTEGER, "year": INTEGER, "decimal": DECIMAL,
    "money": MONEY, "percent": PERCENT, "date": DATE, "flag": BOOLEAN,
}  # fmt: skip
PERSONAL_TYPES = frozenset({"id_number", "phone", "bank_account", "person_name"})
# Cells that are kept as texts, whole or in part: personal numbers in them are masked before anything is read
TEXT_TYPES = frozenset(
    {"text", "code", "places", "township", "village", "enum", "enum_list", "status_year", "person_or_body"}
)
NUMBER_TYPES = frozenset({"int", "decimal", "money", "percent", "quantity"})


@dataclass(frozen=True)
class RawColumn:
    """A column of the raw table: its name, PostgreSQL type and Chinese comment."""

    name: str
    sql_type: str
    comment: str


@dataclass(frozen=True)
class Column:
    """One column of a form; see `contract.schema.json` for the meaning of each key."""

    field: str
    type: str
    header: str
    required: str
    variants: tuple[str, ...] = ()
    key: bool = False
    unit: str | None = None
    written_unit: str | None = None
    units: tuple[str, ...] = ()
    scale: int = 4
    range: dict[str, Any] | None = None
    total: str = "sum"
    fill: str = "no"
    vocabulary: tuple[tuple[str, tuple[str, ...]], ...] = ()
    match: str = "exact"
    otherwise: str | None = None
    as_written: str | None = None
    as_written_comment: str | None = None
    fields: tuple[str, str] | None = None
    flag: str | None = None
    cumulative: bool = False
    prose: bool = False
    fractions_up_to: float | None = None
    prefix: str | None = None
    rule: str | None = None
    comment: str | None = None
    example: str | None = None
    origin: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.header, *self.variants)

    @property
    def is_personal(self) -> bool:
        return self.type in PERSONAL_TYPES

    @property
    def holds_persons(self) -> bool:
        """Whether a cell may name a person, and an issue may show no more than a mask of it."""
        return self.is_personal or self.type == "person_or_body"

    @property
    def blank_without(self) -> tuple[str, ...]:
        """The raw columns that are all null where the cell is blank."""
        names = [c.name for c in self.raw_columns()]
        return tuple(names) if self.type == "date_or_word" else tuple(names[:1])

    @property
    def refuses_row(self) -> bool:
        """Whether a wrong cell of this column costs its row (else the cell is emptied)."""
        return self.required in ("recognise", "row") or self.key or self.type == "money"

    def raw_columns(self) -> list[RawColumn]:
        """The columns of the raw table that this column fills, in order."""
        comment, name = self.comment or self.header, self.field
        if self.type == "township":
            return [RawColumn("township_name", TEXT, comment), RawColumn("township_code", TEXT, "乡镇代码（9 位）")]
        if self.type == "village":
            return [RawColumn("village_name", TEXT, comment), RawColumn("village_code", TEXT, "行政村代码（12 位）")]
        if self.type == "places":
            return [
                RawColumn(name, TEXT, comment),
                RawColumn("village_codes", TEXT, "文中认出的行政村代码，以分号相连"),
                RawColumn("township_codes", TEXT, "文中认出的乡镇代码，以分号相连"),
            ]
        if self.type in ("id_number", "phone", "bank_account"):
            return [
                RawColumn(f"{name}_token", TEXT, f"{comment}（加密标记，不可还原）"),
                RawColumn(f"{name}_mask", TEXT, f"{comment}（掩码）"),
            ]
        if self.type == "person_name":
            return [RawColumn(f"{name}_masked", TEXT, f"{comment}（只留姓）")]
        if self.type == "person_or_body":
            return [
                RawColumn(name, TEXT, f"{comment}（个人只留姓）"),
                RawColumn(f"{name}_token", TEXT, f"{comment}为个人时的加密标记（不可还原），为单位时空"),
            ]
        if self.type == "period":
            return [
                RawColumn(name, TEXT, comment),
                RawColumn(f"{name}_start_date", DATE, f"{comment}（起）"),
                RawColumn(f"{name}_end_date", DATE, f"{comment}（止）"),
                RawColumn(f"{name}_months", INTEGER, f"{comment}的月数"),
            ]
        if self.type == "date_or_word":
            return [
                RawColumn(f"{name}_date", DATE, comment),
                RawColumn(f"{name}_text", TEXT, f"{comment}不是日期时的说法"),
            ]
        if self.type == "date_range":
            return [
                RawColumn(f"{name}_start_date", DATE, f"{comment}（起）"),
                RawColumn(f"{name}_end_date", DATE, f"{comment}（止）"),
            ]
        if self.type == "status_year":
            return [RawColumn(name, TEXT, comment), RawColumn(f"{name}_year", INTEGER, f"{comment}中写明的年度")]
        if self.type == "exit_year":
            flag = [RawColumn(self.flag, BOOLEAN, f"是否已有{self.header}")] if self.flag else []
            return [RawColumn(name, INTEGER, comment), *flag]
        if self.type == "quantity":
            return [RawColumn(name, DECIMAL, comment), RawColumn(f"{name}_unit", TEXT, f"{comment}的单位")]
        if self.type in ("serial", "pair"):
            return []
        extra = (
            [RawColumn(self.as_written, TEXT, self.as_written_comment or f"{comment}（原文）")]
            if self.as_written
            else []
        )
        return [RawColumn(name, _PLAIN_TYPES[self.type], comment), *extra]


def sex_of(field: str) -> str:
    """The reader's own column with the sex that an ID number says: seen by checks, never landed."""
    return f"_{field}_sex"


def birth_date_of(field: str) -> str:
    """The reader's own column with the birth date that an ID number says: seen by checks, never landed."""
    return f"_{field}_birth_date"
