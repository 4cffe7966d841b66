"""A plan with the edits made on it, and what would stand there without them."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, label, money, month
from salesanalysis.results import Result
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.tiers.over_result import OverAssigned
from salesanalysis.targets.words import node_text

_LINES = 8


@dataclass(frozen=True, eq=False)
class Edited(Result):
    """The plan after the edits.

    Attributes
    ----------
    plan : Plan
        With every edit; adds up in whole steps.
    calculated : Plan
        Without any, after splits and merges.
    assigned : OverAssigned or None
        Both layers, where rates were given.
    log : DataFrame, one row per edit, in the order of application
        ``row`` (in the table given), ``edit``, level columns, ``to_node`` and ``to_`` + level,
        ``period``, ``layer``, ``calculated`` and ``value`` (currency, before and after),
        ``reason``, ``author``, ``time``, ``status`` (applied, automatic: set by a rule, undone),
        ``undone`` (why).
    """

    plan: Plan
    calculated: Plan
    assigned: OverAssigned | None
    log: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a plan whose total the edits have changed; keep a copy of the log."""
        object.__setattr__(self, "log", self.log.copy().reset_index(drop=True))
        if self.plan.total != self.calculated.total:
            raise ReconciliationError(
                f"The edits changed the total from {self.calculated.total:,.2f} to "
                f"{self.plan.total:,.2f}.",
                where="Edited",
                fix="this is a defect: please report it with the input",
                code="does-not-add-up",
            )

    @property
    def terms(self) -> Terms:  # type: ignore[override]
        """How names are written."""
        return self.plan.terms

    @property
    def currency(self) -> str:  # type: ignore[override]
        """Currency of the amounts."""
        return self.plan.currency

    def to_frame(self) -> pd.DataFrame:
        """Return the log; a copy."""
        return self.log.copy()

    def changes(self) -> pd.DataFrame:
        """Return every leaf and month the edits have changed: the policy log of the plan.

        Returns
        -------
        DataFrame
            Level columns, ``period``, ``calculated``, ``value``, ``gap`` (currency) and ``rule``:
            the kind of the edit that names the leaf, ``rest`` where it only pays for others.
        """
        keys = [*self.plan.levels, "period"]
        old = self.calculated.frame[[*keys, "value"]].rename(columns={"value": "calculated"})
        both = self.plan.frame[[*keys, "value"]].merge(old, on=keys, how="left")
        both["gap"] = both["value"] - both["calculated"]
        out = both[both["gap"] != 0].reset_index(drop=True)
        out["rule"] = pd.Series("rest", index=out.index, dtype="str")
        for row in self.log[self.log["status"] != "undone"].to_dict("records"):
            inside = pd.Series(True, index=out.index)  # noqa: FBT003
            for level in self.plan.levels:
                if row[level]:
                    inside &= out[level] == row[level]
            out["rule"] = out["rule"].where(~inside, row["edit"])
        require_columns(out, ["calculated"], name="changes")
        return out[[*keys, "calculated", "value", "gap", "rule"]]

    def _sentences(self, lang: str) -> list[str]:
        done = self.log[self.log["status"] == "applied"]
        undone = int((self.log["status"] == "undone").sum())
        ruled = len(self.log) - len(done) - undone
        n = int(self.changes()[list(self.plan.levels)].drop_duplicates().shape[0])
        out = [
            label(
                "edited.headline_ruled" if ruled else "edited.headline",
                lang,
                **({"ruled": count(ruled)} if ruled else {}),
                n=count(len(done)),
                units=count(n),
                total=money(self.plan.total, lang, self.currency),
            ),
            label("edited.order", lang),
        ]
        big = done.assign(size=(done["value"] - done["calculated"]).abs())
        big = big.sort_values(["size", "row"], ascending=[False, True], kind="stable")
        out += [self._line(row, lang) for row in big.head(_LINES).to_dict("records")]
        if undone:
            out.append(label("edited.undone", lang, n=count(undone)))
        return out

    def _line(self, row: dict[str, object], lang: str) -> str:
        when = row["period"]
        node = node_text(row, self.plan.levels, self.terms, lang)
        if isinstance(when, pd.Timestamp) and pd.notna(when):
            node += label("edited.month", lang, month=month(when, lang))
        to = row["to_node"]
        before, after = float(str(row["calculated"])), float(str(row["value"]))
        moved = row["edit"] in ("pin", "transfer", "preserve")
        change = money(after - before, lang, self.currency, signed=True)
        return label(
            "edited.line_moved" if moved else "edited.line",
            lang,
            **({"change": change} if moved else {}),
            edit=label(f"edit.{row['edit']}", lang),
            node=node + (label("edited.to", lang, node=to) if to else ""),
            before=money(before, lang, self.currency),
            after=money(after, lang, self.currency),
            reason=row["reason"],
            author=row["author"],
            day=f"{row['time']:%Y-%m-%d}",
        )
