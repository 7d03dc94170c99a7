"""The reader's frame as Arrow, with the raw table's types."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from ingest.contracts import Contract

_PRECISION = {"numeric(20,4)": 20, "numeric(14,4)": 14, "numeric(9,4)": 9}
_TYPES = {"text": pa.string(), "integer": pa.int32(), "boolean": pa.bool_(), "date": pa.date32()}


def schema_of(contract: Contract) -> pa.Schema:
    """The Arrow schema of a form's raw rows, without reading_id."""
    return pa.schema(
        [
            pa.field(
                c.name, pa.decimal128(_PRECISION[c.sql_type], 4) if c.sql_type in _PRECISION else _TYPES[c.sql_type]
            )
            for c in contract.raw_columns()
        ]
    )


def to_arrow(frame: pl.DataFrame, contract: Contract) -> pa.Table:
    """A frame of raw columns (decimals as ten-thousandths) as an Arrow table of `schema_of`."""
    schema = schema_of(contract)
    arrays = []
    for target in schema:
        series = frame[target.name]
        if pa.types.is_decimal(target.type):
            arrays.append(_decimals(series, target.type.precision))
        else:
            found = series.to_arrow()
            arrays.append(found.cast(target.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _decimals(series: pl.Series, precision: int) -> pa.Array:
    """Ten-thousandths to decimal128(precision, 4): the same whole numbers under another type."""
    count = len(series)
    values = series.fill_null(0).to_numpy().astype(np.int64)
    wide = np.empty((count, 2), dtype=np.int64)
    wide[:, 0] = values
    wide[:, 1] = values >> 63  # the sign fills the upper half
    mask = None
    if series.null_count():
        present = series.is_not_null().to_numpy()
        mask = pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.decimal128(precision, 4), count, [mask, pa.py_buffer(wide.tobytes())])
