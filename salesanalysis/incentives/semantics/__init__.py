"""One rate table, the same deals, every reading: what the words of a plan are worth."""

from salesanalysis.incentives.semantics.readings import Semantics, compare_semantics

__all__ = ["Semantics", "compare_semantics"]
