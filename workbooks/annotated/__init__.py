"""The county's own workbook with its mistakes marked: cells filled and commented, and a first sheet 退改说明.

`annotate.annotate` is the whole of it: the bytes that a county sent and what was found (`findings.Order`) to the bytes
of an xlsx. Workbooks of the xlsx family are edited part by part, so that what is not marked stays as it was; those of
other formats are written anew (`from_grid`) and then edited in the same way.
"""
