"""Rate against mix: the formulas, for arrays."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError, unknown_name

Floats = npt.NDArray[np.float64]
Rule: TypeAlias = Literal["symmetric", "rate_at_actual_mix", "rate_at_base_mix", "three_term"]
Reference: TypeAlias = Literal["mid_mean", "base_mean", "current_mean", "none"]
RULES = ("symmetric", "rate_at_actual_mix", "rate_at_base_mix", "three_term")
REFERENCES = ("mid_mean", "base_mean", "current_mean", "none")
#: Shares add up to 1 within float noise of a division.
WHOLE = 1e-9


@dataclass(frozen=True, eq=False)
class RateEffects:
    """Effects per member, each shape (n,), fractions; all of them add up to R1 - R0.

    Attributes
    ----------
    rate, mix, interaction : array
        Members that are on both sides: what their rates moved, what their shares moved, and
        under `three_term` what both moved together.
    new, lost : array
        Members on one side only, against the reference; they have no rate effect.
    start, end, ref : float
        R0, R1 and the reference that mix is measured against.
    """

    rate: Floats
    mix: Floats
    interaction: Floats
    new: Floats
    lost: Floats
    start: float
    end: float
    ref: float


def rate_mix(
    s0: npt.ArrayLike,
    r0: npt.ArrayLike,
    s1: npt.ArrayLike,
    r1: npt.ArrayLike,
    *,
    convention: Rule = "symmetric",
    ref: Reference = "mid_mean",
) -> RateEffects:
    """Split the change of a mean rate into rates that moved and members that grew or shrank.

    Parameters
    ----------
    s0, s1 : array_like, shape (n,)
        Each member's share of the denominator in base and actual, 0..1, adding up to 1.
    r0, r1 : array_like, shape (n,)
        Each member's rate; not a number where its share is 0.
    convention : {"symmetric", "rate_at_actual_mix", "rate_at_base_mix", "three_term"}
        At which share a rate counts: the mean of both, actual, base, or base with the
        interaction apart.
    ref : {"mid_mean", "base_mean", "current_mean", "none"}
        The mean rate that mix is measured against. It moves amounts between members and no
        total; only ``mid_mean`` under ``symmetric`` changes sign when time runs backwards.

    Returns
    -------
    RateEffects

    Raises
    ------
    ContractError
        Lengths that differ, shares that are negative or do not add up to 1, a rate that is
        missing, an unknown choice.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the
    American Statistical Association 50:1168-1194.

    Examples
    --------
    Both rates fall by 2 points, the total rises by 7:

    >>> effects = rate_mix([.8, .2], [.05, .20], [.2, .8], [.03, .18])
    >>> round(float(effects.rate.sum()), 9), round(float(effects.mix.sum()), 9)
    (-0.02, 0.09)
    """
    for given, known, name in ((convention, RULES, "convention"), (ref, REFERENCES, "ref")):
        if given not in known:
            raise unknown_name(
                given, known, kind=name, where=f"rate_mix({name}=...)", error=ContractError
            )
    s0, r0 = _side(s0, r0, "0")
    s1, r1 = _side(s1, r1, "1")
    if len(s0) != len(s1):
        raise _lengths(len(s0), len(s1))
    return split(s0, r0, s1, r1, rule=convention, ref=ref)


def split(s0: Floats, r0: Floats, s1: Floats, r1: Floats, *, rule: str, ref: str) -> RateEffects:
    """Apply the table of conventions."""
    start, end = float(s0 @ r0), float(s1 @ r1)
    middle = {
        "mid_mean": (start + end) / 2, "base_mean": start, "current_mean": end, "none": 0.0,
    }[ref]  # fmt: skip
    both, ds, dr = (s0 > 0) & (s1 > 0), s1 - s0, r1 - r0
    # share a rate change counts at, rate a share change counts at
    share, rate = {
        "symmetric": ((s0 + s1) / 2, (r0 + r1) / 2),
        "rate_at_actual_mix": (s1, r0),
        "rate_at_base_mix": (s0, r1),
        "three_term": (s0, r0),
    }[rule]
    none = np.zeros(len(s0))
    return RateEffects(
        rate=np.where(both, share * dr, none),
        mix=np.where(both, ds * (rate - middle), none),
        interaction=np.where(both, ds * dr, none) if rule == "three_term" else none,
        new=np.where((s0 == 0) & (s1 > 0), s1 * (r1 - middle), none),
        lost=np.where((s0 > 0) & (s1 == 0), -s0 * (r0 - middle), none),
        start=start,
        end=end,
        ref=middle,
    )


def _side(s: npt.ArrayLike, r: npt.ArrayLike, side: str) -> tuple[Floats, Floats]:
    """Return shares and rates of one side; 0 as the rate of a member that is not there."""
    share, rate = (np.asarray(v, dtype="float64").ravel() for v in (s, r))
    if len(share) != len(rate):
        raise _lengths(len(share), len(rate))
    if not ((share >= 0) & np.isfinite(share)).all() or not abs(share.sum() - 1) <= WHOLE:
        raise ContractError(
            f"Shares of the denominator must be 0 or more and add up to 1, not {share.sum():g}.",
            where=f"rate_mix(s{side}=...)",
            fix="divide each denominator by their sum",
        )
    missing = (share > 0) & ~np.isfinite(rate)
    if missing.any():
        raise ContractError(
            f"{int(missing.sum())} of {len(rate)} members have a share but no rate.",
            where=f"rate_mix(r{side}=...), first at {np.flatnonzero(missing)[:3].tolist()}",
            fix="give their rate, or a share of 0",
        )
    return share, np.where(share > 0, rate, 0.0)


def _lengths(n: int, other: int) -> ContractError:
    return ContractError(
        f"Shares and rates differ in length: {n} and {other}.",
        where="rate_mix(s0, r0, s1, r1)",
        fix="give one value per member on both sides, share 0 where there is none",
    )
