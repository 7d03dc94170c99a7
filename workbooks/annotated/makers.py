"""Annotated workbooks made by child processes, several at once; what cannot be annotated still gets its 退改说明."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.children import Broken, Child, Limits, reason
from ingest.faults import MachineFault
from ingest.workers import spread
from workbooks.annotated.findings import Order

MAX_FILE_BYTES = 1 << 30  # of what a child spools to a file


@dataclass(frozen=True)
class Job:
    """One workbook to make: a key of the caller's, where the county's bytes lie, what is to be said, and the SHA-256 that
    those bytes have to have (None: any)."""

    key: Any
    path: Path
    order: Order
    sha256: str | None = None


@dataclass(frozen=True)
class Made:
    """A workbook. `problem` says why the county's own sheets are not in it, or, without `data`, why there is none (that of
    the machine's faults is one: what could not be done now says nothing of the workbook, so it is not made without sheets).
    """

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
        self._child = Child("workbooks.annotated.child", setting, limits)

    def do(self, job: Job) -> Made:
        """Make one workbook, without the county's sheets where it does not go with them."""
        try:
            data, problem = self._ask(job)
            if problem is not None and not job.order.is_bare:
                data, further = self._ask(replace(job, order=replace(job.order, is_bare=True)))
                problem = further or problem
        except MachineFault as fault:
            return Made(job, b"", f"机器故障，下次重写（{fault}）")
        return Made(job, data, problem)

    def _ask(self, job: Job) -> tuple[bytes, str | None]:
        message = {"path": str(job.path), "sha256": job.sha256, "order": job.order.to_json()}
        try:
            told, data = self._child.ask(message, 2)
        except Broken as broken:
            return b"", "批注超时" if broken.code is None else reason(broken.code)
        return data, json.loads(told)

    def stop(self) -> None:
        """End the child, and remove what it left."""
        self._child.stop()
        self._scratch.cleanup()


def make_all(jobs: Sequence[Job], workers: int, limits: Limits | None = None) -> Iterator[Made]:
    """Make workbooks by several children at once; they come as they are ready."""
    return spread(jobs, lambda: Maker(limits or Limits()), workers)
