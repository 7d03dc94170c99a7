"""A province that does not exist, written as spreadsheets by counties that do: for demos, tests and benchmarks.

``province.write`` makes the first night, ``night.write_next`` what comes in later; both keep ``truth.json``.

    places, people          real regions; names, ID numbers, credit codes and accounts that nobody has
    households, entities,   families, legal bodies and shares in them, what households grow and are awarded for
    produce, world          a county of them: one identity over all forms
    rows, forms/            what a form consists of; one module per form with its columns and its clean rows
    style, titles, render   how one county writes one form
    mistakes/               what goes wrong in rows, one rule at a time; the planner deals them out
    layout, formats         rows to sheets, sheets to xlsx, xls and csv
    submit, truth, targets  files on disk, what of them may count, and what the programme's targets come to
"""
