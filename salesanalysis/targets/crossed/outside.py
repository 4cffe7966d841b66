"""Sales outside a person's territory: a line of their own in both views, so that both add up."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from salesanalysis.errors import (
    ContractError,
    ReconciliationError,
    require_columns,
    require_named,
    require_rows,
    unknown_name,
)
from salesanalysis.labels import Terms, label, money, percent
from salesanalysis.money import cents_of
from salesanalysis.results import Result

CREDITS = ("by_person", "by_region", "split")


@dataclass(frozen=True, eq=False)
class TerritoryLines(Result):
    """Sales by person and by region; what was sold outside a territory is a line in each.

    Attributes
    ----------
    persons, regions : DataFrame
        ``salesperson`` (or ``region``; empty on the line nobody is credited with), ``territory``
        (``inside`` or ``outside``) and ``value`` (currency). Both add up to `total`.
    credit : {"by_person", "by_region", "split"}
    person_share : float
        Part of an outside sale credited to the person.
    total : float, currency
    """

    persons: pd.DataFrame
    regions: pd.DataFrame
    credit: str
    person_share: float
    total: float
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse views that do not both add up to the total in cents; keep copies."""
        for name in ("persons", "regions"):
            table = getattr(self, name).copy().reset_index(drop=True)
            object.__setattr__(self, name, table)
            gap = cents_of(table["value"]).sum() - cents_of(pd.Series([self.total])).sum()
            if gap:
                raise ReconciliationError(
                    f"The view by {name} differs from the total by {gap / 100:+,.2f}.",
                    where="territory lines",
                    fix="this is a defect: please report it with the input",
                    code="does-not-add-up",
                )

    def to_frame(self) -> pd.DataFrame:
        """Return both views below one another: ``view``, ``node``, ``territory``, ``value``."""
        parts = [
            table.rename(columns={key: "node"}).assign(view=key)
            for table, key in ((self.persons, "salesperson"), (self.regions, "region"))
        ]
        return pd.concat(parts, ignore_index=True)[["view", "node", "territory", "value"]]

    @property
    def outside(self) -> float:
        """Sales outside the territories, in currency."""
        part = self.persons[self.persons["territory"] == "outside"]
        return float(cents_of(part["value"]).sum()) / 100

    def _sentences(self, lang: str) -> list[str]:
        share = self.outside / self.total if self.total else 0.0
        out = [
            label(
                "territory.headline",
                lang,
                outside=money(self.outside, lang, self.currency),
                share=percent(share),
                total=money(self.total, lang, self.currency),
            )
        ]
        text = percent(self.person_share, 0)
        return [*out, label(f"territory.{self.credit}", lang, share=text)]


def territory_lines(
    sales: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    credit: str,
    person_share: float = 0.5,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> TerritoryLines:
    """Sort sales into those inside and outside of the dated territory of who made them.

    Parameters
    ----------
    sales : DataFrame
        ``salesperson``, ``region`` (where it was sold), ``date`` and ``value`` (currency).
    assignments : DataFrame
        ``salesperson``, ``region``, ``valid_from``, ``valid_to`` (inclusive; empty = open).
    credit : {"by_person", "by_region", "split"}
        Who an outside sale counts for; there is no default, because it is a decision.
    person_share : float, part of the person where `credit` is ``split``

    Returns
    -------
    TerritoryLines

    Raises
    ------
    ContractError
        Missing columns, no rows, an unknown credit, a share outside 0..1, empty amounts.

    Examples
    --------
    >>> sales = pd.DataFrame({"salesperson": ["Li", "Li"], "region": ["East", "West"],
    ...                       "date": "2024-03-01", "value": [70.0, 30.0]})
    >>> home = pd.DataFrame({"salesperson": ["Li"], "region": ["East"],
    ...                      "valid_from": ["2024-01-01"], "valid_to": [None]})
    >>> territory_lines(sales, home, credit="by_region").persons.values.tolist()
    [['', 'outside', 30.0], ['Li', 'inside', 70.0]]
    """
    if credit not in CREDITS:
        raise unknown_name(
            credit, CREDITS, kind="credit", where="territory_lines", error=ContractError
        )
    part = {"by_person": 1.0, "by_region": 0.0, "split": person_share}[credit]
    if not 0 <= part <= 1:
        raise ContractError(
            f"person_share must be from 0 to 1, got {person_share!r}.",
            where="territory_lines(person_share=...)",
            fix="write 60 % as 0.6",
            code="bad-choice",
        )
    keys = ["salesperson", "region"]
    require_columns(sales, [*keys, "date", "value"], name="sales")
    require_columns(assignments, [*keys, "valid_from", "valid_to"], name="assignments")
    require_rows(sales, name="sales")
    require_named(sales, keys, name="sales")
    bad = sales[~sales["value"].astype("float64").between(-1e15, 1e15)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(sales)} sales are empty or infinite.",
            where=f"sales, first rows {bad.index[:3].tolist()}, see .rows",
            fix="give every sale an amount",
            rows=bad,
        )
    rows = (
        sales[keys]
        .astype("str")
        .assign(cents=cents_of(sales["value"]), inside=_inside(sales, assignments))
    )
    # half up, the region takes the rest: no cent is lost between the two
    share = Fraction(str(part))
    top, bottom = share.numerator, share.denominator
    own = (2 * rows["cents"] * top + bottom) // (2 * bottom)
    views = {}
    for key, credited in (("salesperson", own), ("region", rows["cents"] - own)):
        views[key] = _view(rows, key, credited)
    total = int(rows["cents"].sum()) / 100
    return TerritoryLines(
        views["salesperson"], views["region"], credit, float(part), total, currency,
        terms or Terms(),
    )  # fmt: skip


def _inside(sales: pd.DataFrame, assignments: pd.DataFrame) -> pd.Series:
    """Tell which sales lie in a region the person had on that day."""
    keys = ["salesperson", "region"]
    dated = assignments.assign(
        since=pd.to_datetime(assignments["valid_from"]),
        until=pd.to_datetime(assignments["valid_to"]),
    )
    rows = sales[keys].assign(day=pd.to_datetime(sales["date"]), at=range(len(sales)))
    both = rows.merge(dated[[*keys, "since", "until"]], on=keys)
    early = both["since"].notna() & (both["day"] < both["since"])
    late = both["until"].notna() & (both["day"] > both["until"])
    hit = set(both.loc[~early & ~late, "at"])
    return pd.Series([i in hit for i in range(len(sales))], index=sales.index)


def _view(rows: pd.DataFrame, key: str, credited: pd.Series) -> pd.DataFrame:
    """Return one view: inside lines, credited outside lines, and the line nobody has."""
    inside, far = rows[rows["inside"]], rows[~rows["inside"]]
    given = credited[~rows["inside"]]
    parts = [
        inside[[key, "cents"]].assign(territory="inside"),
        far[[key]].assign(cents=given, territory="outside"),
        far[[key]].assign(cents=far["cents"] - given, territory="outside", **{key: ""}),
    ]
    sums = pd.concat(parts).groupby([key, "territory"], as_index=False)["cents"].sum()
    sums = sums[(sums["cents"] != 0) | (sums["territory"] == "inside")].reset_index(drop=True)
    return sums[[key, "territory"]].assign(value=sums["cents"] / 100)
