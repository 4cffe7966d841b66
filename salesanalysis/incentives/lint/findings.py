"""The lint of a plan as a result: code, where, size in money, who is near, what to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.lint.checks import CHECKS, Scene
from salesanalysis.incentives.lint.left import left_out, left_text
from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.pay.statement import shown_amount
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.labels import LANGUAGES, Terms, count, label, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("code", "severity", "where", "size", "near", "finding", "suggestion")
SEVERITIES = ("high", "medium", "low")
#: A lognormal attainment with 60 % at or above quota and a 90th percentile of 1.30.
PRESET_M, PRESET_S = 0.043305, 0.170933


@dataclass(frozen=True, eq=False)
class Lint(Result):
    """What is questionable in a plan.

    Attributes
    ----------
    frame : DataFrame, one row per finding, gravest first
        ``code`` (L01 to L13), ``severity`` (high, medium, low), ``where`` (component or rule),
        ``size`` (currency, for the quota assumed), ``near`` (share of people it concerns, empty
        where the finding concerns everybody), ``finding``, ``suggestion`` (English; the Chinese
        is in `terms`).
    quota : float, currency, the quota sizes are calculated for
    assumed : bool, whether attainments were assumed, not given
    left_out : dict, language -> what the sizes hold still (other measures, teams, balances between
        periods), empty where they hold nothing still
    """

    frame: pd.DataFrame
    quota: float
    assumed: bool
    plan_title: dict[str, str]
    left_out: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, list(COLUMNS), name="findings")
        rank = self.frame["severity"].map({s: i for i, s in enumerate(SEVERITIES)})
        order = self.frame.assign(rank=rank, big=-self.frame["size"].abs())
        order = order.sort_values(["rank", "big", "code", "where"], kind="stable")
        object.__setattr__(self, "frame", order[list(COLUMNS)].reset_index(drop=True))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        title, left = self.plan_title[lang], [self.left_out[lang]] if self.left_out[lang] else []
        if self.frame.empty:
            return [label("lint.none", lang, title=title), *left]
        worst = int((self.frame["severity"] == "high").sum())
        key = "lint.headline" + (".one" if len(self.frame) == 1 else "")
        first = label(key, lang, title=title, n=count(len(self.frame)), high=count(worst))
        lines = []
        for _, row in self.frame.iterrows():
            near = (
                ""
                if pd.isna(row["near"])
                else label("lint.near", lang, share=percent(float(row["near"])))
            )
            lines.append(
                label(
                    "lint.line",
                    lang,
                    rule=row["code"],
                    finding=self.terms.show("finding", row["finding"], lang),
                    near=near,
                    suggestion=self.terms.show("suggestion", row["suggestion"], lang),
                )
            )
        quota = amount_text(shown_amount(self.quota), lang, self.currency)
        how = "lint.assumed" if self.assumed else "lint.given"
        return [first, *lines, label(how, lang, quota=quota), *left]


def lint(
    plan: "Plan",
    attainment: npt.ArrayLike | None = None,
    *,
    quota: Any = None,
    margin_rate: float | None = None,
    bonuses: Sequence[float] | None = None,
) -> Lint:
    """Look for what a plan provokes: cliffs, dead zones, pay that falls, games with dates.

    Parameters
    ----------
    plan : Plan
    attainment : array-like, optional, one ratio per person and period (1 = quota)
        Past results; without them a common shape is assumed (60 % of people at or above quota,
        the best tenth above 130 %), and the result says so.
    quota : currency, optional, the quota that sizes are calculated for; 300,000 where none is given
    margin_rate : float, optional, contribution margin over sales, for L05
    bonuses : sequence of float, optional, year-end bonuses, for L06

    Raises
    ------
    ContractError
        Attainments that are empty, infinite or look like percent.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> found = lint(Plan.from_text(EXAMPLE), quota="100000")
    >>> found.to_frame()["code"].tolist()[:2]
    ['L01', 'L04']
    """
    values = _attainments(attainment)
    scene = Scene.of(plan, values, quota, margin_rate, bonuses)
    found = [finding for check in CHECKS for finding in check(scene)]
    rows: list[tuple[Any, ...]] = []
    words: dict[str, dict[str, Any]] = {"finding": {}, "suggestion": {}}
    for f in found:
        said = []
        for name, known in words.items():
            key = f"lint.{f.code}.{name}{f.kind}"
            english, chinese = (label(key, lang, **f.words(lang)) for lang in LANGUAGES)
            known[english] = {"zh": chinese}
            said.append(english)
        rows.append((f.code, f.severity, f.where, f.size, f.near, *said))
    kinds = {"size": "float64", "near": "float64"}
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {c: kinds.get(c, "str") for c in COLUMNS}
    )
    return Lint(
        frame,
        float(scene.quota / 100),
        attainment is None,
        titles(plan),
        {lang: left_text(left_out(plan), plan, lang) for lang in LANGUAGES},
        plan.head.currency,
        Terms(words),
    )


def _attainments(given: npt.ArrayLike | None) -> npt.NDArray[np.float64]:
    """Return the attainments given, or a thousand quantiles of the assumed shape."""
    if given is None:
        from statistics import NormalDist  # noqa: PLC0415

        probabilities = (np.arange(1000) + 0.5) / 1000
        z = np.array([NormalDist().inv_cdf(p) for p in probabilities])
        return np.asarray(np.exp(PRESET_M + PRESET_S * z))
    values = np.asarray(given, dtype="float64").reshape(-1)
    if not values.size or not np.isfinite(values).all():
        raise ContractError(
            f"{int((~np.isfinite(values)).sum())} of {values.size} attainments are empty or "
            "infinite.",
            where="lint(attainment=...)",
            fix="give one ratio per person and period, 1 for exactly the quota",
        )
    if np.median(values) > 10:
        raise ContractError(
            f"the median attainment is {np.median(values):g}: this looks like percent.",
            where="lint(attainment=...)",
            fix="give ratios: 0.95 for 95 %",
            code="bad-choice",
        )
    return values
