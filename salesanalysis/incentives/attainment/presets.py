"""Attainment from two quoted facts: how many reach their quota, and the ninetieth percentile."""

import math
from statistics import NormalDist
from typing import Any

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.attainment.model import Attainment

#: Name -> (share of people at or above quota, 90th percentile of attainment).
PRESETS = {"tight": (0.55, 1.25), "normal": (0.60, 1.30), "wide": (0.55, 1.50)}
_Z90 = NormalDist().inv_cdf(0.9)


def attainment(what: Any = "normal") -> Any:
    """Return an attainment model: a preset by its name, or the model given.

    Parameters
    ----------
    what : {"tight", "normal", "wide"}, Attainment or ForecastDraws

    Returns
    -------
    Attainment, or the ForecastDraws given

    Raises
    ------
    ContractError
        A name that is no preset, with the nearest.

    Notes
    -----
    Of the presets (share at or above quota, 90th percentile): tight 55 %, 1.25; normal 60 %, 1.30;
    wide 55 %, 1.50. Anchors: 55 to 65 % of people at or above quota (SalesGlobe, Cortado Group);
    attainment is skewed to the right (Alexander Group), hence lognormal. The shares of market,
    region, person and noise (5, 5, 40, 50 %) are an assumption.

    Examples
    --------
    >>> model = attainment("normal")
    >>> round(model.m, 6), round(model.s, 6), round(model.mean, 4)
    (0.043305, 0.170933, 1.0596)
    """
    if not isinstance(what, str):
        if hasattr(what, "shares") and hasattr(what, "source"):
            return what
        raise ContractError(
            f"attainment is a {type(what).__name__}.",
            where="attainment=...",
            fix=f"give one of {', '.join(PRESETS)}, or what calibrate(history) returns",
            code="bad-choice",
        )
    if what not in PRESETS:
        raise unknown_name(
            what, list(PRESETS), kind="preset", where="attainment=...", error=ContractError
        )
    reach, p90 = PRESETS[what]
    return from_facts(reach, p90, source=f"preset {what}")


def from_facts(reach: float, p90: float, *, source: str = "") -> Attainment:
    """Return the lognormal attainment with these two facts.

    Parameters
    ----------
    reach : float
        Share of people at or above quota, 0.05 to 0.95 (both excluded).
    p90 : float
        The attainment that one person in ten exceeds, above 1.

    Raises
    ------
    ContractError
        Facts outside those limits, or of which no spread above 0 follows.

    Notes
    -----
    ``s = ln(p90) / (z_reach + z_0.9)``, ``m = s z_reach``.

    Examples
    --------
    >>> model = from_facts(0.55, 1.25)
    >>> round(model.m, 6), round(model.s, 6), round(model.p(0.1), 4)
    (0.019926, 0.158571, 0.8325)
    """
    where = "from_facts(reach, p90)"
    if not 0.05 < reach < 0.95:
        raise ContractError(
            f"{reach:g} of the people at or above quota is outside (0.05, 0.95).",
            where=where,
            fix="give a share between 0.05 and 0.95, such as 0.6",
        )
    if not (p90 > 1 and math.isfinite(p90)):
        raise ContractError(
            f"a 90th percentile of {p90:g} is not above 1.",
            where=where,
            fix="give the attainment one person in ten exceeds: above 1, such as 1.3",
        )
    z = NormalDist().inv_cdf(reach)
    if z + _Z90 <= 0:
        raise ContractError(
            f"with {reach:g} of the people at or above quota the 90th percentile is below 1, not "
            f"{p90:g}.",
            where=where,
            fix="give a share above 0.1",
        )
    s = math.log(p90) / (z + _Z90)
    said = source or f"{reach:.0%} reach their quota, P90 {p90:g}"
    return Attainment("lognormal", s * z, s, source=said)
