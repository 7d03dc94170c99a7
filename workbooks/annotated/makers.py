"""Annotated workbooks made by child processes, several at once; what cannot be annotated still gets its 退改说明."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest import wire
from ingest.workers import Child, Died, Limits, reason, spread
from workbooks.annotated.findings import Order

MAX_FILE_BYTES = 1 << 30  # of what a child spools to a file


@dataclass(frozen=True)
class Job:
    """One workbook to make: a key of the caller's, where the county's bytes lie, what is to be said."""

    key: Any
    path: Path
    order: Order


@dataclass(frozen=True)
class Made:
    """A workbook. `problem` says why the county's own sheets are not in it, or, without `data`, why there is none."""

    job: Job
    data: bytes
    problem: str | None


class Maker:
    """Makes workbooks in one child, one after another."""

    def __init__(self, limits: Limits) -> None:
        # What is spooled to files holds personal data: it goes with the maker, though the child be killed.
        self._scratch = tempfile.TemporaryDirectory(prefix="longcang-feedback-")
        setting = {
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "file_bytes": MAX_FILE_BYTES,
            "scratch": self._scratch.name,
        }
        self._child = Child("workbooks.annotated.child", json.dumps(setting).encode(), limits.wall_seconds)

    def do(self, job: Job) -> Made:
        """Make one workbook, without the county's sheets where it does not go with them."""
        data, problem = self._ask(job)
        if problem is not None and not job.order.is_bare:
            data, further = self._ask(replace(job, order=replace(job.order, is_bare=True)))
            problem = further or problem
        return Made(job, data, problem)

    def _ask(self, job: Job) -> tuple[bytes, str | None]:
        try:
            told, data = self._child.ask({"path": str(job.path), "order": job.order.to_json()}, 2)
        except wire.TooSlow:
            return b"", "批注超时"
        except Died as death:
            return b"", reason(death.code)
        return data, json.loads(told)

    def stop(self) -> None:
        """End the child, and remove what it left."""
        self._child.stop()
        self._scratch.cleanup()


def make_all(jobs: Sequence[Job], workers: int, limits: Limits | None = None) -> Iterator[Made]:
    """Make workbooks by several children at once; they come as they are ready."""
    return spread(jobs, lambda: Maker(limits or Limits()), workers)
