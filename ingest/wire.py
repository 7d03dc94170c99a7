"""What passes between the parent and a reading child: length-prefixed frames. What a child says is JSON and Arrow, never a
pickle: a file may have taken it over."""

from __future__ import annotations

import io
import json
import os
import select
import struct
import time
from datetime import date
from typing import Any, BinaryIO

import pyarrow as pa

from ingest.issues import Issue
from ingest.read import ReadResult

_HEAD = struct.Struct("!Q")
MAX_FRAME = 1 << 30
_BLOCK = 1 << 20
_PLAIN = ("outcome", "form", "county_code", "scope_code", "period", "parts", "layout", "totals", "proposals", "rows_read",
          "rows_accepted", "rows_refused", "refusal_code", "refusal", "corrects")  # fmt: skip

_DAYS = ("period_start", "period_end", "snapshot_day")


class Closed(Exception):
    """The other side has gone."""


class TooSlow(Exception):
    """The other side did not answer in time."""


def send(stream: BinaryIO, data: bytes) -> None:
    stream.write(_HEAD.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """One frame from a blocking stream. Raises Closed at its end."""
    return _exactly(stream, _HEAD.unpack(_exactly(stream, _HEAD.size))[0])


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if data is None or len(data) < count:
        raise Closed
    return data


def send_in_time(descriptor: int, data: bytes, deadline: float) -> None:
    """One frame into a pipe that does not block, before a moment of `time.monotonic()`.

    Raises:
        TooSlow: the moment has passed. BrokenPipeError: the other side has gone.
    """
    left = memoryview(_HEAD.pack(len(data)) + data)
    while left:
        _wait(descriptor, select.POLLOUT, deadline)
        try:
            left = left[os.write(descriptor, left[:_BLOCK]) :]
        except BlockingIOError:
            continue


def receive_in_time(descriptor: int, deadline: float) -> bytes:
    """One frame from a pipe, before a moment of `time.monotonic()`.

    Raises:
        TooSlow: the moment has passed. Closed: the pipe ended first, or what came is no frame.
    """
    length = _HEAD.unpack(_in_time(descriptor, _HEAD.size, deadline))[0]
    if length > MAX_FRAME:
        raise Closed
    return _in_time(descriptor, length, deadline)


def _in_time(descriptor: int, count: int, deadline: float) -> bytes:
    parts, missing = [], count
    while missing:
        _wait(descriptor, select.POLLIN, deadline)
        block = os.read(descriptor, min(missing, _BLOCK))
        if not block:
            raise Closed
        parts.append(block)
        missing -= len(block)
    return b"".join(parts)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Until a pipe can be read or written. `poll` takes descriptors past 1,023, which `select` does not."""
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TooSlow


def pack(result: ReadResult) -> tuple[bytes, bytes]:
    """A result as JSON and the rows as an Arrow stream (empty where there are none)."""
    head: dict[str, Any] = {name: getattr(result, name) for name in _PLAIN}
    for name in _DAYS:
        day = getattr(result, name)
        head[name] = day.isoformat() if day else None
    head["issues"] = [[getattr(i, name) for name in Issue.__slots__] for i in result.issues]
    body = b""
    if result.rows is not None:
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, result.rows.schema) as writer:
            writer.write_table(result.rows)
        body = sink.getvalue()
    return json.dumps(head, ensure_ascii=False).encode("utf-8", "replace"), body


def unpack(head: bytes, body: bytes) -> ReadResult:
    values = json.loads(head)
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["issues"] = [Issue(*fields) for fields in values["issues"]]
    values["rows"] = pa.ipc.open_stream(body).read_all() if body else None
    return ReadResult(**values)
