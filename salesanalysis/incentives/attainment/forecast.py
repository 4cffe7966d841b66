"""Attainment from the draws of a forecast: nodes move together as the forecast lets them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.attainment.presets import attainment as model_of
from salesanalysis.labels import check_lang, count, label, percent
from salesanalysis.periods import month_start

if TYPE_CHECKING:
    from salesanalysis.incentives.simulate.draw import Drawer
    from salesanalysis.incentives.simulate.world import World

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ForecastDraws:
    """Attainment of nodes (regions, teams or people) in the futures of a forecast.

    Attributes
    ----------
    frame : DataFrame, one row per node, period and future
        ``node``, ``period``, ``draw``, ``attainment`` (value over target).
    by : str
        The column of people that says whose node they are.
    own : Attainment or None
        How people of one node differ (its person and noise shares); None where nodes are people.
    source : str
    """

    frame: pd.DataFrame
    by: str
    own: Attainment | None
    source: str
    vacancy: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def nodes(self) -> list[str]:
        """Return the nodes in order."""
        return sorted(set(self.frame["node"]))

    def ratios(self) -> Floats:
        """Return attainment, shape (nodes, periods, futures)."""
        n, periods = len(self.nodes), self.frame["period"].nunique()
        table = self.frame.sort_values(["node", "period", "draw"])
        found: Floats = table["attainment"].to_numpy("float64").reshape(n, periods, -1)
        return found

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Return the shares of the people's own spread; what nodes share is in the futures."""
        return (0.0, 0.0, 0.0, 0.0) if self.own is None else self.own.shares

    @property
    def years(self) -> Floats:
        """Return mean attainment over the periods, by node and future."""
        found: Floats = self.ratios().mean(axis=1)
        return found

    @property
    def mean(self) -> float:
        """Return the expected attainment of a node."""
        return float(self.years.mean())

    @property
    def sd(self) -> float:
        """Return the standard deviation of the attainment of nodes."""
        return float(self.years.std())

    def p(self, q: float) -> float:
        """Return the quantile of the attainment of nodes."""
        return float(np.quantile(self.years, q, method="inverted_cdf"))

    def reach(self, t: float) -> float:
        """Return the share of nodes and futures at `t` or more."""
        return float((self.years >= t).mean())

    @property
    def never_negative(self) -> bool:
        """Tell whether no future is below 0."""
        return bool((self.frame["attainment"] >= 0).all())

    def drawer(self, world: "World") -> "Drawer":
        """Return what makes sales of these futures."""
        from salesanalysis.incentives.simulate.futures import FutureDrawer  # noqa: PLC0415

        return FutureDrawer(world, self)

    def explain(self, lang: str = "en") -> str:
        """Return the futures in plain sentences."""
        check_lang(lang)
        futures = self.frame["draw"].nunique()
        said = [
            label(
                "attainment.futures",
                lang,
                n=count(futures),
                nodes=count(len(self.nodes)),
                mean=percent(self.mean),
                low=percent(self.p(0.1)),
                high=percent(self.p(0.9)),
            )
        ]
        if self.own is not None:
            said.append(label("attainment.own", lang, source=_preset(self.own, lang)))
        return "\n".join(said)


def _preset(own: Attainment, lang: str) -> str:
    """Return the spread of the people's own part."""
    spread = own.s * float(np.sqrt(own.person + own.noise))
    return label("attainment.spread", lang, share=percent(spread))


