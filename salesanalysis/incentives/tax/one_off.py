"""The one-off annual bonus of China: its tax, and the zones in which more bonus is less net."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.pay.statement import shown_amount
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.labels import Terms, count, label
from salesanalysis.results import Result

#: Upper end of bonus / 12, rate, quick deduction; closed above (财税〔2018〕164号).
BRACKETS: tuple[tuple[Fraction | None, Fraction, Fraction], ...] = tuple(
    (None if end is None else Fraction(end), Fraction(rate), Fraction(quick))
    for end, rate, quick in (
        ("3000", "0.03", "0"),
        ("12000", "0.10", "210"),
        ("25000", "0.20", "1410"),
        ("35000", "0.25", "2660"),
        ("55000", "0.30", "4410"),
        ("80000", "0.35", "7160"),
        (None, "0.45", "15160"),
    )
)
#: Separate treatment ends here (财政部 税务总局公告2023年第30号).
LAST_DAY = date(2027, 12, 31)
COLUMNS = ("salesperson", "bonus", "tax", "net", "zone_from", "zone_to", "pay_instead", "defer")


def one_off_tax(bonus: Any) -> Fraction:
    """Return the tax on a one-off annual bonus taxed by itself, exact, in currency.

    The whole bonus at the rate of the bracket that bonus / 12 lies in, less its quick deduction;
    a bonus exactly at the end of a bracket belongs to it.

    Parameters
    ----------
    bonus : int, str, Decimal or Fraction, currency

    References
    ----------
    财税〔2018〕164号; extended to 2027-12-31 by 财政部 税务总局公告2023年第30号.

    Examples
    --------
    >>> float(one_off_tax(36000)), float(one_off_tax(36001))
    (1080.0, 3390.1)
    """
    amount = _exact(bonus)
    if amount <= 0:
        return Fraction(0)
    for end, rate, quick in BRACKETS:
        if end is None or amount / 12 <= end:
            return amount * rate - quick
    raise ArithmeticError("the last bracket is open")


def zones() -> list[tuple[Fraction, Fraction]]:
    """Return where more bonus leaves less: above the first number, below the second.

    Examples
    --------
    >>> [(int(lo), round(float(hi), 2)) for lo, hi in zones()][:2]
    [(36000, 38566.67), (144000, 160500.0)]
    """
    out = []
    for (end, _, _), (_, rate, quick) in pairwise(BRACKETS):
        if end is None:
            continue
        low = end * 12
        out.append((low, (low - one_off_tax(low) - quick) / (1 - rate)))
    return out


@dataclass(frozen=True, eq=False)
class BlindZones(Result):
    """Who would take home less than with a smaller bonus.

    Attributes
    ----------
    frame : DataFrame, one row per person in a zone, by name
        ``salesperson``, ``bonus``, ``tax``, ``net``, ``zone_from``, ``zone_to`` (currency),
        ``pay_instead`` (the largest bonus below the zone) and ``defer`` (the rest, to be paid
        as wages or later).
    n_people : int
    over : bool, whether separate treatment has ended on the day of payment
    """

    frame: pd.DataFrame
    n_people: int
    over: bool
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, list(COLUMNS), name="blind zones")
        frame = self.frame.sort_values("salesperson", kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person in a zone."""
        return self.frame[list(COLUMNS)].copy()

    def _money(self, value: float, lang: str) -> str:
        return amount_text(shown_amount(value), lang, self.currency)

    def _sentences(self, lang: str) -> list[str]:
        if self.over:
            return [label("tax.over", lang, day=LAST_DAY.isoformat())]
        if self.frame.empty:
            return [label("tax.none", lang, n=count(self.n_people)), label("tax.warning", lang)]
        said = [label("tax.headline", lang, n=count(len(self.frame)), of=count(self.n_people))]
        for _, row in self.frame.head(5).iterrows():
            values = {
                name: self._money(float(row[name]), lang)
                for name in ("bonus", "net", "pay_instead", "defer")
            }
            instead = one_off_tax(str(row["pay_instead"]))
            net = float(shown_amount(float(row["pay_instead"])) - instead)
            name = self.terms.show("salesperson", str(row["salesperson"]), lang)
            said.append(label("tax.line", lang, name=name, more=self._money(net, lang), **values))
        return [*said, label("tax.warning", lang)]


def blind_zones(
    bonuses: pd.DataFrame, *, paid_on: object, currency: str = "CNY", terms: Terms | None = None
) -> BlindZones:
    """List everybody whose year-end bonus lies in a zone where more is less net.

    Parameters
    ----------
    bonuses : DataFrame, one row per person
        ``salesperson``, ``bonus`` (currency, 0 or above).
    paid_on : date
        After 2027-12-31 separate treatment has ended and nothing is listed.

    Raises
    ------
    ContractError
        Missing columns, bonuses that are empty or negative.

    Examples
    --------
    >>> table = pd.DataFrame({"salesperson": ["Li", "Wu"], "bonus": [36001.0, 30000.0]})
    >>> print(blind_zones(table, paid_on="2026-12-31").headline())
    1 of 2 people would take home more with a smaller year-end bonus
    """
    require_columns(bonuses, ["salesperson", "bonus"], name="bonuses")
    values = pd.to_numeric(bonuses["bonus"], errors="coerce")
    bad = bonuses[values.isna() | (values < 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(bonuses)} bonuses are empty or negative.",
            where=f"bonuses, column 'bonus', rows {bad.index[:3].tolist()}, see .rows",
            fix="write the bonus of the year, 0 where there is none",
            rows=bad,
        )
    over = pd.Timestamp(str(paid_on)).date() > LAST_DAY
    rows = []
    for name, bonus in zip(bonuses["salesperson"].astype("str"), bonuses["bonus"], strict=True):
        amount = _exact(bonus)
        for low, high in [] if over else zones():
            if low < amount < high:
                tax = one_off_tax(amount)
                figures = (amount, tax, amount - tax, low, high, low, amount - low)
                rows.append((name, *(float(f) for f in figures)))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"salesperson": "str"})
    return BlindZones(frame, len(bonuses), over, currency, terms or Terms())


def _exact(value: Any) -> Fraction:
    return Fraction(value) if isinstance(value, Fraction | int) else Fraction(Decimal(str(value)))
