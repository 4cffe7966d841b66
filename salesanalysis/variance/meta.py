"""How a bridge was computed: what has to be said beside its numbers."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Meta:
    """How a bridge was computed: what has to be said beside its numbers.

    Attributes
    ----------
    method : str
        ``pvm``, ``gap``, ``new_business``, or a method with words of its own (``lmdi``,
        ``rate_mix``, ``root_causes`` ...).
    names : tuple of str
        What the two sides are: ``("target", "actual")``.
    base_name : str
        Which base exactly, such as ``plan v3``; part of the id of every cause.
    grain : tuple of str
        Columns the effects were computed at; a coarser grain hides mix in price.
    measure : str
        ``revenue``, ``margin`` or the name of the value column.
    cost : str
        Name of the cost column where the margin is explained.
    convention, mix, new_lost, returns : str
        The choices made; empty where the method has none.
    favourable : str
        ``up``, or ``down`` for cost lines.
    window : tuple of Timestamp
        First and last month compared; empty if not said.
    fiscal_start : int
        First month of the fiscal year, for naming quarters and years; 0 names months only.
    market : tuple of str
        Columns the market was given by, ``("total",)`` for one figure, empty without a market.
    overrides : tuple of str
        Changed origins, such as ``lost=external``.
    kind : {"money", "count", "share"}
        What amounts are: currency, pieces, or fractions read as percentage points.
    fallback : str
        Why another method than the one asked for was used; empty where none was.
    left_out : tuple of str
        Rows not used, as ``reason=number``, such as ``open_months=120``.
    details : tuple of (str, str)
        What a method must print beside its numbers: order of factors, reference, noise ...
    places : tuple of (effect, step, parent, origin)
        Effects only this method has, and where they stand.
    """

    method: str
    names: tuple[str, str]
    base_name: str
    grain: tuple[str, ...]
    measure: str
    cost: str = ""
    convention: str = ""
    mix: str = ""
    new_lost: str = ""
    returns: str = ""
    favourable: str = "up"
    window: tuple[pd.Timestamp, ...] = ()
    fiscal_start: int = 0
    market: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    kind: str = "money"
    fallback: str = ""
    left_out: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, int, str, str], ...] = ()

    def detail(self, name: str) -> str:
        """Return what was noted under `name`; empty where nothing was."""
        return dict(self.details).get(name, "")
