"""The outputs of a planner: the files that draw them."""

from salesanalysis.plots import outlook_costs, outlook_moves, outlook_people

__all__ = ["outlook_costs", "outlook_moves", "outlook_people"]
