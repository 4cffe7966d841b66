"""The review loop: from a cause to an action, and what became of it.

``open_action(bridge.cause(row), owner=..., start=..., due=..., measures=...)`` opens an action;
``register(actions)`` is the table people edit, ``reopen(table)`` reads it back, and
``follow_up(action, later)`` sets the same row beside it after the due day.
"""

from salesanalysis.doors import guard
from salesanalysis.review.action import Action
from salesanalysis.review.departments import Departments, read_departments
from salesanalysis.review.followup import FollowUp, follow_up
from salesanalysis.review.opening import open_action
from salesanalysis.review.register import register, reopen

__all__ = [
    "Action", "Departments", "FollowUp", "follow_up", "open_action", "read_departments", "register",
    "reopen",
]  # fmt: skip

guard(globals(), __all__)
