"""A province that does not exist, written as spreadsheets by counties that do: for demos, tests and benchmarks.

``province.write`` makes the first night, ``night.write_next`` what comes in later; both keep ``truth.json``.

    places, people, world   real regions; made-up people, villages, households (one identity over all forms)
    rows, forms/            what a form consists of; one module per form with its columns and its clean rows
    style, titles, render   how one county writes one form
    mistakes/               what goes wrong in rows, one rule at a time; the planner deals them out
    layout, formats         rows to sheets, sheets to xlsx, xls and csv
    submit, truth           files on disk and what of them may count
"""
