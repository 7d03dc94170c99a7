"""The digest of what decides how a file is read: a reading holds as long as its digest does."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

from ingest.context import Context

# Modules that carry bytes and rows about; what they do does not change what a file is read as.
EDGES = frozenset(
    {
        "aliases",
        "archive",
        "batch",
        "bundles",
        "check",
        "child",
        "children",
        "decisions",
        "demonstration",
        "digests",
        "discover",
        "faults",
        "folder",
        "keys",
        "landing",
        "missing",
        "names",
        "raw_tables",
        "wire",
        "workers",
        "worklist",
    }
)
_LIBRARIES = ("python-calamine", "xlrd", "opencc")


@cache
def reader_digest() -> str:
    """Changes where the reader's code changes (comments and docstrings apart) or the libraries that open files do."""
    from importlib.metadata import version  # here, since reading processes ask for no digest

    total = hashlib.sha256()
    folder = Path(__file__).resolve().parent
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if name.removesuffix(".py") not in EDGES:
            total.update(name.encode() + _code_of(path).encode())
    for library in _LIBRARIES:
        total.update(f"{library}={version(library)}".encode())
    return total.hexdigest()[:16]


def _code_of(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


def digest(context: Context, form: str | None, county: str | None) -> str:
    """The digest under which a file of this form and county is read; None stands for all forms, all counties,
    and so does a form that has no contract any more.

    It takes in the form's contract (vocabularies with it), the reader, the county's places and aliases, its published
    standards, the thresholds and choices, the share of refused rows, whether what is hidden counts, and which token key
    is used.
    """
    form = form if form in context.contracts else None
    total = hashlib.sha256(f"{reader_digest()}|{context.refused_share_limit}|{context.tokens.fingerprint}".encode())
    total.update(f"|{context.reads_hidden_rows}|{context.reads_hidden_sheets}".encode())
    for name, contract in sorted(context.contracts.items()):
        if form is None or name == form:
            total.update(f"|{name}={contract.digest}".encode())
    for code, known in sorted(context.places.counties.items()):
        if county is None or code == county:
            total.update(f"|{known.digest()}".encode())
    for name, code in sorted(context.places.county_names.items()):
        if county is None or code == county:
            total.update(f"|{name}>{code}".encode())
    for standard, value in sorted(context.standards.items()):
        if county is None or standard[0] == county:
            total.update(f"|{standard}={value}".encode())
    for (parameter, code), number in sorted(context.parameters.items()):
        if not code or county is None or code == county:
            total.update(f"|{parameter}{code}={number}".encode())
    for (parameter, code), word in sorted(context.choices.items()):
        if not code or county is None or code == county:
            total.update(f"|{parameter}{code}:{word}".encode())
    return total.hexdigest()[:32]
