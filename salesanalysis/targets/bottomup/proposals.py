"""The negotiation as a table: round, proposer, value, reason, decision."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result
from salesanalysis.targets.base_cleaning.facts import numbers

DECISIONS = ("open", "accepted", "rejected")
COLUMNS = ("round", "proposer", "value", "reason", "decision", "status")


@dataclass(frozen=True, eq=False)
class Proposals(Result):
    """Proposals from below, round by round; not submitted and 0 are different things.

    Attributes
    ----------
    frame : DataFrame, one row per unit and round
        The columns of `by`, ``round`` (1, 2, ...), ``proposer``, ``value`` (currency; empty where
        nothing was submitted), ``reason``, ``decision`` (``open``, ``accepted``, ``rejected``)
        and ``status`` (``submitted``, ``missing``).
    by : tuple of str

    Examples
    --------
    >>> table = pd.DataFrame({"region": ["E", "W"], "round": 1, "proposer": ["Li", "Wu"],
    ...                       "value": [0.0, None], "reason": "", "decision": "open"})
    >>> Proposals.of(table, by=["region"]).standing()["status"].tolist()
    ['submitted', 'missing']
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, [*self.by, *COLUMNS], name="proposals")
        order = [*self.by, "round"]
        frame = self.frame.sort_values(order, kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "by", tuple(self.by))

    @classmethod
    def of(
        cls,
        table: pd.DataFrame,
        *,
        by: Sequence[str],
        currency: str = "CNY",
        terms: Terms | None = None,
    ) -> "Proposals":
        """Read a table of proposals.

        Parameters
        ----------
        table : DataFrame
            Level columns, ``proposer``, ``value``; ``round`` (default 1), ``reason`` and
            ``decision`` (default ``open``) may be left out.

        Raises
        ------
        ContractError
            Missing columns, texts or negative numbers as values, the same unit and round twice,
            a value without a proposer, an unknown decision, a unit accepted twice.
        """
        keys = list(by)
        require_columns(table, [*keys, "proposer", "value"], name="proposals")
        require_rows(table, name="proposals")
        require_named(table, keys, name="proposals")
        plain = {"round": 1, "reason": "", "decision": "open"}
        frame = table.assign(**{k: v for k, v in plain.items() if k not in table.columns})
        frame = frame[[*keys, *COLUMNS[:-1]]].reset_index(drop=True)
        frame["value"] = numbers(frame, "value", "proposals")
        rounds = numbers(frame, "round", "proposals")
        _refuse(frame, ~((rounds >= 1) & (rounds % 1 == 0)), "have no round", "write 1, 2, 3")
        frame["round"] = rounds.astype("int64")
        low = frame["value"] < 0
        _refuse(frame, low, "propose less than 0", "write 0 or more, or leave the value empty")
        for column, empty in (("proposer", ""), ("reason", ""), ("decision", "open")):
            text = frame[column].astype("str").where(frame[column].notna(), empty)
            frame[column] = text.where(text.str.strip() != "", empty).astype("str")
        nobody = frame["value"].notna() & (frame["proposer"] == "")
        _refuse(frame, nobody, "have a value and no proposer", "write who proposes it")
        odd = frame[~frame["decision"].isin(DECISIONS)]
        if len(odd):
            name, where = odd["decision"].iloc[0], "proposals, column 'decision'"
            raise unknown_name(name, DECISIONS, kind="decision", where=where, error=ContractError)
        order = [*keys, "round"]
        require_unique(frame, order, name="proposals", what="share a unit and round",
                       fix="count the rounds up, or leave one of them out")  # fmt: skip
        accepted = frame[frame["decision"] == "accepted"]
        twice = accepted.duplicated(keys, keep=False)
        _refuse(accepted, twice, "accept a second value for a unit", "keep the decision that holds")
        there = frame["value"].notna()
        frame["status"] = pd.Series("submitted", index=frame.index).where(there, "missing")
        frame = frame.astype({"status": "str"})
        return cls(frame, tuple(by), currency, terms or Terms())

    def to_frame(self) -> pd.DataFrame:
        """Return every round; a copy."""
        return self.frame.copy()

    def standing(self) -> pd.DataFrame:
        """Return what stands: the accepted value, else the last one that was not rejected.

        Returns
        -------
        DataFrame, one row per unit
            Level columns, ``value`` (empty where nothing stands), ``round``, ``proposer``,
            ``decision`` and ``status`` (``submitted``, ``missing``, ``rejected``).
        """
        keys = list(self.by)
        rows = self.frame.assign(
            rank=self.frame["decision"].map({"accepted": 2, "open": 1, "rejected": 0})
        )
        rows["rank"] = rows["rank"].where(rows["value"].notna(), -1)
        best = rows.sort_values([*keys, "rank", "round"], kind="stable").groupby(keys).tail(1)
        refused = best["rank"] == 0
        status = best["status"].mask(refused, "rejected")
        out = best.assign(value=best["value"].mask(refused), status=status.astype("str"))
        kept = [*keys, "value", "round", "proposer", "reason", "decision", "status"]
        return out[kept].reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        standing = self.standing()
        total = money(float(standing["value"].sum()), lang, self.currency)
        n = {
            s: count((standing["status"] == s).sum()) for s in ("submitted", "missing", "rejected")
        }
        all_units, last = count(len(standing)), count(self.frame["round"].max())
        words = {"total": total, "all": all_units, "round": last, **n}
        return [label("proposals.headline", lang, **words)]


def _refuse(frame: pd.DataFrame, bad: pd.Series, what: str, fix: str) -> None:
    """Raise where rows of the table break a rule."""
    if bad.any():
        rows = frame[bad]
        raise ContractError(
            f"{len(rows)} of {len(frame)} proposals {what}.",
            where=f"proposals, first rows {rows.index[:5].tolist()}, see .rows",
            fix=fix,
            rows=rows,
        )
