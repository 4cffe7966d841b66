"""Effort for a bonus paid from a quota on: people near it work, people far from it give up."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.incentives.behaviour.checks import Floats, above_zero, finite
from salesanalysis.incentives.behaviour.maximum import global_maximum
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.results import Result

#: People per block: two grids of this size stay small.
BLOCK = 4096


@dataclass(frozen=True, eq=False)
class BonusEffort(Result):
    """Effort that a bonus from a quota on calls forth, person by person.

    Attributes
    ----------
    frame : DataFrame, one row per person
        ``salesperson``, ``gap`` (quota less expected sales), ``effort`` (same unit),
        ``chance_share`` (of the bonus, with that effort), ``chance_without_share``, ``gives_up``
        (effort below half of what the gap asks, and the chance hardly moves).
    bonus, effort_cost, noise : float, as given (means where they differ by person)
    """

    frame: pd.DataFrame
    bonus: float
    effort_cost: float
    noise: float
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy."""
        require_columns(self.frame, ["salesperson", "gap", "effort"], name="frame")
        require_rows(self.frame, name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        frame = self.frame
        lost = int(frame["gives_up"].sum())
        most = frame.loc[frame["effort"].idxmax()]
        lines = [
            label(
                "effort.bonus_headline", lang, n=count(lost), total=count(len(frame)),
                chance=percent(float(frame["chance_share"].mean())),
                without=percent(float(frame["chance_without_share"].mean())),
            ),
            label(
                "effort.bonus_most", lang, effort=exact(float(most["effort"]), 3),
                gap=exact(float(most["gap"]), 3),
            ),
        ]  # fmt: skip
        given = {"b": f"{self.bonus:g}", "c": f"{self.effort_cost:g}", "h": f"{self.noise:g}"}
        return [*lines, label("effort.bonus_given", lang, **given)]


def bonus_effort(gap: Any, *, bonus: Any, effort_cost: Any, noise: Any) -> Floats:
    """Return the effort that maximises ``bonus x P(quota met) - effort_cost x effort^2 / 2``.

    Parameters
    ----------
    gap : float or array, quota less expected sales; negative where it is met already
    bonus : float or array, above 0
    effort_cost : float or array, above 0, of the square of effort
    noise : float or array, above 0, standard deviation of sales, unit of `gap`

    Returns
    -------
    ndarray, effort in the unit of `gap`, shape of the inputs together

    Raises
    ------
    ContractError
        Parameters that are no finite numbers in their range.

    Notes
    -----
    The condition ``effort_cost x e = bonus / noise x phi((gap - e) / noise)`` has up to three
    roots; the one taken is the highest point of all, over a grid that is fine around the gap. Of
    two equal ones the smaller effort. Beyond a gap people give up: effort drops to nearly nothing.

    Examples
    --------
    >>> bonus_effort([0.1, 0.5, 0.6], bonus=0.3, effort_cost=1, noise=0.2).round(5).tolist()
    [0.32243, 0.56636, 0.00743]
    """
    from scipy.special import ndtr  # noqa: PLC0415

    where, fix = "bonus_effort(...)", "give every parameter; none is assumed"
    given = [
        *finite(where, fix, gap=gap),
        *above_zero(where, fix, bonus=bonus, effort_cost=effort_cost, noise=noise),
    ]
    shape = np.broadcast_shapes(*(g.shape for g in given))
    g, b, c, h = (np.broadcast_to(x, shape).reshape(-1, 1) for x in given)
    out = np.empty(g.shape[0])
    for start in range(0, len(out), BLOCK):
        part = slice(start, start + BLOCK)
        gp, bp, cp, hp = g[part], b[part], c[part], h[part]

        def height(e: Floats, gp=gp, bp=bp, cp=cp, hp=hp) -> Floats:  # type: ignore[no-untyped-def]  # noqa: ANN001
            return np.asarray(bp * ndtr((e - gp) / hp) - cp * e * e / 2)

        out[part] = global_maximum(height, _grid(gp, bp, cp, hp))[0]
    return out.reshape(shape)


def _grid(gap: Floats, bonus: Floats, cost: Floats, noise: Floats) -> Floats:
    """Return efforts to try: up to where effort costs the whole bonus, finer around the gap."""
    most = np.sqrt(2 * bonus / cost)
    wide = most * np.linspace(0, 1, 161)
    near = np.clip(gap + noise * np.linspace(-6, 6, 193), 0, most)
    # from nothing the first gain is of the size of the slope there
    start = np.minimum(bonus / noise / cost, most) * np.concatenate([[0], np.logspace(-9, 0, 55)])
    return np.sort(np.concatenate([wide, near, start], axis=1), axis=1)


def quota_bonus(
    people: pd.DataFrame, *, bonus: Any, effort_cost: Any, noise: Any, currency: str = "CNY"
) -> BonusEffort:
    """Return who works for a bonus from the quota on, and who gives up.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson`` and ``gap`` (quota less the sales expected without the bonus).
    bonus, effort_cost, noise : as in `bonus_effort`

    Raises
    ------
    ContractError
        Missing columns; parameters out of range.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wu"], "gap": [0.1, 0.6]})
    >>> quota_bonus(people, bonus=0.3, effort_cost=1, noise=0.2).to_frame()["gives_up"].tolist()
    [False, True]
    """
    from scipy.special import ndtr  # noqa: PLC0415

    require_columns(people, ["salesperson", "gap"], name="people")
    require_rows(people, name="people")
    gap = people["gap"].to_numpy("float64", na_value=np.nan)
    if not np.isfinite(gap).all():
        bad = people[~np.isfinite(gap)]
        raise ContractError(
            f"{len(bad)} of {len(people)} gaps are empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="give quota less expected sales for everybody",
            rows=bad,
        )
    effort = bonus_effort(gap, bonus=bonus, effort_cost=effort_cost, noise=noise)
    chance, without = ndtr((effort - gap) / noise), ndtr(-gap / noise)
    frame = pd.DataFrame(
        {
            "salesperson": people["salesperson"].astype("str").to_numpy(), "gap": gap,
            "effort": effort, "chance_share": chance, "chance_without_share": without,
            "gives_up": (gap > 0) & (effort < gap / 2) & (chance - without < 0.05),
        }
    )  # fmt: skip
    b, c, h = (float(np.mean(np.asarray(v, dtype=float))) for v in (bonus, effort_cost, noise))
    return BonusEffort(frame, b, c, h, currency)
