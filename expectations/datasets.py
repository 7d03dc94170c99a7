"""What the gate looks at: the rows of each form in a publication, and each view of marts.

Read from the database's own catalogue, so that a new form or a new mart is looked at without a change here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg

from expectations.rules import Suite, Total
from ingest.contracts import load_all

TEXT_TYPES = ("text", "character varying", "character", "bpchar")
SCHEMAS = {"landed": "raw", "candidate": "marts"}


@dataclass(frozen=True)
class Dataset:
    """One table or view as the gate sees it.

    `relation` is what stands after `from`; `is_expected` says that it must have rows, because a form that fills it is
    in the publication or in the one that it is compared with. `keys` are the columns that tell a form's rows apart,
    `cumulative` those that run up over the year, both as its contract has them.
    """

    name: str
    title: str
    form: str
    relation: str
    columns: dict[str, str]
    is_expected: bool = True
    is_stock: bool = True
    grain: tuple[str, ...] = ()
    reconciles: str = ""
    totals: tuple[Total, ...] = ()
    keys: tuple[str, ...] = ()
    cumulative: tuple[str, ...] = ()

    @property
    def has_county(self) -> bool:
        return "county_code" in self.columns

    def text_columns(self) -> list[str]:
        return [name for name, kind in self.columns.items() if kind in TEXT_TYPES]

    def money_columns(self) -> list[str]:
        return [name for name in self.columns if name.endswith("_yuan")]


def form_title(form: str, comments: dict[str, str] | None = None) -> str:
    """The form's Chinese name: from its contract, else from the table's comment."""
    contract = load_all().get(form)
    return (contract.title if contract else "") or _first_clause((comments or {}).get(form, "")) or form


def find(conn: psycopg.Connection[Any], suite: Suite) -> list[Dataset]:
    """The datasets of `suite` in the publication that `conn`'s session names, in the order of their names."""
    schema = SCHEMAS[suite.name]
    expected = {
        row[0]
        for row in conn.execute(
            "select pp.form from ops.publication_parts pp join ops.reading_parts rp using (reading_id, part_code) "
            "where pp.publication_id in (select v.publication_id from ops.visible v union all "
            "select ops.baseline_publication(v.publication_id) from ops.visible v) and rp.n_rows > 0 group by 1"
        )
    }
    columns: dict[str, dict[str, str]] = {}
    comments: dict[str, str] = {}
    for table, comment, column, kind in conn.execute(
        "select c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname, "
        "       split_part(format_type(a.atttypid, null), '(', 1) "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid "
        "where n.nspname = %s and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped "
        "order by c.relname, a.attnum",
        (schema,),
    ):
        columns.setdefault(table, {})[column] = kind
        comments[table] = comment
    make = _landed if schema == "raw" else _candidate
    return [make(name, columns[name], comments[name], expected, suite) for name in sorted(columns)]


def publication_dataset() -> Dataset:
    """The publication's parts themselves: what a suite looks at when there is no form to look at."""
    return Dataset(
        name="publication",
        title="本次发布",
        form="",
        relation="(select vp.* from ops.visible_parts as vp)",
        columns={"form": "text", "county_code": "text", "period": "text", "part_code": "text"},
        grain=("form", "county_code", "period", "part_code"),
    )


def _landed(name: str, columns: dict[str, str], comment: str, expected: set[str], suite: Suite) -> Dataset:
    contract = load_all().get(name)
    of_contract = contract.columns if contract else ()
    return Dataset(
        name=name,
        title=form_title(name, {name: comment}),
        form=name,
        relation=(
            "(select r.*, vp.period, vp.period_end, vp.is_latest_period from raw." + name + " as r "
            "inner join ops.visible_parts as vp on vp.form = '" + name + "' and vp.reading_id = r.reading_id "
            "and vp.part_code = r.part_code)"
        ),
        columns={**columns, "period": "text", "period_end": "date", "is_latest_period": "boolean"},
        is_expected=name in expected,
        is_stock=contract is None or contract.period == "stock",
        keys=tuple(raw.name for column in of_contract if column.key for raw in column.raw_columns()[:1]),
        cumulative=tuple(column.field for column in of_contract if column.cumulative),
    )


def _candidate(name: str, columns: dict[str, str], comment: str, expected: set[str], suite: Suite) -> Dataset:
    note = suite.datasets.get(name)
    forms = note.forms if note else ()
    return Dataset(
        name=name,
        title=_first_clause(comment) or name,
        form=forms[0] if len(forms) == 1 else "",
        relation=f"marts.{name}",
        columns=columns,
        is_expected=not (note and note.may_be_empty) and (not forms or bool(expected.intersection(forms))),
        grain=note.grain if note else (),
        reconciles=note.reconciles if note else "",
        totals=note.totals if note else (),
    )


def _first_clause(text: str) -> str:
    text = re.sub(r"^【[^】]*】", "", text)  # what a demonstration says before each comment
    for mark in "。；，：\n":
        text = text.split(mark)[0]
    return text.strip()[:40]
