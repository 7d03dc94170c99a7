"""A few hundred damaged files of a fixed seed; `make fuzz` reads twenty thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read import ReadResult
from ingest.workers import Answer, Task
from tests.fuzz.run import _judged, fuzz, made
from tests.fuzz.seeds import FORMATS, seeds


def test_each_damaged_file_is_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    report = fuzz(240, seed=20, workers=2, keep=tmp_path / "kept")
    assert report.breaches == [], report.table()
    for kind in FORMATS:
        assert report.outcomes[kind, "refused"] and sum(n for (k, _), n in report.outcomes.items() if k == kind) == 30
    assert len(report.changes) > 40


def test_a_number_is_always_the_same_file() -> None:
    honest = seeds()
    assert set(honest) == set(FORMATS)
    for number in range(16):
        assert made(number, 7, honest) == made(number, 7, honest) != made(number, 8, honest)


@pytest.mark.parametrize(
    ("code", "sentence", "is_broken", "outcome", "is_breach"),
    [
        ("S01", "工作簿不完整或已损坏", False, "refused", False),
        ("S01", "工作簿结构损坏，读取程序无法打开", True, "child died", False),
        ("S01", "读取超过 60 秒仍未完成", True, "too slow", False),
        ("S01", "读取程序出错，未能读完，已记入日志", False, "refused", True),
        ("S01", "broken", False, "refused", True),
        ("S01", "工作簿打不开，内容可能已损坏（BadZipFile）", False, "refused", True),
        ("", "工作簿不完整或已损坏", False, "refused", True),
    ],
)
def test_what_counts_as_a_breach(code: str, sentence: str, is_broken: bool, outcome: str, is_breach: bool) -> None:
    result = ReadResult()
    result.refuse(code, sentence)
    found, wrong = _judged(Answer(Task(1, Path("x"), "x", None), result, 0.1, is_broken))
    assert (found, wrong is not None) == (outcome, is_breach)
