"""The pay of many people in one period: one row per person, one exact total."""

from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.incentives.pay.statement import named_deals, period_text, shown_amount
from salesanalysis.incentives.words.numbers import amount_text, factor_text
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.results import Result, Table, require_adds_up

COLUMNS = ("salesperson", "name", "quota", "actual", "completion", "coefficient", "pay", "status")


@dataclass(frozen=True, eq=False)
class PayRegister(Result):
    """What everybody earns in one period under one plan.

    Attributes
    ----------
    frame : DataFrame, one row per person, ordered by `salesperson`
        ``salesperson``, ``name``, ``quota`` (as it held, after days and ramp), ``actual`` (sold),
        ``pay`` (currency), ``completion`` (ratio, what counts over the quota), ``coefficient``,
        ``status``; ``completion_text`` as printed, cut and never rounded up; ``credit`` (currency,
        what counts). Pay is empty only beside the status ``no_quota``.
    total : float, currency, the sum of all pay to the cent
    first, last : Timestamp, first and last month of the period
    n_outside : int, deals given that lie outside the period
    n_rounded, n_repeated : int, deals rounded to the cent and repeats left out, where asked for
    large : tuple of str, deals above the plan's limit for very large ones
    below_cost : tuple of str, deals that cost more than they brought and count 0
    measure : dict, language -> what the plan's main measure is called; sales where empty
    counted : bool, the main measure counts pieces: no cost is told as a share of it
    plan_id, digest : str
    plan_title : dict, language -> title

    Raises
    ------
    ReconciliationError
        The pay of the people does not add up to `total`.
    """

    frame: pd.DataFrame
    total: float
    first: pd.Timestamp
    last: pd.Timestamp
    n_outside: int
    plan_id: str
    plan_title: dict[str, str]
    digest: str
    currency: str = "CNY"
    terms: Terms = Terms()
    n_rounded: int = 0
    n_repeated: int = 0
    large: tuple[str, ...] = ()
    below_cost: tuple[str, ...] = ()
    measure: dict[str, str] = field(default_factory=dict)
    counted: bool = False

    def __post_init__(self) -> None:
        """Refuse pay that does not add up."""
        require_columns(self.frame, [*COLUMNS, "completion_text"], name="frame")
        object.__setattr__(self, "frame", self.frame.copy())
        paid = self.frame[self.frame["status"] != "no_quota"]
        require_adds_up(paid["pay"], self.total, what="Pay of people")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person."""
        return self.frame[list(COLUMNS)].copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the register as it is printed: completion cut, coefficient in full."""
        frame = self.frame
        shown = frame[list(COLUMNS)].assign(
            completion=frame["completion_text"].where(frame["completion_text"] != "", "–"),
            pay=[exact(v) for v in frame["pay"]],
            coefficient=[factor_text(v) if v == v else "–" for v in frame["coefficient"]],  # noqa: PLR0124
        )
        if (frame["name"] == frame["salesperson"]).all():
            shown = shown.drop(columns="name")
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def period_text(self, lang: str) -> str:
        """Write the period: a month, or its first and last month."""
        return period_text(self.first, self.last, lang)

    def paid(self) -> pd.DataFrame:
        """Return the people this plan pays, highest pay first, ties by name."""
        paid = self.frame[self.frame["status"] != "no_quota"]
        return paid.sort_values(["pay", "salesperson"], ascending=[False, True], kind="stable")

    def _money(self, value: float, lang: str) -> str:
        return amount_text(shown_amount(value), lang, self.currency)

    def _sentences(self, lang: str) -> list[str]:
        paid = self.paid()
        one = ".one" if len(paid) == 1 else ""
        sentences = [
            label(
                f"pay.register.headline{one}",
                lang,
                n=count(len(paid)),
                total=self._money(self.total, lang),
                period=self.period_text(lang),
                bands=self._bands(paid, lang),
            )
        ]
        sentences += self._top(paid, lang)
        sales = float(paid["actual"].sum())
        if sales > 0 and not self.counted:
            share = percent(self.total / sales, 2)
            measure = self.measure.get(lang) or label("measure.sales", lang)
            sentences.append(label("pay.register.cost", lang, share=share, measure=measure))
        return sentences + self._left_out(lang)

    def _bands(self, paid: pd.DataFrame, lang: str) -> str:
        """Say how many people stand in each band, best first."""
        sizes = paid["coefficient"].value_counts().sort_index(ascending=False)
        if sizes.empty:
            return ""
        texts = [
            label("pay.register.band", lang, n=count(n), value=factor_text(value))
            for value, n in sizes.items()
        ]
        comma = ", " if lang == "en" else "，"
        return label("pay.register.bands", lang, list=comma.join(texts))

    def _top(self, paid: pd.DataFrame, lang: str) -> list[str]:
        if not len(paid) or paid["pay"].iloc[0] <= 0:
            return []
        top = paid.iloc[0]
        key = "pay.register.top" if top["completion_text"] else "pay.register.top.amounts"
        values = {"name": self._name(top, lang), "pay": self._money(top["pay"], lang)}
        return [label(key, lang, **values, completion=top["completion_text"])]

    def _left_out(self, lang: str) -> list[str]:
        """Name who gets nothing and who is not paid by this plan."""
        out = []
        for status, key in (
            ("nothing_due", "pay.register.none"),
            ("no_quota", "pay.register.no_quota"),
        ):
            rows = self.frame[self.frame["status"] == status]
            if len(rows):
                names = [self._name(row, lang) for _, row in rows.head(8).iterrows()]
                more = [label("word.other_n", lang, n=len(rows) - 8)] if len(rows) > 8 else []
                comma = ", " if lang == "en" else "、"
                out.append(label(key, lang, n=count(len(rows)), names=comma.join(names + more)))
        out += named_deals(self.large, "pay.large", lang)
        out += named_deals(self.below_cost, "pay.below_cost", lang)
        for name in ("outside", "rounded", "repeated"):
            n = getattr(self, f"n_{name}")
            if n:
                out.append(label(f"pay.{name}", lang, n=count(n)))
        return out

    def _name(self, row: "pd.Series", lang: str) -> str:
        """Return how a person is called."""
        if row["name"] != row["salesperson"]:
            return str(row["name"])
        return self.terms.show("salesperson", row["salesperson"], lang)
