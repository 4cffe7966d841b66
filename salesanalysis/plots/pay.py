"""Pay: the lines of a statement, everybody's pay, and what a plan pays at each completion."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.incentives import PayCurve, PayRegister, PayRun, Statement
from salesanalysis.incentives.words.numbers import factor_text
from salesanalysis.labels import exact, growth, label, month, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    GREEN,
    INK,
    MAX_BARS,
    TOTAL,
    UP,
    YELLOW,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Statement)  # type: ignore[attr-defined,untyped-decorator]
def lines_to_pay(
    result: Statement, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the lines of a statement as steps that end at the pay, first line on top."""
    ax = new_axes(ax)
    if result.status == "no_quota":
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        wrap_title(ax, result.headline(lang))
        return ax
    shown = result.lines.head(MAX_BARS - 1)
    names = [_two_lines(result.terms.show("rule", r, lang)) for r in shown["rule"]]
    amounts = shown["paid"].tolist()
    rest = result.lines.iloc[len(shown) :]
    if len(rest):
        names.append(label("word.other_n", lang, n=len(rest)))
        amounts.append(float(rest["paid"].sum()))
    starts = pd.Series(amounts, dtype="float64").cumsum().shift(fill_value=0.0).tolist()
    names.append(label("pay.chart.pay", lang))
    colors = [UP if a >= 0 else DOWN for a in amounts] + [TOTAL]
    amounts, starts = [*amounts, result.payout], [*starts, 0.0]
    rows = range(len(names))
    ax.barh(rows, amounts, left=starts, color=colors, height=0.62, **kwargs)
    for row, amount, start in zip(rows, amounts, starts, strict=True):
        write_beside(ax, exact(amount), max(start, start + amount), row)
    ax.set_yticks(rows, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ends = [a + s for a, s in zip(amounts, starts, strict=True)]
    _room(ax, min(0.0, *ends), max(1.0, *ends))
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(PayRegister)  # type: ignore[attr-defined,untyped-decorator]
def pay_by_person(
    result: PayRegister, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay per person, highest on top, coloured by coefficient; the rest as one bar."""
    paid = result.paid()
    keep = len(paid) if len(paid) <= MAX_BARS else MAX_BARS - 1
    shown, rest = paid.head(keep), paid.iloc[keep:]
    ax = new_axes(ax, figsize=(8.0, max(3.0, 1.6 + 0.34 * (keep + 1))))
    names = [
        n if n != p else result.terms.show("salesperson", p, lang)
        for n, p in zip(shown["name"], shown["salesperson"], strict=True)
    ]
    pay = shown["pay"].tolist()
    levels = sorted(paid["coefficient"].dropna().unique(), reverse=True)
    for level in [c for c in levels if (shown["coefficient"] == c).any()] or [None]:
        rows = [i for i, c in enumerate(shown["coefficient"]) if level is None or c == level]
        word = "" if level is None else label("pay.chart.band", lang, value=factor_text(level))
        ax.barh(
            rows,
            [pay[i] for i in rows],
            color=_coefficient_color(level),
            height=0.62,
            label=word,
            **kwargs,
        )
    if len(rest):
        names.append(label("word.other_n", lang, n=len(rest)))
        pay.append(float(rest["pay"].sum()))
        ax.barh([len(shown)], [pay[-1]], color=TOTAL, height=0.62)
    for row, amount in enumerate(pay):
        write_beside(ax, short(amount, lang), max(amount, 0.0), row)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    _room(ax, min([0.0, *pay]), max([1.0, *pay]))
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    if levels:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(PayCurve)  # type: ignore[attr-defined,untyped-decorator]
def payout_curve(
    result: PayCurve, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay over completion; the line breaks where one more cent of sales moves pay."""
    from matplotlib.ticker import PercentFormatter  # noqa: PLC0415

    ax = new_axes(ax)
    jumps = result.jumps()
    pieces = result.frame["completion"].isin(jumps["completion"]) & (result.frame["side"] == "at")
    for _, piece in result.frame.groupby(pieces.cumsum()):
        ax.plot(piece["completion"], piece["pay_share"], color=ACTUAL, linewidth=2, **kwargs)
    for edge, before, after in zip(
        jumps["completion"], jumps["before"], jumps["after"], strict=True
    ):
        ax.plot([edge, edge], [before, after], color=DOWN, linestyle=":", linewidth=1.5)
        ax.plot([edge], [before], "o", color=ACTUAL, markerfacecolor="white")
        ax.plot([edge], [after], "o", color=ACTUAL)
        ax.annotate(
            growth(after - before, 2),
            (edge, after),
            xytext=(-8, 6),
            textcoords="offset points",
            ha="right",
            fontsize=9,
            color=INK,
        )
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    spread = float(result.frame["pay_share"].max())
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if spread > 0.05 else 2))
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_yticks(inner_ticks(ax))
    ax.set_xlabel(label("axis.pay_completion", lang))
    ax.set_ylabel(label("axis.pay_share", lang))
    wrap_title(ax, result.headline(lang))
    return ax


def _coefficient_color(coefficient: float | None) -> str:
    """Return the same colour on every page: above 1, exactly 1 (or none), below 1.

    The word in the legend says the same.
    """
    if coefficient is None or coefficient == 1:
        return ACTUAL
    return GREEN if coefficient > 1 else YELLOW


def _two_lines(rule: str) -> str:
    """Break a rule after its title."""
    return rule.replace(": ", ":\n", 1).replace("：", "：\n", 1)


def _room(ax: "Axes", low: float, high: float) -> None:
    """Leave room for the amounts written at the ends of the bars."""
    span = high - low
    ax.set_xlim(low - (0.02 * span if low < 0 else 0.0), high + 0.18 * span)
    ax.set_xticks(inner_ticks(ax, "x"))
    if low == 0 and high == 1.0:  # nothing is paid: a scale would show made-up amounts
        ax.set_xticks([0.0])


@draw.register(PayRun)  # type: ignore[attr-defined,untyped-decorator]
def pay_by_period(
    result: PayRun, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what is paid in every period."""
    ax = new_axes(ax)
    sums = result.by_period().tail(MAX_BARS)
    rows = range(len(sums))
    ax.bar(rows, sums["pay"], color=ACTUAL, width=0.62, **kwargs)
    ax.set_xticks(rows, [month(p, lang).replace(" ", "\n") for p in sums["period"]])
    money_axis(ax, result.currency, lang)
    wrap_title(ax, result.headline(lang))
    return ax
