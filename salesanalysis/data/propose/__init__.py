"""A first mapping for files nobody described yet."""

from salesanalysis.data.propose.result import Proposal, propose

__all__ = ["Proposal", "propose"]
