"""Writes the committed workbooks of `tests/layouts/fixtures/`: `python -m tests.layouts.make --sheetjs FOLDER`.

Needs LibreOffice (`soffice` on the PATH) and Node.js with SheetJS (`FOLDER` is a node_modules with xlsx 0.18.5 in it);
the tests need neither. Run again, the same cells come out; times inside the containers differ.
"""
