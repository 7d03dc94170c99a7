"""SheetJS: xlsb, BIFF5 and BIFF8, OpenDocument."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.layouts.make.book import Book


def write(books: dict[Path, tuple[str, Book]], modules: Path) -> None:
    """Write each book to its path as a bookType of SheetJS; `modules` is the node_modules that holds it."""
    tasks = []
    for path, (kind, book) in books.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        tasks.append({"path": str(path), "type": kind, "book": book.as_dict()})
    script = Path(__file__).with_name("sheetjs.js")
    command = ["node", str(script)]
    environment = os.environ | {"NODE_PATH": str(modules), "TZ": "UTC"}
    subprocess.run(command, input=json.dumps(tasks).encode(), env=environment, check=True, timeout=120)
