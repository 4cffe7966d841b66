"""Caps and guarantees of one period."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.inputs.book import Texts


@dataclass(frozen=True)
class Cap:
    """The most that is paid or credited.

    `of` is ``pay`` (currency), ``rate`` (pay over credit), ``credit`` or ``deal`` (currency
    credited in all or for one deal); what lies above is ``lost`` or ``deferred``.
    """

    id: str
    title: Texts
    of: str
    amount: Fraction
    excess: str
    before_factors: bool


@dataclass(frozen=True)
class Floor:
    """The least that is paid in a period, up to the day `until`."""

    id: str
    title: Texts
    amount: Fraction
    until: str


@dataclass(frozen=True)
class Limits:
    """The cap and the floor of a plan."""

    cap: Cap | None = None
    floor: Floor | None = None
