"""The custom properties of an xlsx: what a program has written about the workbook beside its sheets."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from ingest.formats import gate
from ingest.issues import Refusal

PART = "docprops/custom.xml"
MAX_BYTES = 64 * 1024


def custom(data: bytes) -> dict[str, str]:
    """Custom properties by name, as text; {} for what is no xlsx, has none, or has more than a few lines of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = next((p for p in archive.infolist() if gate.plain_name(p.filename) == PART), None)
            if part is None or part.file_size > MAX_BYTES:
                return {}
            root = ElementTree.fromstring(gate.beginning(archive, part, MAX_BYTES))
    except (*gate.DAMAGE, ElementTree.ParseError, Refusal):
        return {}
    return {node.get("name", ""): "".join(node.itertext()).strip() for node in root}
