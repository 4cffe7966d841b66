"""Proposing a mapping for files nobody described yet: look, recognise, draft, try, write."""

from salesanalysis.data.propose.front import propose
from salesanalysis.data.propose.result import Proposal, safe_name

__all__ = ["Proposal", "propose", "safe_name"]
