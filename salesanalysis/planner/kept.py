"""A few results kept by what they were made from: a slider goes back and forth."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The newest results by key; the oldest makes room.

    Examples
    --------
    >>> kept = Kept(most=1)
    >>> kept.get("a", lambda: 1), kept.get("a", lambda: 2), kept.get("b", lambda: 3)
    (1, 1, 3)
    >>> kept.get("a", lambda: 4)
    4
    """

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._found: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, or make it."""
        return self._found[key] if key in self._found else self.put(key, make())

    def put(self, key: Hashable, value: Value) -> Value:
        """Keep a result under a key, in place of what is there."""
        self._found.pop(key, None)
        while len(self._found) >= self._most:
            self._found.pop(next(iter(self._found)))
        self._found[key] = value
        return value
