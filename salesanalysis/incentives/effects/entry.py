"""`evaluate_change`: four steps from a table of units and months to what a scheme change did."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.effects.intake import read_scene
from salesanalysis.incentives.effects.outcomes import kind_of
from salesanalysis.incentives.effects.result import SchemeEffect
from salesanalysis.incentives.effects.steps import Evaluation
from salesanalysis.incentives.effects.treated import Asked, Treated
from salesanalysis.panel import Panel

KINDS = ("money", "share", "number")
GAPS = ("absent", "zero")


def evaluate_change(
    panel_or_frame: Panel | pd.DataFrame,
    change_date: object = None,
    *,
    treated: Treated = None,
    outcome: str = "value",
    unit: str = "salesperson",
    cluster: str | None = "region",
    days: str | None = None,
    kind: str | None = None,
    gaps: str = "absent",
    window: int = 3,
    level: float = 0.95,
    quota_changed: bool | None = None,
    price_changed: bool | None = None,
    chosen_weak: bool | None = None,
    also: Sequence[str] = (),
    draws: int = 999,
    seed: int = 1,
) -> SchemeEffect:
    """Say what changed after a scheme changed, by as much as the data allow.

    1 The same months of the year before, per person-day, stayers apart from joiners and leavers.
    2 Where everybody was changed: an interrupted series with trend and months of the year.
    3 Where some were not, or not yet: difference in differences with unit and month effects.
    4 A window around the switch: sales pulled forward show as gain before and loss after.

    Parameters
    ----------
    panel_or_frame : Panel or DataFrame, one row per unit and month
        `unit`, ``period`` (any day of the month; text is read), `outcome`, and where given
        `cluster` and `days`. A month without a row is a month in which the unit was not there.
    change_date : date
        From which day the new scheme holds. A day inside a month leaves that month out. None
        where `treated` holds the dates.
    treated : None, sequence of str, mapping, or str
        Who was changed: None = everybody; names of units or of clusters; names with the date of
        each; or a column (yes or no, or dates).
    outcome : str
        Column measured, summed over the month; with `days` it is divided by them.
    unit, cluster : str
        Who is observed, and the group inside which errors hang together. `cluster=None`: each
        unit stands for itself.
    days : str, optional
        Column of active person-days.
    kind : {"money", "share", "number"}, optional
        What the outcome is; known for the usual names, else a number.
    gaps : {"absent", "zero"}
        What a month missing inside a unit's life is; without `days` only.
    window : int, months on either side of the switch, 1 to 12
    level : float, of the intervals
    quota_changed, price_changed, chosen_weak : bool, optional
        Whether quotas or prices changed at the same date, and whether the group was chosen
        because it was weak. Unanswered ones are listed as open.
    also : sequence of str
        Further threats, listed as they are written.
    draws, seed : int, for permuting

    Returns
    -------
    SchemeEffect

    Raises
    ------
    ContractError
        Missing columns, empty or infinite values, two rows of a unit and month, an outcome on no
        day, names that do not exist, a date outside the data.

    Notes
    -----
    The comparison imputes: unit and month effects are fitted to cells not changed yet, and the
    changed ones are compared with what these foretell (Borusyak, Jaravel and Spiess 2024). With
    one date and a whole panel it is the plain difference in differences; with several dates it
    avoids comparing the late with the early, whose own effects bias plain two-way fixed effects
    (Goodman-Bacon 2021; Callaway and Sant'Anna 2021); that biased figure is shown beside. Errors:
    each cluster left out in turn (MacKinnon, Nielsen and Webb 2023), t with one less degree of
    freedom. Below 10 clusters, or 4 on a side, every way the dates could have fallen is
    tried, and the interval holds the effects these do not reject; where the ways are too few for
    one, clusters' own changes are compared (Donald and Lang 2007).

    Examples
    --------
    >>> rows = [(r, f"{r}{i}", f"{y}-{m:02d}", 100.0 + 10 * i + m + 5 * (r < "C") * (y > 2023))
    ...         for r in "ABCDEF" for i in range(3) for y in (2022, 2023, 2024)
    ...         for m in range(1, 13)]
    >>> table = pd.DataFrame(rows, columns=["region", "salesperson", "period", "revenue"])
    >>> found = evaluate_change(table, "2024-01-01", treated=["A", "B"], outcome="revenue")
    >>> round(found.effect, 6), found.meta.how
    (5.0, 'cluster_means')
    """
    _check(window, level, gaps, kind, draws, days)
    asked = Asked(change_date, treated, outcome, unit, cluster, days, gaps)
    scene, outcome, currency, terms = read_scene(panel_or_frame, asked)
    said = {"quota_changed": quota_changed, "price_changed": price_changed,
            "chosen_weak": chosen_weak}  # fmt: skip
    meta = {
        "outcome": outcome, "kind": kind or kind_of(outcome), "unit": unit,
        "cluster": cluster or "", "level": level, "window": window, "gaps": gaps,
        "also": tuple(str(a) for a in also),
        **{k: "unknown" if v is None else ("yes" if v else "no") for k, v in said.items()},
    }  # fmt: skip
    return Evaluation(scene, level, draws, seed, window).result(meta, currency, terms)


def _check(  # noqa: PLR0917  one check per choice, in the order of the signature
    window: int, level: float, gaps: str, kind: str | None, draws: int, days: str | None
) -> None:
    """Refuse choices nobody could have meant."""
    for name, known, what in ((gaps, GAPS, "gaps"), (kind or "money", KINDS, "kind")):
        if name not in known:
            raise unknown_name(
                name, known, kind=what, where=f"evaluate_change({what}=...)", error=ContractError
            )
    if not (1 <= window <= 12 and 0.5 <= level < 1 and draws >= 20):
        raise ContractError(
            f"window must be 1 to 12, level 0.5 to below 1 and draws at least 20, got {window!r}, "
            f"{level!r} and {draws!r}.",
            where="evaluate_change(window=..., level=..., draws=...)",
            fix="write window=3, level=0.95, draws=999",
            code="bad-choice",
        )
    if gaps == "zero" and days is not None:
        raise ContractError(
            "a missing month has no days, so its outcome per day cannot be 0.",
            where="evaluate_change(gaps=..., days=...)",
            fix="add the months to the frame with the days somebody was active",
            code="bad-choice",
        )
