"""One context for all tests of the reader: the project's own contracts and reference data, a key made for tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.context import Context
from ingest.read import ReadResult, read
from tests.ingest.made import made

__all__ = ["made"]

KEY = b"a key that is only used in tests"

Reader = Callable[..., ReadResult]


@pytest.fixture(scope="session")
def context() -> Context:
    return Context.load(KEY)


@pytest.fixture(scope="session")
def read_as(context: Context) -> Reader:
    """Reads bytes as a file of 通渭县's landing folder, or of the folder that the name begins with."""

    def reader(data: bytes, name: str = "621121-通渭县/报表.xlsx", county: str | None = "621121") -> ReadResult:
        return read(data, name, folder_county=county, context=context)

    return reader
