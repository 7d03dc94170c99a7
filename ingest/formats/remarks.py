"""What a workbook carries beside its cells and is neither run nor opened: the sender is told, the file is read."""

from __future__ import annotations

import re

from ingest.formats import gate
from ingest.formats.kinds import OLE, ZIP

_MACROS = "工作簿里有宏；宏不会运行，只读取单元格里保存的值"
_LINKS = "工作簿引用了其他文件；不会去打开它们，读取的是上次保存的值，请确认是最新的"
_SOURCES = "工作簿连着外部数据源；不会去连接，读取的是上次保存的值，请确认是最新的"
_EMBEDDED = "工作簿里嵌有其他文件或控件，没有读取"

# Names of a zip's parts, in lower case
_PARTS = (
    (re.compile(r"(^|/)vbaproject\.bin$|^basic/.*\.xml$|^scripts/"), _MACROS),
    (re.compile(r"(^|/)externallinks/[^/]*$"), _LINKS),
    (re.compile(r"(^|/)(connections\.(xml|bin)|querytables/[^/]*)$"), _SOURCES),
    (re.compile(r"(^|/)(embeddings|activex)/|^object [^/]*/"), _EMBEDDED),
)
# Names of an OLE container's streams and storages
_STREAMS = (("_VBA_PROJECT_CUR", _MACROS), ("MBD0", _EMBEDDED))


def remarks(data: bytes) -> list[str]:
    """Sentences for the sender of a file that could be opened, each thing once."""
    if data[:4] == ZIP:
        with gate.opened(data) as archive:
            names = [gate.plain_name(name) for name in archive.namelist()]
        return [sentence for pattern, sentence in _PARTS if any(map(pattern.search, names))]
    if data[:8] == OLE:
        return [sentence for name, sentence in _STREAMS if name.encode("utf-16-le") in data]
    return []
