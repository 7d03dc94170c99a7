"""The questions of `docs/questions.md`, asked as the BI reader after a night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import FirstNight
from tests.e2e.nights import bi

PAGE = Path(__file__).resolve().parents[2] / "docs" / "questions.md"
QUESTIONS = re.findall(r"^## (\d+)\. (.+?)$.*?```sql\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
# In three counties without a mistake nobody is near a cap, in arrears, a shell, or idle.
NOTHING_WRONG = {"8", "13", "14", "19"}


def test_there_are_thirty() -> None:
    assert [int(number) for number, *_ in QUESTIONS] == list(range(1, 31))


@pytest.mark.parametrize(("number", "question", "sql"), QUESTIONS, ids=[number for number, *_ in QUESTIONS])
def test_a_question_needs_two_joins_at_most(number: str, question: str, sql: str) -> None:
    assert question.endswith("？")
    assert len(re.findall(r"\bjoin\b", sql, re.IGNORECASE)) <= 2


@pytest.mark.ci_only
def test_every_question_has_an_answer(first_night: FirstNight) -> None:
    unanswered = {number for number, _, sql in QUESTIONS if not bi(first_night.settings, sql)}
    assert unanswered <= NOTHING_WRONG
