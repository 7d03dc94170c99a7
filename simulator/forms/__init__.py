"""One module per form: its columns as counties spell them, and rows that a careful clerk would write."""
