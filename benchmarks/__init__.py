"""How long things take on the machine at hand. `make bench` runs a whole night."""
