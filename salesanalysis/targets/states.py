"""Columns and states of a basis that every step of a plan reads."""

#: States in which a unit has no base, hence no growth and no share of a target.
NO_BASE = ("new_business", "zero_base", "negative_base", "unknown_base")
#: A unit without a base that has a value all the same: by potential, forecast or market.
BY_VALUE = "without_base"
COLUMNS = (
    "base", "growth", "value", "n_years", "left_out_amount", "carried_amount", "status", "reason",
)  # fmt: skip
#: What a rule took out of the base; 0 where nobody cleaned it.
CLEANED = "cleaned_amount"
#: What a unit has of its own, and what only the units above it may count.
PAIRS = (("base", "left_out_amount"), ("value", "carried_amount"))
