"""One dimension at a time: which of them shifted, and which members hold the gap (Adtributor)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, has_label, label, percent
from salesanalysis.results import Result
from salesanalysis.variance.adding import check_total
from salesanalysis.variance.names import effect_name, key_name, small
from salesanalysis.variance.places.checks import base_is_there, check_call
from salesanalysis.variance.places.cube import Cube
from salesanalysis.variance.places.cuboids import Floats

#: Members are named until they explain this part of the gap; each explains at least that.
ENOUGH, EACH = 0.67, 0.10
_COLUMNS = ["rank", "dimension", "element", "base", "actual", "amount", "gap_share"]


@dataclass(frozen=True, eq=False)
class DimRanking(Result):
    """Dimensions by how much their shares shifted, members by what they hold of the gap.

    Attributes
    ----------
    members : DataFrame, one row per dimension and member
        ``rank`` (of the dimension, 1 shifted most), ``dimension``, ``element``, ``base``,
        ``actual``, ``amount`` (currency), ``gap_share`` (explanatory power; empty where
        ``status`` says why), ``surprise`` (nats), ``is_chosen``, ``status``.
    start, end : float, currency
        Base total and actual total; the members of every dimension lead from one to the other.
    names : (str, str)
        What the sides are.
    measure : str
    currency : str
    terms : Terms
    """

    members: pd.DataFrame
    start: float
    end: float
    names: tuple[str, str]
    measure: str = "revenue"
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy, and refuse a dimension whose members do not add up."""
        object.__setattr__(self, "members", self.members.reset_index(drop=True).copy())
        for _, part in self.members.groupby("dimension"):
            check_total(part["amount"], self.start, self.end)

    @property
    def gap(self) -> float:
        """Actual minus base, in currency."""
        return self.end - self.start

    def to_frame(self) -> pd.DataFrame:
        """Return one row per dimension and member, the dimension that shifted most first."""
        return self.members.copy()

    def by_dimension(self) -> pd.DataFrame:
        """Return one row per dimension.

        Returns
        -------
        DataFrame
            ``rank``, ``dimension``, ``surprise`` (nats, 0 where all shares stayed), ``gap_share``
            and ``n_chosen`` of the members chosen.
        """
        chosen = self.members.assign(
            gap_share=self.members["gap_share"].where(self.members["is_chosen"]),
            n_chosen=self.members["is_chosen"].astype("int64"),
        )
        sums = chosen.groupby(["rank", "dimension"], as_index=False)[
            ["surprise", "gap_share", "n_chosen"]
        ].sum(min_count=1)
        return sums[["rank", "dimension", "surprise", "gap_share", "n_chosen"]]

    def _sentences(self, lang: str) -> list[str]:
        table = self.by_dimension()
        told = [
            label(
                "rank_dims.one",
                lang,
                name=self._dim(row.dimension, lang),
                value=f"{row.surprise:.3f}",
            )
            for row in table.itertuples()
        ]
        listed = label("variance.comma", lang).join(told)
        sides = {
            s: effect_name(n, lang, inside=True)
            for s, n in zip(("base", "actual"), self.names, strict=True)
        }
        return [
            self._headline(table.iloc[0], lang),
            label("rank_dims.order", lang, parts=listed),
            label("rank_dims.how", lang, **sides),
        ]

    def _headline(self, first: pd.Series, lang: str) -> str:
        dim = self._dim(first["dimension"], lang)
        if not first["surprise"] > SAME:
            return label("rank_dims.no_shift", lang)
        chosen = self.members[(self.members["rank"] == 1) & self.members["is_chosen"]]
        if not len(chosen):
            return label("rank_dims.spread", lang, name=dim)
        shown = self.terms.show_all(first["dimension"], chosen["element"].head(3), lang)
        more = len(chosen) - len(shown)
        shown += [label("word.other_n", lang, n=more)] if more else []
        return label(
            "rank_dims.headline", lang, name=dim, share=percent(chosen["gap_share"].sum()),
            members=label("rank_dims.and", lang).join(shown),
        )  # fmt: skip

    def _dim(self, name: str, lang: str) -> str:
        # a name nobody translated stays as it is
        return small(key_name(name, lang)) if has_label(f"column.{name}") else name


#: Surprise that is float noise.
SAME = 1e-12


