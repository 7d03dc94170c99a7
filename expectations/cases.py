"""From rules and datasets to cases: what Great Expectations is asked, and the SQL that locates the counties.

A case is one expectation on one dataset. A rule may have many cases: a column each, a form each. Native expectations
say whether a rule holds; where one fails, `locate` counts the violations by county and form. A rule that is SQL is
judged by the same statement that locates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from expectations.datasets import Dataset
from expectations.personal_numbers import sql_condition
from expectations.rules import Rule, RuleError
from ingest.contracts import load_all

PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
# A statement is a format string for Great Expectations, so a literal brace stands doubled in it, and for SQLAlchemy,
# which takes a colon before a word for a parameter.
BIND = re.compile(r"(?<![:\w\\]):(?=\w)")


@dataclass(frozen=True)
class Case:
    """One expectation.

    `expectation` is the class in great_expectations.expectations, or "" for a statement; `arguments` are its own. The
    statement `locate` gives (county_code, form, violations), and perhaps the numbers of some of the rows as a text.
    """

    rule: Rule
    dataset: Dataset
    expectation: str
    arguments: dict[str, Any]
    locate: str

    @property
    def description(self) -> str:
        return f"{self.rule.rule_id} {self.rule.title}"


def expand(rule: Rule, datasets: list[Dataset], known_parameters: set[str]) -> Iterator[Case]:
    """The cases of `rule` on those of `datasets` that it selects.

    Raises:
        RuleError: it names a dataset or a column that does not exist, or a parameter that the reference data lacks.
    """
    kinds = {"rows": _rows, "not_null": _not_null, "between": _between, "unique": _unique, "sql": _sql}
    for dataset in _selected(rule, datasets):
        for expectation, arguments, locate in kinds[rule.check.kind](rule, dataset, known_parameters):
            yield Case(rule, dataset, expectation, arguments, locate)


def executable(statement: str) -> str:
    """`statement` as the server takes it: doubled braces made single."""
    return statement.replace("{{", "{").replace("}}", "}")


def for_great_expectations(statement: str) -> str:
    """`statement` as Great Expectations takes it: colons that are no casts escaped for SQLAlchemy."""
    return BIND.sub(r"\\:", statement)


def _selected(rule: Rule, datasets: list[Dataset]) -> list[Dataset]:
    on = rule.check.on
    if on.names is not None:
        by_name = {dataset.name: dataset for dataset in datasets}
        if missing := [name for name in on.names if name not in by_name]:
            raise RuleError(f"rule {rule.rule_id} looks at {', '.join(missing)}, which the database does not have")
        return [by_name[name] for name in on.names]
    return [
        dataset
        for dataset in datasets
        if dataset.name != "publication"
        and all(column in dataset.columns for column in on.columns)
        and not any(column in dataset.columns for column in on.without)
    ]


Found = Iterator[tuple[str, dict[str, Any], str]]


def _county(dataset: Dataset, alias: str = "b") -> str:
    """The county of a row, '' where it has none; -1 is the county of unknown members."""
    return f"coalesce(nullif({alias}.county_code, '-1'), '')" if dataset.has_county else "''"


def _form(dataset: Dataset, alias: str = "b") -> str:
    return f"coalesce({alias}.form, '')" if "form" in dataset.columns else f"'{dataset.form}'"


def _counted(dataset: Dataset, condition: str) -> str:
    """Rows that meet `condition`, by county and form."""
    return (
        f"select {_county(dataset)} as county_code, {_form(dataset)} as form, count(*) as violations\n"
        f"from {dataset.relation} as b\nwhere {condition}\ngroup by 1, 2"
    )


def _rows(rule: Rule, dataset: Dataset, _: set[str]) -> Found:
    if rule.check.when != "always" and dataset.is_expected != (rule.check.when == "expected"):
        return
    yield (
        "ExpectTableRowCountToBeBetween",
        {"min_value": 1},
        f"select '' as county_code, '{dataset.form}' as form, 1 as violations\n"
        f"where not exists (select from {dataset.relation} as b)",
    )


def _columns(rule: Rule, dataset: Dataset) -> list[str]:
    """The columns that a rule looks at in `dataset`; those named for the dataset must exist."""
    check = rule.check
    required = check.more_columns.get(dataset.name, ())
    if missing := [name for name in required if name not in dataset.columns]:
        raise RuleError(f"rule {rule.rule_id} looks at {dataset.name}.{missing[0]}, which does not exist")
    by_suffix = [name for name in dataset.columns if check.suffixes and name.endswith(check.suffixes)]
    exempt = {*check.exempt.get("*", ()), *check.exempt.get(dataset.name, ())}
    chosen = [*[name for name in check.columns if name in dataset.columns], *by_suffix, *required]
    return [name for name in dict.fromkeys(chosen) if name not in exempt]


def _not_null(rule: Rule, dataset: Dataset, _: set[str]) -> Found:
    for column in _columns(rule, dataset):
        yield "ExpectColumnValuesToNotBeNull", {"column": column}, _counted(dataset, f"b.{column} is null")


def _between(rule: Rule, dataset: Dataset, _: set[str]) -> Found:
    low, high = rule.check.minimum, rule.check.maximum
    for column in _columns(rule, dataset):
        outside = [f"b.{column} {sign} {bound}" for sign, bound in (("<", low), (">", high)) if bound is not None]
        yield (
            "ExpectColumnValuesToBeBetween",
            {"column": column, "min_value": low, "max_value": high},
            _counted(dataset, " or ".join(outside)),
        )


def _unique(rule: Rule, dataset: Dataset, _: set[str]) -> Found:
    if not dataset.grain:
        return
    grain = ", ".join(f"b.{column}" for column in dataset.grain)
    locate = (
        f"select t.county_code, t.form, sum(t.times - 1)::bigint as violations\n"
        f"from (\n    select min({_county(dataset)}) as county_code, min({_form(dataset)}) as form, count(*) as times\n"
        f"    from {dataset.relation} as b\n    group by {grain}\n    having count(*) > 1\n) as t\n"
        "group by t.county_code, t.form"
    )
    if len(dataset.grain) == 1:
        yield "ExpectColumnValuesToBeUnique", {"column": dataset.grain[0]}, locate
    else:
        yield "ExpectCompoundColumnsToBeUnique", {"column_list": list(dataset.grain)}, locate


def _sql(rule: Rule, dataset: Dataset, known_parameters: set[str]) -> Found:
    values = {
        "batch": dataset.relation,
        "dataset": dataset.name,
        "form": dataset.form or dataset.reconciles,
        "is_stock": str(dataset.is_stock).lower(),
    }
    if rule.check.parameters:
        values["limits"] = limits(rule, dataset.name, known_parameters)
    chosen = _columns(rule, dataset)
    if (rule.check.suffixes or rule.check.columns) and not chosen:
        return
    if "{shared_totals}" in rule.check.statement:
        if not dataset.reconciles:
            return
        values["shared_totals"] = _totals(chosen)
    text = [name for name in dataset.text_columns() if name not in _exempt(rule, dataset)]
    if not text and ("{text_columns}" in rule.check.statement or "{personal_numbers}" in rule.check.statement):
        return
    values["text_columns"] = ", ".join(f"b.{name}" for name in text)
    values["row_of"] = "b.row_no" if "row_no" in dataset.columns else "null::integer"
    if "{personal_numbers}" in rule.check.statement:
        values["personal_numbers"] = _personal_numbers(text)
    values["columns"] = ", ".join(f"b.{name}" for name in chosen)
    values["county"] = _county(dataset)
    values["form_of_row"] = _form(dataset)
    for label, more in _turns(rule, dataset, chosen):
        yield "", {"column": label} if label else {}, fill(rule, values | more)


def _personal_numbers(text: list[str]) -> str:
    """The condition that a row holds a personal number in one of its columns, with something between any two of them."""
    codes = {
        raw.name for form in load_all().values() for c in form.columns if c.type == "code" for raw in c.raw_columns()
    }
    conditions = []
    for is_code in (False, True):
        chosen = ", ".join(f"b.{name}" for name in text if (name in codes) == is_code)
        if chosen:
            conditions.append(sql_condition(f"concat_ws(' Z ', {chosen})", is_code=is_code))
    return " or ".join(conditions).replace("{", "{{").replace("}", "}}")


def _turns(rule: Rule, dataset: Dataset, chosen: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """What a statement runs for: each total of a mart, each cumulative column of a form, else once for the dataset.

    Gives the column that the case is told by, "" for the whole dataset, and what fills the statement for it.
    """
    if "{total}" in rule.check.statement:
        for total in dataset.totals:
            if total.column not in dataset.columns:
                raise RuleError(f"totals of {dataset.name} name {total.column}, which it does not have")
            conditions = [*(["f.is_latest_period"] if total.latest else []), *([total.where] if total.where else [])]
            yield (
                f"{total.form}.{total.column}",
                {
                    "form": total.form,
                    "total": f"b.{total.column}",
                    "fact": f"marts.{total.fact}",
                    "of": f"f.{total.fact_column}" if total.fact_column else "1",
                    "of_rows": " and ".join(conditions) or "true",
                },
            )
    elif "{cumulative}" in rule.check.statement:
        key = ", ".join(f"b.{name}" for name in dataset.keys) or "''"
        for column in dict.fromkeys([*dataset.cumulative, *chosen]) if dataset.is_stock else ():
            yield column, {"cumulative": f"b.{column}", "key_text": f"concat_ws(' ', {key})"}
    else:
        yield "", {}


def _exempt(rule: Rule, dataset: Dataset) -> set[str]:
    return {*rule.check.exempt.get("*", ()), *rule.check.exempt.get(dataset.name, ())}


def _totals(money: list[str]) -> str:
    """The rows and the money of each column as one array; both sides of a reconciliation are made from it."""
    sums = [f"coalesce(sum(b.{name}), 0)" for name in money]
    return "array[" + ", ".join(["count(distinct (b.reading_id, b.sheet_no, b.row_no))::numeric", *sums]) + "]"


def fill(rule: Rule, values: dict[str, str]) -> str:
    """The rule's statement with its placeholders filled; a placeholder that nothing fills is an error."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if not values.get(name):
            raise RuleError(f"rule {rule.rule_id}: nothing fills {{{name}}} in its statement")
        return values[name]

    return PLACEHOLDER.sub(value, rule.check.statement).strip().rstrip(";")


