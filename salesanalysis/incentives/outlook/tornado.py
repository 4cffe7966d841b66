"""What moves the cost most: every number of the plan and of the world, ten percent up and down."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.outlook.moved import fewer_draws
from salesanalysis.incentives.outlook.swings import Found, Two, knob_swings, two, world_swings
from salesanalysis.incentives.outlook.tables import about
from salesanalysis.incentives.simulate import World, simulate
from salesanalysis.labels import Terms, count, growth, has_label, label, money
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("parameter", "kind", "down_value", "up_value", "down_change", "up_change",
           "down_p95_change", "up_p95_change", "swing", "status")  # fmt: skip
MONEY = ("down_change", "up_change", "down_p95_change", "up_p95_change", "swing")


@dataclass(frozen=True, eq=False)
class Tornado(Result):
    """The change of the cost for ten percent more and less of every parameter.

    Attributes
    ----------
    frame : DataFrame, largest swing of the expected cost first, what could not move last
        ``parameter`` (a knob of the plan, or one of quotas, mean, spread, together, head_count),
        ``kind``, ``down_value``, ``up_value``, ``down_change``, ``up_change`` (of the expected
        cost, currency), ``down_p95_change``, ``up_p95_change`` (of its P95), ``swing`` (the
        larger of both changes of the expected cost, without sign), ``status``: moved, whole_people
        (head count, where ten percent is no whole number of people), one_side (the other is not
        possible), would_cross (edges out of order), is_zero (ten percent of 0),
        not_possible (no plan comes of it), needs_model (attainment is no model that can move).
    step : float, 0.10
    base_amount, base_p95 : float, currency, the cost as it stands, on the draws used
    n_draws : int, common to all
    """

    frame: pd.DataFrame
    step: float
    base_amount: float
    base_p95: float
    n_draws: int
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Order by swing."""
        require_columns(self.frame, list(COLUMNS), name="tornado")
        frame = self.frame.sort_values(
            ["swing", "parameter"], ascending=[False, True], na_position="last", ignore_index=True
        )
        object.__setattr__(self, "frame", frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter."""
        return self.frame.copy()

    def moved(self) -> pd.DataFrame:
        """Return the parameters that moved at least one way."""
        return self.frame[self.frame["status"].isin(["moved", "one_side", "whole_people"])]

    def name(self, parameter: str, lang: str) -> str:
        """Return how a parameter is called."""
        key = f"parameter.{parameter}"
        return label(key, lang) if has_label(key) else self.terms.show("parameter", parameter, lang)

    def _sentences(self, lang: str) -> list[str]:
        rows, title = self.moved(), self.plan_title[lang]
        step = f"{self.step:.0%}"
        rows = rows[rows["swing"] > 0]
        if rows.empty:
            said = [label("outlook.tornado.none", lang, title=title, step=step)]
        else:
            texts = {
                "moved": self._moved(rows.iloc[0], lang),
                "ends": self._ends(rows.iloc[0], lang),
            }
            said = [label("outlook.tornado.headline", lang, title=title, **texts)]
            said += [self._line(row, lang) for _, row in rows.iloc[1:4].iterrows()]
        left = self.frame[self.frame["status"].isin(["would_cross", "not_possible", "needs_model"])]
        half = self.frame[self.frame["status"] == "one_side"]
        for key, part in (("left", left), ("half", half)):
            if len(part):
                comma = ", " if lang == "en" else "、"
                shown = [self.name(p, lang) for p in part["parameter"].head(6)]
                more = [label("word.other_n", lang, n=len(part) - 6)] if len(part) > 6 else []
                names = comma.join(shown + more)
                n = count(len(part))
                said.append(label(f"outlook.tornado.{key}", lang, n=n, names=names))
        whole = self.frame[self.frame["status"] == "whole_people"]
        for _, row in whole.iterrows():
            low, high = (count(row[f"{side}_value"]) for side in ("down", "up"))
            said.append(label("outlook.tornado.whole", lang, low=low, high=high))
        return [*said, label("outlook.tornado.draws", lang, n=count(self.n_draws))]

    def _moved(self, row: pd.Series, lang: str) -> str:
        """Say what was moved: the step, of whole people how many there are then."""
        if row["parameter"] == "head_count" and row["status"] != "moved":
            heads = {s: count(row[f"{s}_value"]) for s in self._sides(row)}
            return label("outlook.tornado.people", lang, ends=_both("or", heads, lang))
        name = self.name(row["parameter"], lang)
        return label("outlook.tornado.step", lang, step=f"{self.step:.0%}", name=name)

    def _ends(self, row: pd.Series, lang: str) -> str:
        """Write the change both ways, or the one way that is possible: shares of the cost."""
        values = {s: float(row[f"{s}_change"]) for s in self._sides(row)}
        if self.base_amount > 0:
            texts = {s: growth(v / self.base_amount) for s, v in values.items()}
        else:
            texts = {s: money(v, lang, self.currency, signed=True) for s, v in values.items()}
        return _both("ends", texts, lang)

    def _line(self, row: pd.Series, lang: str) -> str:
        """Write the change of one parameter, currency."""
        sides = self._sides(row)
        key = "outlook.tornado.line" if len(sides) == 2 else f"outlook.tornado.line.{sides[0]}"
        texts = {s: money(row[f"{s}_change"], lang, self.currency, signed=True) for s in sides}
        return label(key, lang, name=self.name(row["parameter"], lang), **texts)

    @staticmethod
    def _sides(row: pd.Series) -> list[str]:
        """Return the ways a parameter could be moved."""
        return [s for s in ("down", "up") if np.isfinite(float(row[f"{s}_change"]))]


def _both(key: str, texts: dict[str, str], lang: str) -> str:
    """Join the texts of both ways; of one way its own."""
    one_way = len(texts) == 1
    return next(iter(texts.values())) if one_way else label(f"outlook.tornado.{key}", lang, **texts)


def tornado(plan: "Plan", world: World, *, step: float = 0.10, knobs: bool = True) -> Tornado:
    """Move every number by ten percent both ways and return what that does to the cost.

    All simulations share their random numbers, so that small changes show with few draws: the
    first 2,000 of the world, 1,000 from 200 people on; fewer where only exact statements can pay
    the plan.

    Parameters
    ----------
    plan : Plan
        Its rates, edges, coefficients, amounts (`plan.knobs()`) move one at a time.
    world : World
        Quotas (sales stay), mean and spread of attainment, the share of its variance that people
        have together (market and region), and head count move one at a time.
    step : float, above 0, below 1
    knobs : bool, whether to move the numbers of the plan

    Raises
    ------
    ContractError
        A step outside 0 to 1.
    """
    if not 0 < step < 1:
        raise ContractError(
            f"step is {step}.",
            where="tornado(step=...)",
            fix="give a share such as 0.10",
            code="bad-choice",
        )
    few = fewer_draws(plan, world)
    base = simulate(plan, few)
    start = two(base)
    rows = [_row(start, found) for found in world_swings(plan, few, step)]
    rows = [_in_whole_people(row, len(few.people), step) for row in rows]
    if knobs:
        rows += [_row(start, found) for found in knob_swings(plan, few, step)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.astype(dict.fromkeys(("parameter", "kind", "status"), "str"))
    told = about(base)
    told["terms"] = _terms(plan, told["terms"])
    return Tornado(frame, step, *start, len(base.draws), **told)


def _row(start: Two, moved: Found) -> tuple[Any, ...]:
    """Return one row from mean and P95 at both ends; None where there is none."""
    name, kind, values, ends, why = moved
    nan = float("nan")
    changes = [
        (nan, nan) if end is None else (end[0] - start[0], end[1] - start[1]) for end in ends
    ]
    found = [c[0] for c in changes if np.isfinite(c[0])]
    swing = max(map(abs, found)) if found else nan
    status = "moved" if len(found) == 2 else "one_side" if found else why
    down, up = changes
    return name, kind, *values, down[0], up[0], down[1], up[1], swing, status


def _in_whole_people(row: tuple[Any, ...], n: int, step: float) -> tuple[Any, ...]:
    """Say where head count could not move by exactly the step."""
    off = row[0] == "head_count" and abs(row[3] / n - 1 - step) > 1e-9
    return (*row[:-1], "whole_people") if off and row[-1] == "moved" else row


def _terms(plan: "Plan", terms: Terms) -> Terms:
    """Return terms that call every knob by the title of its component and its place."""
    names = dict(terms.names)
    names["parameter"] = {
        str(row["knob"]): {lang: _knob_text(row, lang) for lang in ("en", "zh")}
        for row in plan.knobs().to_dict("records")
    }
    return Terms(names)


def _knob_text(row: dict[Any, Any], lang: str) -> str:
    """Write a knob: title of its component, kind, value."""
    kind, knob = str(row["kind"]), str(row["knob"])
    inside = knob.partition(".")[2]
    place = "".join(c if c.isdigit() else " " for c in inside).split()
    step = str(int(place[0]) + 1) if place else ""
    key = "outlook.knob" if step else "outlook.knob.plain"
    what = label(f"outlook.kind.{kind}", lang)
    return label(key, lang, title=row[f"title_{lang}"], kind=what, step=step)