def rank_dims(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    dims: Sequence[str],
    value: str = "revenue",
    names: tuple[str, str] = ("target", "actual"),
    currency: str = "CNY",
    terms: Terms | None = None,
) -> DimRanking:
    r"""Rank dimensions by how much the shares of their members shifted.

    A data centre with 94 % of the traffic "explains" 94 % of any even drop; its share did not
    move, so its surprise is 0. One dimension at a time; `root_causes` looks at all together.

    Parameters
    ----------
    actual, base : DataFrame
        Rows or sums of them: the columns of `dims` and `value`. Rows of one member are summed.
    dims : sequence of str
    value : str, currency
    names : (str, str)
        What the sides are, base first.
    currency : str
    terms : Terms, optional

    Returns
    -------
    DimRanking

    Raises
    ------
    ContractError
        Columns, names or values that do not fit; a total that is not above 0.

    Notes
    -----
    With :math:`p = F_j / F` and :math:`q = A_j / A` a member has the surprise
    :math:`S_j = \frac12 (p \ln \frac{2p}{p+q} + q \ln \frac{2q}{p+q})` and the explanatory power
    :math:`(A_j - F_j) / (A - F)`. Members are chosen by surprise until they explain 67 % of the
    gap, each at least 10 %. A member whose side is below 0 has no share: surprise 0, and
    ``status`` says so. Dimensions are ranked by the sum over all members; the paper sums over
    those chosen.

    References
    ----------
    Bhagwan, R. et al. (2014). Adtributor: revenue debugging in advertising systems. NSDI.

    Examples
    --------
    >>> plan = pd.DataFrame({"site": list("XXYY"), "device": ["PC", "Phone"] * 2,
    ...                      "revenue": [45.0, 45.0, 5.0, 5.0]})
    >>> sold = plan.assign(revenue=[45.0, 18.0, 5.0, 2.0])
    >>> found = rank_dims(sold, plan, dims=["site", "device"])
    >>> found.by_dimension()["dimension"].tolist()
    ['device', 'site']
    >>> print(found.headline())
    Shares shifted most by device: Phone accounted for 100.0% of the gap
    """
    check_call(actual, base, dims, (), names, value=value, where="rank_dims")
    cube = Cube.of(actual, base, dims, value)
    base_is_there(cube)
    start, end = float(cube.base.sum()), float(cube.actual.sum())
    _positive(start, end)
    tables = [_dimension(cube, i, start, end) for i in range(len(dims))]
    # rounded: the same shares in another order of adding are no difference
    order = sorted(
        range(len(dims)), key=lambda i: (-round(float(tables[i]["surprise"].sum()), 12), dims[i])
    )
    ranked = [tables[i].assign(rank=place + 1) for place, i in enumerate(order)]
    frame = pd.concat(ranked, ignore_index=True)[[*_COLUMNS, "surprise", "is_chosen", "status"]]
    return DimRanking(
        frame, start, end, (str(names[0]), str(names[1])), value, currency, terms or Terms()
    )


def _dimension(cube: Cube, i: int, start: float, end: float) -> pd.DataFrame:
    """Return the members of one dimension, those that hold most of the gap first."""
    n = cube.sizes[i]
    f = np.bincount(cube.codes[i], weights=cube.base, minlength=n)
    v = np.bincount(cube.codes[i], weights=cube.actual, minlength=n)
    surprise = surprises(f / start, v / end)
    gap = end - start
    known = abs(gap) > 1e-12 * max(abs(start), abs(end))
    power = (v - f) / gap if known else np.full(n, np.nan)
    told = "ok" if known else "no_gap"
    table = pd.DataFrame(
        {
            "dimension": cube.dims[i],
            "element": cube.names[i].astype("str"),
            "base": f,
            "actual": v,
            "amount": v - f,
            "gap_share": power,
            "surprise": surprise,
            "is_chosen": _chosen(surprise, power),
            "status": np.where((f < 0) | (v < 0), "negative_share", told),
        }
    )
    size = table["amount"] if not known else table["gap_share"]
    return table.assign(size=-size).sort_values(["size", "element"]).drop(columns="size")


def surprises(p: Floats, q: Floats) -> Floats:
    """Return the surprise of each member from its shares of base and actual; 0 below 0.

    Examples
    --------
    >>> surprises(np.array([0.94, 0.06]), np.array([0.94, 0.06])).tolist()
    [0.0, 0.0]
    """
    fine = (p >= 0) & (q >= 0) & (p + q > 0)
    middle = np.where(fine, p + q, 1.0)
    parts = [x * np.log(np.where(fine & (x > 0), 2 * x / middle, 1.0)) for x in (p, q)]
    # rounding may leave a hair below 0 where the shares are the same
    return np.where(fine, np.maximum((parts[0] + parts[1]) / 2, 0.0), 0.0)


def _chosen(surprise: Floats, power: Floats) -> "np.ndarray":
    """Choose members by surprise, each worth a tenth of the gap, until they explain most of it."""
    order = np.lexsort((np.arange(len(power)), -surprise))
    worth = np.nan_to_num(power[order]) > EACH
    before = np.cumsum(np.where(worth, np.nan_to_num(power[order]), 0.0)) - np.where(
        worth, np.nan_to_num(power[order]), 0.0
    )
    chosen = np.zeros(len(power), dtype=bool)
    chosen[order] = worth & (before <= ENOUGH)
    return chosen


def _positive(start: float, end: float) -> None:
    """Refuse totals of which there are no shares."""
    if min(start, end) > 0 and math.isfinite(start + end):
        return
    raise ContractError(
        f"Shares need totals above 0, got base {start:,.2f} and actual {end:,.2f}.",
        where="rank_dims(actual, base)",
        fix="use root_causes, which compares amounts",
    )