def limits(rule: Rule, dataset: str, known_parameters: set[str]) -> str:
    """A relation of the rule's thresholds: county_code ('' for the province) and one column for each.

    A county's own value goes before the province's; the version is that of the publication.
    """
    columns, names = [], []
    for column, parameter in rule.check.parameters.items():
        own = f"{parameter}.{dataset}"
        name = own if own in known_parameters else parameter
        if name not in known_parameters:
            raise RuleError(f"rule {rule.rule_id} needs the parameter {name}; add it to reference/parameters.csv")
        names.append(f"'{name}'")
        columns.append(
            f"coalesce(max(p.value) filter (where p.parameter = '{name}' and p.county_code <> ''), "
            f"max(p.value) filter (where p.parameter = '{name}')) as {column}"
        )
    holds = (
        "{0}.version_from <= v.reference_version and ({0}.version_to is null or {0}.version_to > v.reference_version)"
    )
    return (
        f"(select c.county_code, {', '.join(columns)} from ops.visible as v cross join lateral (select r.region_code as "
        f"county_code from reference.regions as r where r.region_level = 'county' and {holds.format('r')} "
        f"union all select '') as c inner join reference.parameters as p on p.county_code in ('', c.county_code) "
        f"and p.parameter in ({', '.join(names)}) and {holds.format('p')} group by c.county_code)"
    )