def from_draws(
    draws: Any, targets: Any, *, by: str = "region", spread: Any = "normal"
) -> ForecastDraws:
    """Return attainment from the forecast room's table ``draws`` and targets.

    Parameters
    ----------
    draws : DataFrame, or what has ``to_frame()``
        The node column `by`, ``period``, ``draw``, ``value``; with ``level``, the rows whose
        level is `by` are taken. Draw j of all nodes is one future, so nodes stay correlated.
    targets : DataFrame, or what has ``to_frame()``
        The column `by`, ``value`` or ``target`` (currency), optional ``period``; without it, the
        sum of a node is spread evenly over the periods. Rows of one node and period add up.
    by : str
        ``region``, ``team`` or ``salesperson``: the column by which people belong to nodes.
    spread : {"tight", "normal", "wide"}, Attainment or None
        How people of one node differ from it: the person and noise parts of a model, with mean 1.
        None: everybody moves as the node does. Ignored where nodes are people.

    Raises
    ------
    ContractError
        Missing columns, futures that are not whole, nodes without a target, targets that are not
        above 0.

    Examples
    --------
    >>> draws = pd.DataFrame({"region": ["N", "N"], "period": "2024-01-01", "draw": [0, 1],
    ...                       "value": [90.0, 120.0]})
    >>> targets = pd.DataFrame({"region": ["N"], "value": [100.0]})
    >>> from_draws(draws, targets).frame["attainment"].tolist()
    [0.9, 1.2]
    """
    table = draws if isinstance(draws, pd.DataFrame) else draws.to_frame()
    wanted = targets if isinstance(targets, pd.DataFrame) else targets.to_frame()
    where = f"from_draws(draws, targets, by={by!r})"
    require_columns(table, [by, "period", "draw", "value"], name="draws")
    if "level" in table.columns:
        table = table[table["level"].astype("str") == by]
    require_rows(table, name="draws", fix=f"give the rows of level {by!r}")
    rows = pd.DataFrame(
        {
            "node": table[by].astype("str"),
            "period": table["period"].map(month_start),
            "draw": table["draw"].astype("int64"),
            "value": table["value"].astype("float64"),
        }
    ).sort_values(["node", "period", "draw"], ignore_index=True)
    require_unique(rows, ["node", "period", "draw"], name="draws", what="are of one future")
    _refuse_holes(rows, where)
    rows = rows.merge(_targets(wanted, rows, by, where), on=["node", "period"], how="left")
    n = int(rows["draw"].nunique())
    return ForecastDraws(
        rows.assign(attainment=rows["value"] / rows["target"])[
            ["node", "period", "draw", "attainment"]
        ],
        by,
        None if spread is None or by == "salesperson" else model_of(spread),
        f"{n} futures of a forecast by {by}",
    )


def _refuse_holes(rows: pd.DataFrame, where: str) -> None:
    """Refuse draws in which a node lacks a period or a future."""
    full = rows["node"].nunique() * rows["period"].nunique() * rows["draw"].nunique()
    if len(rows) != full or not np.isfinite(rows["value"]).all():
        raise ContractError(
            f"draws have {len(rows):,} rows; every node, period and future together are {full:,}.",
            where=where,
            fix="give every node in every period of every future, with finite values",
            rows=rows[~np.isfinite(rows["value"])],
        )


def _targets(wanted: pd.DataFrame, rows: pd.DataFrame, by: str, where: str) -> pd.DataFrame:
    """Return one target per node and period of the draws."""
    require_columns(wanted, [by], name="targets")
    amount = "target" if "target" in wanted.columns else "value"
    require_columns(wanted, [amount], name="targets")
    nodes, periods = sorted(set(rows["node"])), sorted(set(rows["period"]))
    table = wanted.assign(node=wanted[by].astype("str"))
    keys = ["node"]
    if "period" in table.columns:
        table["period"] = table["period"].map(month_start)
        keys = ["node", "period"]
    sums = table.groupby(keys, as_index=False)[amount].sum()
    grid = pd.MultiIndex.from_product([nodes, periods], names=["node", "period"]).to_frame(
        index=False
    )
    out = grid.merge(sums, on=keys, how="left").rename(columns={amount: "target"})
    if keys == ["node"]:
        out["target"] /= len(periods)
    bad = out[~(np.isfinite(out["target"]) & (out["target"] > 0))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(out)} nodes and periods have no target above 0; first: "
            f"{bad['node'].iloc[0]!r} in {bad['period'].iloc[0]:%Y-%m}.",
            where=f"{where}, see .rows",
            fix="give a target for every node and period of the draws",
            rows=bad,
        )
    return out
