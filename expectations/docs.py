"""Data Docs: the last run of each suite as HTML, for the people who ask why a county was kept out.

One folder per suite, built beside the old one and put in its place when whole, and a page above both. The pages hold
rules, counts, names of counties and forms: no row, no value of a row.
"""

from __future__ import annotations

import html
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)

from expectations.judging import Judged
from expectations.results import Located, verdict_page
from expectations.rules import SUITES, Suite

if TYPE_CHECKING:
    from expectations.gate import Verdict

SITE = "data_docs"
SITE_LINK = "<a href='index.html'>逐项结果</a>"
VERDICTS = {True: "通过", False: "未通过"}


def build(
    context: Any,
    suite: Suite,
    judged: list[Judged],
    found: dict[str, Located],
    county_names: dict[str, str],
    verdict: Verdict,
    folder: Path,
    note: str = "",
) -> Path:
    """Write the site of this run to `folder`/<suite> and the page above it. `note` stands first on the pages that are ours.

    Returns:
        The index page of the suite's site.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _store(context, judged, found, county_names, verdict)
    fresh = Path(tempfile.mkdtemp(prefix=f".{suite.name}-", dir=folder))
    try:
        context.add_data_docs_site(
            SITE,
            {
                "class_name": "SiteBuilder",
                "site_name": suite.title,
                "show_how_to_buttons": False,
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                # The rules with their origins stand on our own page; these pages would repeat them.
                "site_section_builders": {"expectations": "none", "profiling": "none"},
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(fresh)},
            },
        )
        context.build_data_docs(site_names=[SITE])
        page = _verdict_page(suite, found, county_names, verdict, note)
        (fresh / "verdict.html").write_text(page, encoding="utf-8")
        _put_in_place(fresh, folder / suite.name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    # The site is the last look's; each look's own page stays, for whoever asks later why a county was held.
    kept = verdict_page(folder, verdict.publication_id, suite.name, verdict.pass_no)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    _write_whole(kept, page.replace(SITE_LINK, ""))
    _write_whole(folder / "index.html", _index_page(folder))
    return folder / suite.name / "index.html"


def _store(
    context: Any, judged: list[Judged], found: dict[str, Located], county_names: dict[str, str], verdict: Verdict
) -> None:
    """Put the results where the site is built from; a failed expectation says in how many counties it fails."""
    run = RunIdentifier(
        run_name=f"publication-{verdict.publication_id}-pass-{verdict.pass_no}", run_time=datetime.now(UTC)
    )
    for one in judged:
        for result in one.result.results:
            config = result.expectation_config
            located = found[config.meta["rule_id"]]
            if result.success and config.type == "expect_column_values_to_not_be_null":
                result.result = {"unexpected_percent": 0.0}  # else the page says "unknown %"
            if not result.success and located.violations:
                counties = {violation.county_code for violation in located.violations if violation.county_code}
                where = f"涉及 {len(counties)} 个县" if counties else "涉及全省"
                config.description = f"{config.description}：{where}，{located.count} 处"
        one.result.meta["run_id"] = run
        one.result.meta["validation_time"] = run.run_time
        # The relation's own text is of no use to a reader of the page.
        one.result.meta["batch_spec"] = {"dataset": one.dataset.title}
        context.validation_results_store.set(
            ValidationResultIdentifier(
                expectation_suite_identifier=ExpectationSuiteIdentifier(one.suite.name),
                run_id=run,
                batch_identifier=one.dataset.name,
            ),
            one.result,
        )


def _put_in_place(fresh: Path, target: Path) -> None:
    """Replace the folder `target` by `fresh`; a reader of the page finds one or the other."""
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
    if target.exists():
        os.rename(target, old / "site")
    os.rename(fresh, target)
    shutil.rmtree(old, ignore_errors=True)


def _write_whole(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _verdict_page(
    suite: Suite, found: dict[str, Located], county_names: dict[str, str], verdict: Verdict, note: str
) -> str:
    """Every rule with its origin and where it failed, in Chinese."""
    rows = []
    for rule in suite.rules:
        located = found[rule.rule_id]
        where = "；".join(
            f"{county_names.get(violation.county_code, violation.county_code) or '全省'}"
            f"（{violation.form or '、'.join(violation.datasets)}）{violation.count} 处"
            for violation in located.violations
        )
        cells = (
            rule.rule_id,
            rule.title,
            "严重" if rule.is_critical else "提醒",
            VERDICTS[not located.violations],
            where,
            rule.origin.text(),
        )
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{name}</th>" for name in ("编号", "规则", "级别", "结果", "涉及", "依据与说明"))
    body = (f"<p><b>{html.escape(note)}</b></p>" if note else "") + (
        f"<p>发布 {verdict.publication_id}，第 {verdict.pass_no} 次校验：<b>{VERDICTS[verdict.success]}</b>"
        f"{'（普遍性错误，整次发布被拦下）' if verdict.holds_all else ''}。共 {verdict.judged[0]} 项，"
        f"{verdict.judged[1]} 个数据集。{SITE_LINK}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return _page(suite.title, body)


def _index_page(folder: Path) -> str:
    from expectations.rules import load

    items = "".join(
        f"<li><a href='{name}/verdict.html'>{html.escape(load(name).title)}</a></li>"
        for name in SUITES
        if (folder / name / "verdict.html").exists()
    )
    return _page("数据校验结果", f"<p>最近一次运行的校验结果。</p><ul>{items}</ul>")


def _page(title: str, body: str) -> str:
    style = (
        "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
        "td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
        "th,td:nth-child(3),td:nth-child(4){white-space:nowrap}"
    )
    return (
        f"<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{style}</style></head><body><h1>{html.escape(title)}</h1>{body}</body></html>\n"
    )
