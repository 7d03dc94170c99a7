"""The process in which workbooks are annotated: the originals are as hostile here as where they are read.

Started as ``python -m workbooks.annotated.child`` by `makers.Maker`, limited as reading children are.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ingest.child import Answerer, Task, run, where


def _annotator(setting: dict[str, Any]) -> Answerer:
    """Answers an order with what went wrong (JSON, null where nothing did) and the workbook's bytes."""
    from ingest.issues import Refusal
    from workbooks.annotated.annotate import annotate
    from workbooks.annotated.findings import Order

    tempfile.tempdir = setting["scratch"]

    def answer(task: Task) -> Iterable[bytes]:
        order = Order.from_json(task["order"])
        try:
            return b"null", annotate(b"" if order.is_bare else Path(task["path"]).read_bytes(), order)
        except Refusal as refusal:
            problem = refusal.sentence
        except MemoryError:
            problem = "工作簿展开后过大，超出内存限制"
        except BaseException as error:  # the panics of libraries are no Exception
            problem = f"批注程序出错（位置 {where(error, 'workbooks').replace('.py', '')}）"
        return json.dumps(problem).encode(), b""

    return answer


if __name__ == "__main__":
    run(_annotator)
