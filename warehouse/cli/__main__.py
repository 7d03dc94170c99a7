"""``python -m warehouse.cli``: the command line where the program itself is not on the path."""

from warehouse.cli.main import main

main()
