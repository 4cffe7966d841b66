"""The review loop: from a cause to an action, and what became of it.

``open_action(bridge.cause(row), owner=..., start=..., due=..., measures=...)`` opens an action;
``follow_up(action, later)`` sets the same row beside it after the due day.
"""

from salesanalysis.doors import guard
from salesanalysis.review.action import Action
from salesanalysis.review.departments import Departments, read_departments
from salesanalysis.review.followup import FollowUp, follow_up
from salesanalysis.review.opening import open_action

__all__ = ["Action", "Departments", "FollowUp", "follow_up", "open_action", "read_departments"]

guard(globals(), __all__)
