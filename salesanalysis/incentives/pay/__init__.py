"""Pay as results: statements, registers, curves."""
