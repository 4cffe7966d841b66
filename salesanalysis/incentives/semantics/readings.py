"""Pays the same deals under every reading of one rate table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.incentives.components import Tier, Tiers
from salesanalysis.incentives.inputs.book import ZERO, Book, Scale, Sheet
from salesanalysis.incentives.inputs.deals import AMOUNTS, read_deals
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.labels import Terms, count, label
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result

COLUMNS = ("paying", "counter", "earlier", "tie", "payout", "multiple", "first_deal", "on_edge")
_MEASURE = "sales"
Month = list[tuple[str, int]]  # order, cents


@dataclass(frozen=True, eq=False)
class Semantics(Result):
    """What one rate table pays for the same deals under every reading.

    Attributes
    ----------
    frame : DataFrame, one row per reading, smallest payout first
        ``paying`` (the switch `mode`), ``counter`` (`basis`), ``earlier`` (`reprice`, empty
        where it does not apply), ``tie`` (`closed`), ``payout`` (currency), ``multiple`` (of the
        smallest payout above 0), ``first_deal`` (the first deal that is paid otherwise than
        under the smallest reading, empty where none), ``on_edge`` (deals whose total lies exactly
        on an edge).
    """

    frame: pd.DataFrame
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, list(COLUMNS), name="readings")
        require_rows(self.frame, name="readings")
        frame = self.frame.sort_values(["payout", *COLUMNS[:4]], kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per reading."""
        return self.frame[list(COLUMNS)].copy()

    def _money(self, value: float, lang: str) -> str:
        return amount_text(Fraction(str(round(value, 6))), lang, self.currency)

    def name_of(self, row: "pd.Series", lang: str) -> str:
        """Write one reading in words."""
        names = [name for name in COLUMNS[:3] if row[name]]
        words = [label(f"{name}.{row[name]}", lang) for name in names]
        return label("pay.comma", lang).join(words)

    def _sentences(self, lang: str) -> list[str]:
        low, high = self.frame.iloc[0], self.frame.iloc[-1]
        first = label(
            "semantics.headline",
            lang,
            low=self._money(low["payout"], lang),
            high=self._money(high["payout"], lang),
        )
        said = [
            label(
                "semantics.ends",
                lang,
                low=self.name_of(low, lang),
                high=self.name_of(high, lang),
            )
        ]
        edges = int(self.frame["on_edge"].max())
        if edges:
            said.append(label("semantics.edges", lang, n=count(edges)))
        return [first, *said, label("semantics.choose", lang)]


def compare_semantics(
    table: Sequence[tuple[object, object]],
    deals: pd.DataFrame,
    *,
    per: str = "month",
    currency: str = "CNY",
    calendar: FiscalCalendar | None = None,
) -> Semantics:
    """Pay the same deals under every reading of one rate table.

    Slice by slice or whole amount, per deal, per period or running on, earlier deals re-rated or
    not, ties above or below: what "tiered commission" may mean. A known wrong reading, all sales
    above quota at the top rate reached, is none of them.

    Parameters
    ----------
    table : sequence of (edge, rate)
        Amounts in currency and ratios, upwards; written as texts such as ``"0.02"``, they are
        read exactly.
    deals : DataFrame, one row per deal
        ``order_id``, ``date``, ``amount`` (currency).
    per : {"month", "quarter", "year"}

    Raises
    ------
    ContractError
        Edges that do not rise; deals as in `Plan.statement`.

    References
    ----------
    Oracle Fusion Incentive Compensation, step rates; Salesforce Spiff, marginal payout; the same
    rate table pays 164 to 485 for six deals.

    Examples
    --------
    >>> deals = pd.DataFrame({"order_id": list("ab"), "date": ["2024-01-05", "2024-01-09"],
    ...                       "amount": [1000.0, 500.0]})
    >>> readings = compare_semantics([("0", "0.01"), ("1000", "0.02")], deals)
    >>> print(readings.headline())
    The same deals pay 15 CNY to 30 CNY, depending on how the table is read
    """
    tiers = tuple(Tier(Fraction(str(edge)), Fraction(str(rate))) for edge, rate in table)
    starts = [t.start for t in tiers]
    if not tiers or starts != sorted(set(starts)):
        raise ContractError(
            f"the edges {[decimal(s) for s in starts]} do not rise.",
            where="compare_semantics(table=...)",
            fix="give (edge, rate) upwards, each edge once",
            code="bad-choice",
        )
    require_rows(deals, name="deals")
    months = _months(deals, per, calendar or FiscalCalendar())
    rows, walks = [], {}
    for mode, basis, closed in product(
        ("marginal", "retroactive"), ("deal", "period", "cumulative"), ("lower", "upper")
    ):
        both = (mode, basis) == ("retroactive", "cumulative")
        for reprice in ("all", "new_only") if both else (None,):
            scale = Scale("amount", closed, _MEASURE, _MEASURE)
            part = Tiers("t", ("", ""), scale, basis, mode, "zero", tiers, reprice)
            key = (mode, basis, reprice or "", closed)
            walks[key] = _walk(part, months)
            rows.append((*key, float(sum(walks[key]) / 100), _on_edge(starts, months, basis)))
    frame = pd.DataFrame(rows, columns=[*COLUMNS[:5], "on_edge"])
    least = min(walks, key=lambda k: (sum(walks[k]), k))
    above = frame.loc[frame["payout"] > 0, "payout"].min()
    orders = [order for month in months for order, _ in month]
    differs = [_first_other(walks[least], walks[key], orders) for key in walks]
    return Semantics(
        frame.assign(multiple=frame["payout"] / above, first_deal=differs), currency=currency
    )


def _months(deals: pd.DataFrame, per: str, calendar: FiscalCalendar) -> list[Month]:
    """Return the deals period by period, in the order they are walked."""
    dates = pd.to_datetime(deals["date"], errors="coerce")
    out: list[Month] = []
    last = None
    for day in sorted(dates.dropna().unique()):
        if last is not None and day < last:
            continue
        part = read_deals(
            deals,
            columns=AMOUNTS,
            date="date",
            per=per,
            days=("0001-01-01", ""),
            period=day,
            calendar=calendar,
        )
        last = part.last + pd.DateOffset(months=1)
        rows = zip(part.frame["order_id"].astype("str"), part.frame["cents"], strict=True)
        out.append([(order, int(cents)) for order, cents in rows])
    return out


def _walk(part: Tiers, months: Sequence[Month]) -> list[Fraction]:
    """Return what each deal adds to the pay, in cents."""
    added: list[Fraction] = []
    credited = 0
    for month in months:
        before = ZERO
        for k in range(1, len(month) + 1):
            book = Book(tuple(cents for _, cents in month[:k]), None, credited)
            pieces = part.pieces(Sheet.of(book, _MEASURE))
            after = sum((p.exact for p in pieces), ZERO)
            added.append(after - before)
            before = after
        credited += sum(cents for _, cents in month)
    return added


def _on_edge(starts: Sequence[Fraction], months: Sequence[Month], basis: str) -> int:
    """Return how many deals bring their counter exactly onto an edge above 0."""
    edges = {start * 100 for start in starts if start > 0}
    hits, running = 0, 0
    for month in months:
        running = running if basis == "cumulative" else 0
        for _, cents in month:
            running = cents if basis == "deal" else running + cents
            hits += running in edges
    return hits


def _first_other(least: Sequence[Fraction], mine: Sequence[Fraction], orders: list[str]) -> str:
    """Return the first deal that two readings pay differently."""
    for one, other, order in zip(least, mine, orders, strict=True):
        if one != other:
            return order
    return ""
