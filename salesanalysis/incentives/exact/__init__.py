"""The exact back end: fractions and whole cents, in one fixed order."""
