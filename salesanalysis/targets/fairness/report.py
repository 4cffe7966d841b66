"""The quality report: is a plan fair to small and large, and who is asked more than before."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, chance, count, growth, label, percent, points
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, show_value
from salesanalysis.targets.words import listing, node_text, year_text

#: A correlation is called a bias from here on, where its interval leaves out 0.
_WEAK = 0.2
#: So many times its usual swing above its usual growth a unit is asked too much.
FAR = 2.0
#: What a territory may explain before it is called a bias: a large effect (Cohen 1988).
_STRONG = 0.14
#: Tests in the order of the report.
TESTS = (
    "size_bias", "potential_bias", "baseline_bias", "ask_bias", "ask_slope", "top_middle_bottom",
    "share_80_120", "share_reached", "gini_per_head", "gini_chance", "territory_effect",
    "error_ratio", "chance_spread",
)  # fmt: skip
BIAS = TESTS[:4]
_HARDEST = 5


@dataclass(frozen=True, eq=False)
class QualityReport(Result):
    """Tests of fairness over the units of a plan, and the units asked more than history supports.

    Attributes
    ----------
    tests : DataFrame, one row per test
        ``test``, ``n_units``, ``estimate`` (rank correlation, attainment per growth asked,
        share, Gini, omega squared or ratio), ``low`` and ``high`` (95 % bootstrap interval of
        a correlation or slope; least and most of a spread), ``p_value`` and ``status`` (``ok``,
        ``too_few``, ``no_data``); what is empty stands beside its status.
    frame : DataFrame, one row per unit
        The columns of `by`, ``target``, ``base``, ``ask_growth``, ``attainment``,
        ``probability``, ``history_growth``, ``ask_z``, ``band`` (top, middle, bottom by base),
        ``harder`` (yes where the ask is more than history supports) and ``status``.
    by : tuple of str
    measured : {"actual", "expected", "none"}
        What attainment divides by the target: what was sold, or what is expected.
    year : int
    tested : str
        Method of a back-test; empty for the plan itself.
    """

    tests: pd.DataFrame
    frame: pd.DataFrame
    by: tuple[str, ...]
    measured: str
    year: int
    tested: str = ""
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep copies; refuse an estimate without a status that says why it is missing."""
        empty = self.tests["estimate"].isna() & (self.tests["status"] == "ok")
        if empty.any():
            raise ContractError(
                f"{int(empty.sum())} tests have neither a figure nor a status that says why.",
                where="QualityReport(tests=...)",
                fix="write too_few or no_data as their status",
                rows=self.tests[empty],
            )
        for name in ("tests", "frame"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))

    def to_frame(self) -> pd.DataFrame:
        """Return the tests; a copy. The units are in `frame`."""
        return self.tests.copy()

    def harder(self) -> pd.DataFrame:
        """Return the units asked more than their history supports, the hardest first."""
        part = self.frame[self.frame["harder"]]
        # those above their history first, then those the forecast gives the smallest chance
        part = part.assign(above=part["ask_z"].where(part["ask_z"] >= FAR))
        order = part.sort_values(
            ["above", "probability", *self.by],
            ascending=[False, True, *[True] * len(self.by)],
            na_position="last",
        )
        return order.drop(columns="above").reset_index(drop=True)

    def verdict(self, test: str) -> str:
        """Return ``fair``, ``unfair``, ``reported``, ``too_few`` or ``no_data`` for a test."""
        row = self.tests[self.tests["test"] == test].iloc[0]
        if row["status"] != "ok":
            return str(row["status"])
        if test in BIAS:
            apart = row["low"] > 0 or row["high"] < 0
            return "unfair" if apart and abs(row["estimate"]) >= _WEAK else "fair"
        if test == "top_middle_bottom":
            return "unfair" if row["p_value"] < 0.05 else "fair"
        if test == "territory_effect":
            strong = row["estimate"] >= _STRONG and row["p_value"] < 0.05
            return "unfair" if strong else "fair"
        return "reported"

    def _sentences(self, lang: str) -> list[str]:
        out = [self._headline(lang)]
        if self.measured != "none":
            out.append(label(f"fairness.measured.{self.measured}", lang))
        known = self.tests[self.tests["status"] == "ok"]
        out += [self._line(row, lang) for row in known.to_dict("records")]
        return out + self._missing_lines(lang) + self._harder_lines(lang)

    def _headline(self, lang: str) -> str:
        judged = [*BIAS, "top_middle_bottom", "territory_effect"]
        known = set(self.tests["test"])
        unfair = [t for t in judged if t in known and self.verdict(t) == "unfair"]
        n_judged = sum(self.verdict(t) in ("fair", "unfair") for t in judged if t in known)
        year = year_text(self.calendar, self.year, lang)
        words = {
            "year": year,
            "n": count(len(self.frame)),
            "hard": count(self.frame["harder"].sum()),
        }
        words["tests"] = listing([label(f"test.{t}", lang) for t in unfair], lang)
        key = "none" if not n_judged else ("unfair" if unfair else "fair")
        text = label(f"fairness.headline_{key}", lang, **words)
        method = label("fairness.backtest", lang, year=year) if self.tested else ""
        return method + text

    def _line(self, row: dict[str, Any], lang: str) -> str:
        """Write one test as a sentence."""
        test = str(row["test"])
        if test in BIAS:
            side = "up" if row["estimate"] > 0 else "down"
            test = f"{test}.{'fair' if self.verdict(test) == 'fair' else side}"
        elif test == "top_middle_bottom":
            test = f"{test}.{self.verdict(test)}"
        return label(f"fairness.{test}", lang, **_numbers(row, lang))

    def _missing_lines(self, lang: str) -> list[str]:
        """Say which tests there are no figures for, by what is missing."""
        missing = self.tests[self.tests["status"] != "ok"]
        out = []
        for state, part in missing.groupby("status", sort=True):
            names = [label(f"test.{t}", lang) for t in part["test"]]
            words = {"status": show_value("status", state, lang, self.terms)}
            words["tests"] = label("targets.comma", lang).join(names)
            out.append(label("fairness.line_missing", lang, **words))
        return out

    def _harder_lines(self, lang: str) -> list[str]:
        hard = self.harder()
        if not len(hard):
            return [label("fairness.none_harder", lang)]
        out = [self._harder_line(row, lang) for row in hard.head(_HARDEST).to_dict("records")]
        left = len(hard) - len(out)
        return [*out, label("fairness.more_harder", lang, n=count(left))] if left > 0 else out

    def _harder_line(self, row: dict[str, Any], lang: str) -> str:
        """Say by what a unit is asked too much: its own history, or the forecast."""
        above, has_ask = row["ask_z"] >= FAR, bool(np.isfinite(row["ask_growth"]))
        key = "harder" if above else ("harder_chance" if has_ask else "harder_plain")
        likely = chance(row["probability"]) if np.isfinite(row["probability"]) else ""
        text = label(
            f"fairness.{key}",
            lang,
            node=node_text(row, self.by, self.terms, lang),
            ask=growth(row["ask_growth"]) if has_ask else "",
            usual=growth(row["history_growth"]) if above else "",
            z=f"{row['ask_z']:.1f}" if above else "",
            p=likely,
        )
        if above and likely:
            text += label("fairness.its_chance", lang, p=likely)
        return text + label("targets.stop", lang)


def _numbers(row: dict[str, Any], lang: str) -> dict[str, str]:
    """Write the figures of a test."""
    value, low, high, p = (float(row[c]) for c in ("estimate", "low", "high", "p_value"))
    known = np.isfinite(low)
    return {
        "value": f"{value:.2f}",
        "part": percent(value),
        "signed": f"{_signed(value)} [{_signed(low)}, {_signed(high)}]" if known else "",
        "low": chance(low) if known else "",
        "high": chance(high) if known else "",
        "p": "< 0.001" if p < 0.001 else f"= {p:.3f}",
        "gap": points(100 * value, lang),
        # attainment in points, for ten points of growth asked
        "tenth": points(10 * value, lang),
        "tenths": f"[{10 * low:+.1f}, {10 * high:+.1f}]" if known else "",
    }


def _signed(value: float) -> str:
    """Write a correlation with its sign.

    Examples
    --------
    >>> _signed(-0.413), _signed(0.0)
    ('-0.41', '+0.00')
    """
    return f"{round(value, 2) + 0.0:+.2f}"
