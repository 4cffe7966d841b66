"""The planner's choices of a year in one file, and what the plan is handed down from."""

from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.planning.ground import Ground

__all__ = ["Choices", "Ground"]
