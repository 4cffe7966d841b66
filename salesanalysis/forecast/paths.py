"""The draws table: whole futures of the tree, and what several nodes reach together."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.forecast.asked import seeded
from salesanalysis.forecast.together import Tree, paths
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import listed, titles
from salesanalysis.hierarchy import COMPANY
from salesanalysis.labels import Terms, chance, count, label, month
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.forecast.landing import Landing
    from salesanalysis.forecast.result import Forecast

#: Sums of floats in another order differ by this much of their size, not more.
TOLERANCE = 1e-9
#: Cells of a table of draws that is still handed out: nodes x months x draws.
MOST_CELLS = 30_000_000


@dataclass(frozen=True, eq=False)
class Draws(Result):
    """Possible futures of the whole tree: the table `draws` of the contracts.

    Draw j of all nodes is one future: the regions of draw 7 add up to the company of draw 7 in
    every month, so a question about several nodes is answered by counting draws.

    Attributes
    ----------
    frame : DataFrame, one row per node, open month and draw
        ``level``, level columns, ``node``, ``period``, ``draw`` (0 ...), ``value`` (currency).
    by : tuple of str
    n : int
        Draws.
    seed : int
    closed_through : Timestamp
    step : int
        Months of a period: 1, or 3 where the history came in quarters.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    n: int
    seed: int
    closed_through: pd.Timestamp
    currency: str = "CNY"
    terms: Terms = Terms()
    step: int = 1

    def __post_init__(self) -> None:
        """Refuse a draw in which a parent is not the sum of its leaves."""
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "by", tuple(self.by))
        _require_sums(self)

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per node, month and draw; a copy."""
        return self.frame.copy()

    def nodes(self) -> pd.DataFrame:
        """Return the nodes in order: ``level``, level columns, ``node``."""
        keys = ["level", *self.by, "node"]
        n_months = self.frame["period"].nunique()
        return self.frame[keys].iloc[:: n_months * self.n].reset_index(drop=True)

    def sums(self) -> Floats:
        """Return the sum over the months, shape (nodes, draws), in order of `nodes`."""
        values: Floats = self._values().sum(axis=1)
        return values

    def _values(self) -> Floats:
        n_months = self.frame["period"].nunique()
        values: Floats = self.frame["value"].to_numpy(dtype="float64").reshape(-1, n_months, self.n)
        return values

    def select(self, **where: str) -> "Draws":
        """Return the nodes with these names; the futures stay the company's.

        Raises
        ------
        ContractError
            A level or a name the draws do not have, with the nearest that they have.
        """
        keep = np.ones(len(self.frame), dtype=bool)
        for column, wanted in where.items():
            if column not in self.by:
                raise unknown_name(
                    column, self.by, kind="level", where="Draws.select", error=ContractError
                )
            known = sorted(set(self.frame[column]) - {""})
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=column, where="Draws.select", error=ContractError
                )
            keep &= (self.frame[column] == wanted).to_numpy()
        return replace(self, frame=self.frame[keep].reset_index(drop=True))

    def _sentences(self, lang: str) -> list[str]:
        nodes, months = self.nodes(), self.frame["period"]
        last = months.max() + pd.DateOffset(months=self.step - 1)
        return [
            label(
                "draws.headline", lang, n=count(self.n), nodes=count(len(nodes)),
                first=month(months.min(), lang), last=month(last, lang),
            ),
            label("draws.meaning", lang),
        ]  # fmt: skip


def _require_sums(draws: Draws) -> None:
    """Refuse parents that differ from their leaves in any draw."""
    tree, values = Tree.of(draws.nodes(), draws.by), draws._values()
    if not len(tree.upper):
        return
    leaves = values[tree.leaves].reshape(len(tree.leaves), -1)
    parents = values[tree.upper].reshape(len(tree.upper), -1)
    sized = tree.matrix @ np.abs(leaves)
    bad = ~(np.abs(parents - tree.matrix @ leaves) <= TOLERANCE * np.maximum(sized, 1e-300))
    if bad.any():
        raise ReconciliationError(
            f"{int(bad.sum())} of {bad.size} draws of parents differ from the sum of their leaves.",
            where=f"first node {draws.nodes()['node'].iloc[int(tree.upper[bad.any(axis=1)][0])]!r}",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
        )


def draw(forecast: "Forecast", months: pd.DatetimeIndex, n: int, seed: int) -> Draws:
    """Draw `n` futures of a whole forecast over the open months among `months`."""
    nodes, ahead = forecast.node_table, forecast.ahead()
    if nodes["level"].iloc[0] != COMPANY:
        raise ContractError(
            "A slice does not know what its nodes share with the others.",
            where="Forecast.draws",
            fix="draw from the whole forecast, then select: forecast.draws().select(...)",
            code="bad-choice",
        )
    steps = np.flatnonzero(ahead.isin(months))
    cells = len(nodes) * len(steps) * n
    if cells > MOST_CELLS:
        raise ContractError(
            f"{len(nodes):,} nodes x {len(steps)} months x {n:,} draws are {cells:,} rows.",
            where="Forecast.draws(n=...)",
            fix=f"ask for at most {MOST_CELLS // (len(nodes) * len(steps)):,} draws",
            code="bad-choice",
        )
    values = paths(forecast, n, seeded(seed))[:, steps]
    rows = np.repeat(np.arange(len(nodes)), len(steps) * n)
    frame = nodes.loc[rows, ["level", *forecast.by, "node"]].reset_index(drop=True)
    frame["period"] = np.tile(np.repeat(ahead[steps], n), len(nodes))
    frame["draw"] = np.tile(np.arange(n), len(nodes) * len(steps))
    frame["value"] = values.ravel()
    return Draws(
        frame=frame, by=forecast.by, n=n, seed=seed, closed_through=forecast.closed_through,
        currency=forecast.currency, terms=forecast.terms, step=forecast.step,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Together(Result):
    """How likely several targets are reached together, by counting futures.

    Attributes
    ----------
    nodes : DataFrame, one row per node of the level asked about
        ``level``, level columns, ``node``, ``target``, ``landing`` (currency), ``probability``
        (the node by itself, as in `Landing`), ``reached_share`` (of the draws).
    by : tuple of str
    all_share, none_share : float
        Share of the draws in which all nodes, or none, reach their target.
    apart_share : float
        Chance that all do if they had nothing to do with each other.
    n : int
    span : dict of str to str
        How the months are called, by language.
    """

    nodes: pd.DataFrame
    by: tuple[str, ...]
    all_share: float
    none_share: float
    apart_share: float
    n: int
    span: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse a chance of all above that of the least likely."""
        object.__setattr__(self, "nodes", self.nodes.copy())
        object.__setattr__(self, "by", tuple(self.by))
        least = float(self.nodes["reached_share"].min())
        if not 0 <= self.all_share <= least + TOLERANCE:
            raise ReconciliationError(
                f"All reach their target in {self.all_share:.1%} of the draws, "
                f"one of them in {least:.1%}.",
                where="Together",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per node; a copy."""
        return self.nodes.copy()

    def _sentences(self, lang: str) -> list[str]:
        names = titles(self.nodes, self.by, self.terms, lang)
        key = "together.one" if len(names) == 1 else "together.headline"
        # of n draws: one more than were seen, over two more, as in a landing
        said = [
            label(
                key, lang, n=count(len(names)), span=self.span[lang], names=listed(names, lang),
                chance=chance((1 + self.all_share * self.n) / (self.n + 2)),
            )
        ]  # fmt: skip
        if len(names) > 1:
            apart, none = (
                chance((1 + x * self.n) / (self.n + 2)) for x in (self.apart_share, self.none_share)
            )
            said.append(label("together.apart", lang, apart=apart, none=none))
        said.append(label("together.drawn", lang, n=count(self.n)))
        return said


def together(landing: "Landing", draws: Draws, level: str | None, span: dict[str, str]) -> Together:
    """Count the futures in which the nodes of one level reach their targets."""
    table = landing.to_frame()
    given = table[table["target_status"] == "given"]
    levels = [name for name in dict.fromkeys(given["level"]) if name != COMPANY] or [COMPANY]
    if level is not None and level not in set(given["level"]):
        raise unknown_name(
            level, list(dict.fromkeys(given["level"])), kind="level with targets",
            where="Forecast.together(level=...)", error=ContractError,
        )  # fmt: skip
    rows = given[given["level"] == (level or levels[0])]
    sums = draws.sums()[rows.index] + rows["actual_to_date"].to_numpy()[:, None]
    # half a cent of slack: a draw equal to the target reaches it
    reached = sums >= rows["target"].to_numpy()[:, None] - 0.005
    columns = ["level", *landing.by, "node", "target", "landing", "probability"]
    nodes = rows[columns].assign(reached_share=reached.mean(axis=1)).reset_index(drop=True)
    return Together(
        nodes=nodes, by=landing.by, all_share=float(reached.all(axis=0).mean()),
        none_share=float((~reached).all(axis=0).mean()),
        apart_share=float(nodes["reached_share"].prod()), n=draws.n, span=span,
        currency=landing.currency, terms=landing.terms,
    )  # fmt: skip
