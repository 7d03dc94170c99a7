"""The forms by the names that people know."""

from __future__ import annotations

from functools import cache


def form_titles() -> dict[str, str]:
    """Contract name -> the form's Chinese title."""
    return {name: title for name, (_, title) in form_names().items()}


@cache
def form_names() -> dict[str, tuple[str, str]]:
    """Contract name -> the form's number (F01) and Chinese title."""
    from ingest.contracts import load_all

    return {contract.name: (contract.form_id, contract.title) for contract in load_all().values()}
