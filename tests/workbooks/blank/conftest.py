"""One context for the tests of blank workbooks: the project's own contracts and places, a key made for tests."""

from __future__ import annotations

import pytest

from ingest.context import Context


@pytest.fixture(scope="session")
def context() -> Context:
    return Context.load(b"a key that is only used in tests")
