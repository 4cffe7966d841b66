"""One rate table under every reading: what each pays."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.semantics import Semantics
from salesanalysis.labels import exact, label
from salesanalysis.plots.base import ACTUAL, draw, money_axis, new_axes, wrap_title
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Semantics)  # type: ignore[attr-defined,untyped-decorator]
def readings(
    result: Semantics, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what each reading pays, smallest on top; where ties change nothing, one bar."""
    ax = new_axes(ax)
    frame = result.frame.drop_duplicates(["paying", "counter", "earlier", "payout"])
    frame = frame.sort_values("payout", kind="stable")
    names = [result.name_of(row, lang) for _, row in frame.iterrows()]
    twice = frame.duplicated(["paying", "counter", "earlier"], keep=False)
    ties = [label(f"tie.{t}", lang) for t in frame["tie"]]
    gap = label("pay.comma", lang)
    names = [f"{n}{gap}{t}" if many else n for n, t, many in zip(names, ties, twice, strict=True)]
    names = [_broken(name, gap) for name in names]
    rows = range(len(names))
    ax.barh(rows, frame["payout"], color=ACTUAL, height=0.62, **kwargs)
    for row, value in zip(rows, frame["payout"], strict=True):
        write_beside(ax, exact(value), value, row)
    ax.set_yticks(rows, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, float(frame["payout"].max() or 1) * 1.18)
    money_axis(ax, result.currency, lang, which="x")
    wrap_title(ax, result.headline(lang))
    return ax


def _broken(name: str, gap: str) -> str:
    """Put what follows the first two words of a reading on a second line."""
    parts = name.split(gap)
    return gap.join(parts[:2]) + ("\n" + gap.join(parts[2:]) if parts[2:] else "")
