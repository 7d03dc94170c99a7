"""Blank workbooks: one form for one county, with the lists, checks and words that its contract and the county give."""

from __future__ import annotations

from workbooks.blank.book import file_name, make

__all__ = ["file_name", "make"]
