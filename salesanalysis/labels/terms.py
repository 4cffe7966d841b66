"""How the values of a data set's dimensions are called in each language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Terms:
    """Names of dimension values: column -> value -> language -> text.

    Examples
    --------
    >>> terms = Terms({"region": {"East": {"zh": "华东"}}})
    >>> terms.show("region", "East", "zh"), terms.show("region", "East", "en")
    ('华东', 'East')
    >>> terms.show("region", "Atlantis", "zh")
    'Atlantis'
    """

    names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def show(self, column: str, value: Any, lang: str) -> str:
        """Return how `value` of `column` is called; an unknown value as it is."""
        return self.names.get(column, {}).get(str(value), {}).get(lang, str(value))

    def show_all(self, column: str, values: Iterable[Any], lang: str) -> list[str]:
        """Return `show` of each value."""
        return [self.show(column, value, lang) for value in values]

    def to_dict(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return plain dictionaries, for writing to a file."""
        return {c: {v: dict(t) for v, t in vs.items()} for c, vs in self.names.items()}
