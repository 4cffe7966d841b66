"""Members of the combination: simple forecasts of a whole panel at once, each good at something.

Every member is a few lines of arithmetic over all nodes and all its parameter values together:
nothing is optimised, nothing is random. `members` runs them all.
"""

from salesanalysis.forecast.members.every import NAMES, Members, members

__all__ = ["NAMES", "Members", "members"]
