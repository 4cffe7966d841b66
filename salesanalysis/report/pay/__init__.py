"""Pay in files: statements people can check by hand, register, cost, what went in."""
