"""Undo and redo over states that never change."""

from typing import Generic, TypeVar

State = TypeVar("State")


class History(Generic[State]):
    """States a user went through; the newest is the one at work.

    Parameters
    ----------
    first : State
    depth : int, how many states are kept

    Examples
    --------
    >>> history = History("a")
    >>> history.push("b"), history.undo(), history.redo()
    ('b', 'a', 'b')
    """

    def __init__(self, first: State, *, depth: int = 200) -> None:
        self._past: list[State] = [first]
        self._ahead: list[State] = []
        self._depth = depth

    @property
    def now(self) -> State:
        """Return the state at work."""
        return self._past[-1]

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a state before."""
        return len(self._past) > 1

    @property
    def can_redo(self) -> bool:
        """Tell whether a state was undone and nothing was done since."""
        return bool(self._ahead)

    def push(self, state: State, *, joined: bool = False) -> State:
        """Go on to `state`; `joined`: it takes the place of the newest (one drag of a slider)."""
        if joined and self.can_undo:
            self._past[-1] = state
        else:
            self._past.append(state)
            del self._past[: -self._depth]
        self._ahead.clear()
        return state

    def undo(self) -> State:
        """Go back by one; at the first state nothing happens."""
        if self.can_undo:
            self._ahead.append(self._past.pop())
        return self.now

    def redo(self) -> State:
        """Go forward again by one."""
        if self._ahead:
            self._past.append(self._ahead.pop())
        return self.now
