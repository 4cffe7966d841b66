"""The result of quota-days: segments, people, parents, and the log of what was changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.labels import Terms, count, day, label, money, percent
from salesanalysis.results import Result, require_adds_up
from salesanalysis.targets.time.segments import PERSON

_LINES = 8


@dataclass(frozen=True, eq=False)
class QuotaDays(Result):
    """Everybody's target for the days they are there.

    Attributes
    ----------
    segments : DataFrame, one row per segment inside the period
        ``salesperson``, `parent`, ``valid_from``, ``valid_to`` (inclusive), ``share``,
        ``ramp_share`` (mean ramp, 0..1), ``reason``, ``day_weight`` (days of the segment as they
        count), ``quota_days`` (times share and ramp) and ``value`` (currency).
    people : DataFrame, one row per person
        ``salesperson``, `parent`, ``full`` (target of a full share, currency), ``own`` (by
        quota-days), ``quota_share`` (own / full before rounding) and ``value`` (after relief).
    parents : DataFrame, one row per parent
        ``full``, ``value``, ``freed_amount``, ``redistributed_amount``, ``reduced_amount``,
        ``unassigned_amount`` (currency).
    gaps : DataFrame
        Spans in which nobody says where a person is: ``salesperson``, ``valid_from``, ``valid_to``.
    parent : str
    first, last : Timestamp
    day_weight, relief, mid_period, step : str
    estimated : bool
        Working days rest on a year whose holidays are not published.

    Raises
    ------
    ReconciliationError
        Segments that do not add up to the people, or people and relief that do not add up to
        what was handed down.
    """

    segments: pd.DataFrame
    people: pd.DataFrame
    parents: pd.DataFrame
    gaps: pd.DataFrame
    parent: str
    first: pd.Timestamp
    last: pd.Timestamp
    day_weight: str
    relief: str
    mid_period: str
    step: str
    estimated: bool = False
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse amounts that got lost on the way, and keep copies."""
        for name in ("segments", "people", "parents", "gaps"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        require_columns(self.people, [PERSON, self.parent, "full", "own", "value"], name="people")
        unit, people, parents = float(self.step), self.people, self.parents
        total = float(people["value"].sum())
        require_adds_up(self.segments["value"], total, what="Segments", unit=unit)
        require_adds_up(parents["value"], total, what="Parents", unit=unit)
        rest = parents[["value", "reduced_amount", "unassigned_amount"]].sum()
        handed = float(people["full"].sum())
        require_adds_up(rest, handed, what="People and freed amounts", unit=unit)

    def to_frame(self) -> pd.DataFrame:
        """Return the segments, one row each; a copy."""
        return self.segments.copy()

    def nodes(self) -> pd.DataFrame:
        """Return the targets by parent as the people were there: transfers count on both sides."""
        by: pd.DataFrame = self.segments.groupby(self.parent, as_index=False)["value"].sum()
        return by

    def policy_log(self) -> pd.DataFrame:
        """Return every target that differs from the full one.

        Returns
        -------
        DataFrame
            ``node``, ``period`` (first day), ``rule``, ``before``, ``after`` (currency) and
            ``reason``.
        """
        reasons = self.segments.groupby(PERSON)["reason"].agg(
            lambda words: ", ".join(dict.fromkeys(w for w in words if w))
        )
        people = self.people
        frames = []
        for rule, before, after in (("quota_days", "full", "own"), (self.relief, "own", "value")):
            moved = people[people[before] != people[after]]
            frames.append(
                pd.DataFrame(
                    {
                        "node": moved[PERSON],
                        "period": self.first,
                        "rule": rule,
                        "before": moved[before],
                        "after": moved[after],
                        "reason": reasons.reindex(moved[PERSON]).fillna("").to_numpy(),
                    }
                )
            )
        log: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return log

    def _sentences(self, lang: str) -> list[str]:
        people, parents = self.people, self.parents
        full, own = float(people["full"].sum()), float(people["own"].sum())
        part = people[people["own"] != people["full"]]
        words = {
            "n": count(len(people)),
            "full": money(full, lang, self.currency),
            "own": money(own, lang, self.currency),
            "share": percent(own / full if full else 0.0),
        }
        out = [label("quota_days.headline", lang, n_part=count(len(part)), **words)]
        freed = float(parents["freed_amount"].sum())
        amount = money(abs(freed), lang, self.currency)
        if freed > 0:
            out.append(label(f"quota_days.relief.{self.relief}", lang, freed=amount))
        left = float(parents["unassigned_amount"].sum())
        if self.relief == "redistribute" and left > 0:
            out.append(label("quota_days.left", lang, left=money(left, lang, self.currency)))
        order = np.argsort(-(part["full"] - part["own"]).to_numpy(), kind="stable")
        out += [self._line(row, lang) for row in part.iloc[order].head(_LINES).to_dict("records")]
        if self.mid_period:
            out.append(label(f"quota_days.change.{self.mid_period}", lang))
        out += self._gap_line(lang)
        return out + ([label("day_plan.estimated", lang)] if self.estimated else [])

    def _line(self, row: dict[str, object], lang: str) -> str:
        """Write one person's part and why."""
        mine = self.segments[self.segments[PERSON] == row[PERSON]]
        return label(
            "quota_days.line",
            lang,
            person=self.terms.show(PERSON, str(row[PERSON]), lang),
            own=money(float(str(row["own"])), lang, self.currency),
            full=money(float(str(row["full"])), lang, self.currency),
            days=f"{float(mine['quota_days'].sum()):,.1f}",
        )

    def _gap_line(self, lang: str) -> list[str]:
        if not len(self.gaps):
            return []
        row = self.gaps.iloc[0]
        return [
            label(
                "quota_days.gaps",
                lang,
                n=count(len(self.gaps)),
                person=self.terms.show(PERSON, row[PERSON], lang),
                first=day(row["valid_from"], lang),
                last=day(row["valid_to"], lang),
            )
        ]
