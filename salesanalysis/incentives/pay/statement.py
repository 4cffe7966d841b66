"""A statement: one person's pay for one period, line by line, to the cent."""

import math
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.words.numbers import amount_text, cut_ratio, plain_amount, ratio
from salesanalysis.labels import Terms, count, label, month
from salesanalysis.results import Result, Table, require_adds_up

LINE_COLUMNS = ("line", "rule", "base", "pay_rate", "exact", "paid")


@dataclass(frozen=True, eq=False)
class Statement(Result):
    """What one person earns in one period, and the lines that prove it.

    Attributes
    ----------
    lines : DataFrame, one row per line
        ``line`` (component and tier), ``rule`` (English; the Chinese is in `terms`), ``kind``,
        ``base``, ``exact``, ``paid`` (currency) and ``pay_rate`` (ratio, count or the
        coefficient's addition); ``base x pay_rate == exact``, ``paid`` adds up to `payout`.
    payout : float, currency; empty beside status ``no_quota``
    gross : float, currency, what is earned before balances between periods move it
    balances : dict, what is handed to the next period (currency): ``owed``, ``shortfall``,
        ``withheld``, ``held``, ``paid``; ``periods`` counts those of the draw
    salesperson, name : str
    first, last : Timestamp, first and last month of the period
    quota : float, currency, as it held: after days, changes and ramp, its part of a longer one;
        empty where there is none
    actual : float, currency, sales of the period as they were entered and split
    completion : float, credit / quota, exact up to one division; shown cut, never rounded up
    completion_text, coefficient_text : str, as they are printed, empty where there are none
    status : {"paid", "nothing_due", "no_quota", "amounts_only"}
    to_next : float, currency still missing to the next edge; 0 beyond the last
    next_edge : dict, language -> the next edge in words, empty beyond the last
    more, more_value : float, a further amount of sales and what it would add
    carried : float, returns above sales carried into the next period, zero or below
    n_outside : int, deals given that lie outside the period
    n_late : int, cancelled deals outside the clawback's window
    credit : float, currency, what counts: `actual` after the rules for very large deals and caps,
        since the start of the year where the plan trues up (`to_date`)
    stated_quota : float, currency, the quota before days and ramp
    large : tuple of str, deals above the plan's limit for very large ones
    below_cost : tuple of str, deals that cost more than they brought and count 0
    measure : dict, language -> what the plan's main measure is called; sales where empty
    counted : bool, the main measure counts pieces: `quota`, `actual`, `credit`, `to_next` and
        `more` are numbers of them, not currency
    meaning : dict, language -> of which columns it is the difference, empty where of none
    n_rounded, n_repeated : int, deals rounded to the cent and repeats left out, where asked for
    plan_id : str
    plan_title : dict, language -> title
    digest : str, SHA-256 of the plan and of everything that went in

    Raises
    ------
    ReconciliationError
        The lines do not add up, or a line is more than a cent away from its exact amount.
    """

    lines: pd.DataFrame
    payout: float
    salesperson: str
    name: str
    first: pd.Timestamp
    last: pd.Timestamp
    quota: float
    actual: float
    completion: float
    completion_text: str
    coefficient_text: str
    status: str
    to_next: float
    next_edge: dict[str, str]
    more: float
    more_value: float
    carried: float
    n_outside: int
    plan_id: str
    plan_title: dict[str, str]
    digest: str
    gross: float
    balances: dict[str, float]
    n_late: int = 0
    credit: float = math.nan
    stated_quota: float = math.nan
    large: tuple[str, ...] = ()
    to_date: bool = False
    n_rounded: int = 0
    n_repeated: int = 0
    below_cost: tuple[str, ...] = ()
    measure: dict[str, str] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)
    counted: bool = False
    unit: float = 0.01
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse lines that do not prove the pay."""
        require_columns(self.lines, [*LINE_COLUMNS, "kind"], name="lines")
        object.__setattr__(self, "lines", self.lines.copy())
        for name, usual in (("credit", self.actual), ("stated_quota", self.quota)):
            if not math.isfinite(getattr(self, name)):
                object.__setattr__(self, name, usual)
        if self.status == "no_quota":
            return
        require_adds_up(self.lines["paid"], self.payout, what="Lines")
        apart = (self.lines["paid"] - self.lines["exact"]).abs()
        if len(apart) and not float(apart.max()) < self.unit + 1e-6:
            worst = self.lines.loc[apart.idxmax()]
            raise ReconciliationError(
                f"Line {worst['line']!r} pays {worst['paid']:,.2f} for {worst['exact']:,.4f}.",
                where=f"statement of {self.salesperson}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per line; ``paid`` adds up to the payout."""
        return self.lines[list(LINE_COLUMNS)].copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the lines as printed: all digits of the exact amounts, and a total."""
        printed = self.lines.assign(
            base=[plain_amount(shown_amount(v)) for v in self.lines["base"]],
            pay_rate=[
                _rate_text(kind, rate)
                for kind, rate in zip(self.lines["kind"], self.lines["pay_rate"], strict=True)
            ],
            exact=[plain_amount(shown_amount(v)) for v in self.lines["exact"]],
            paid=[_cents(v) for v in self.lines["paid"]],
        )[["rule", "base", "pay_rate", "exact", "paid"]]
        total = dict.fromkeys(printed.columns, "")
        total |= {"rule": label("word.total", lang), "paid": _cents(self.payout)}
        shown = pd.concat([printed, pd.DataFrame([total])], ignore_index=True)
        return Table(shown, lang=lang, terms=self.terms, rows=rows + 1)

    @property
    def check_code(self) -> str:
        """Return the first digits of `digest` as a number people can compare by eye."""
        digits = f"{int(self.digest[:12], 16):015d}"[-12:]
        return "-".join((digits[:4], digits[4:8], digits[8:]))

    def period_text(self, lang: str) -> str:
        """Write the period: a month, or its first and last month."""
        return period_text(self.first, self.last, lang)

    def _money(self, value: float, lang: str) -> str:
        return amount_text(shown_amount(value), lang, self.currency)

    def _sold(self, value: float, lang: str) -> str:
        """Write what was sold or is asked: money, or a number of pieces."""
        if self.counted:
            return plain_amount(shown_amount(value)).removesuffix(".00")
        return self._money(value, lang)

    def _say(self, key: str, lang: str, **values: str) -> str:
        """Return an entry of the catalogue that names what the plan measures, usually sales."""
        usual = label("measure.sales", lang)
        measure = self.measure.get(lang) or usual
        if measure == usual:
            return label(key, lang, **values)
        return label(f"{key}.other", lang, measure=measure, **values)

    def _sentences(self, lang: str) -> list[str]:
        name = self.terms.show("salesperson", self.name, lang)
        head = {"name": name, "period": self.period_text(lang)}
        if self.status == "no_quota":
            return [label("pay.headline.no_quota", lang, **head)]
        head["pay"] = self._money(self.payout, lang)
        actual, credit = self._sold(self.actual, lang), self._sold(self.credit, lang)
        if self.status == "amounts_only":
            first = [self._say("pay.headline.amounts", lang, **head, actual=actual)]
        else:
            times = label("pay.headline.coefficient", lang, value=self.coefficient_text)
            head["coefficient"] = times if self.coefficient_text else ""
            first = [
                label("pay.headline", lang, **head, completion=self.completion_text),
                self._say("pay.actual", lang, actual=credit, quota=self._sold(self.quota, lang)),
            ]
        first += self.differences(lang)
        return first + self._largest(lang) + self._ahead(lang) + self._notes(lang)

    def differences(self, lang: str) -> list[str]:
        """Say where what counts is not what was sold, and the quota not the stated one."""
        actual, credit = self._sold(self.actual, lang), self._sold(self.credit, lang)
        said = [self.meaning[lang]] if self.meaning.get(lang) else []
        if self.to_date:
            said.append(label("pay.to_date", lang, actual=actual, credit=credit))
        elif credit != actual:
            said.append(self._say("pay.credited", lang, actual=actual, credit=credit))
        said += named_deals(self.large, "pay.large", lang)
        said += named_deals(self.below_cost, "pay.below_cost", lang)
        quota, stated = self._sold(self.quota, lang), self._sold(self.stated_quota, lang)
        if self.completion_text and quota != stated:
            said.append(label("pay.quota_part", lang, quota=quota, stated=stated))
        return said

    def _largest(self, lang: str) -> list[str]:
        if not len(self.lines) or not self.lines["paid"].abs().max():
            return []
        top = self.lines.loc[self.lines["paid"].abs().idxmax()]
        rule = self.terms.show("rule", top["rule"], lang)
        return [label("pay.largest", lang, rule=rule, paid=self._money(top["paid"], lang))]

    def _ahead(self, lang: str) -> list[str]:
        value = self._money(self.more_value, lang)
        more = self._say("pay.more", lang, more=self._sold(self.more, lang), value=value)
        if not self.next_edge:
            return [label("pay.last", lang), more]
        missing = self._sold(self.to_next, lang)
        return [self._say("pay.next", lang, missing=missing, edge=self.next_edge[lang]), more]

    def _notes(self, lang: str) -> list[str]:
        notes = []
        if self.actual < 0:
            notes.append(label("pay.below_zero", lang, amount=self._sold(self.actual, lang)))
        if self.carried < 0:
            notes.append(label("pay.carried", lang, amount=self._sold(-self.carried, lang)))
        if self.n_outside:
            notes.append(label("pay.outside", lang, n=count(self.n_outside)))
        if self.n_rounded:
            notes.append(label("pay.rounded", lang, n=count(self.n_rounded)))
        if self.n_repeated:
            notes.append(label("pay.repeated", lang, n=count(self.n_repeated)))
        if self.n_late:
            notes.append(label("pay.late", lang, n=count(self.n_late)))
        title = self.plan_title[lang]
        return [*notes, label("pay.proof", lang, title=title, code=self.check_code)]


def named_deals(names: tuple[str, ...], key: str, lang: str) -> list[str]:
    """Say how many deals something is true of, and name the first; nothing where there are none."""
    if not names:
        return []
    told = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return [label(key, lang, n=count(len(names)), names=told)]


def period_text(first: pd.Timestamp, last: pd.Timestamp, lang: str) -> str:
    """Write a period: a month, or its first and last month.

    Examples
    --------
    >>> period_text(pd.Timestamp("2020-01-01"), pd.Timestamp("2020-03-01"), "en")
    'Jan 2020 to Mar 2020'
    """
    if first == last:
        return month(first, lang)
    return label("pay.span.months", lang, first=month(first, lang), last=month(last, lang))


def shown_amount(value: float) -> Fraction:
    """Return a shown number as the decimal it stands for; 0 where there is none."""
    return Fraction(str(round(value, 6))) if math.isfinite(value) else Fraction(0)


def _cents(value: float) -> str:
    return f"{value:,.2f}" if math.isfinite(value) else "–"


def _rate_text(kind: str, rate: float) -> str:
    """Write a rate by its kind: a percentage, a count, or what a coefficient adds."""
    exact = Fraction(f"{rate:.10f}")
    if kind == "share":
        return ratio(exact)
    if kind == "times":
        return f"× {decimal(exact)}"
    return f"{'+' if exact >= 0 else ''}{decimal(exact)}"


def shown_completion(actual: int | Fraction, quota: int | Fraction | None) -> str:
    """Write how much of the quota is reached, cut to a tenth of a percent."""
    return cut_ratio(Fraction(actual) / Fraction(quota)) if quota else ""
