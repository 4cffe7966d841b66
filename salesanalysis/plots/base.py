"""The look of every figure: one font for both languages, one palette, finding as title."""

from collections.abc import Sequence
from functools import cache, singledispatch
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ContractError
from salesanalysis.labels import label, month, short, unit_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Okabe and Ito (2008), colour-blind safe; a sign, word or shape always says the same.
INK, MUTED, GRID = "#222222", "#6b7280", "#e5e7eb"
ACTUAL, TARGET, FORECAST = "#0072B2", "#222222", "#56B4E9"
UP, DOWN, TOTAL = "#009E73", "#D55E00", "#6b7280"
GREEN, YELLOW, RED = "#009E73", "#E69F00", "#D55E00"
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8B6914", "#6b7280")
MAX_BARS = 12

_RC: dict[str, Any] = {
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "figure.figsize": (8.0, 4.2),
    "figure.constrained_layout.use": True,
    "axes.titlesize": 12,
    "axes.titleweight": "regular",  # the font has no bold
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.labelsize": 10,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": "#9ca3af",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "grid.color": GRID,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.hashsalt": "salesanalysis",
}


def font_path() -> Path:
    """Return the file of the one font we draw with (Noto Sans SC, open licence).

    Raises
    ------
    ContractError
        Where the package that carries the font is not installed.
    """
    # find_spec, not import: importing the package patches matplotlib
    spec = find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise ContractError(
            "The font for Chinese text is not installed.",
            where="package zhplot (font file NotoSansSC-Regular.ttf)",
            fix="pip install zhplot",
            code="unknown-name",
        )
    return Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"


def style() -> None:
    """Set font, palette and sizes for every figure drawn from now on in this process."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib import font_manager  # noqa: PLC0415

    path = str(font_path())
    if path not in {entry.fname for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(path)
    settings: Any = mpl.rcParams
    settings.update({**_RC, "font.family": ["Noto Sans SC"]})


def new_axes(ax: "Axes | None" = None, **figure: Any) -> "Axes":
    """Return `ax` with the house font, or a new figure's axes in the house style."""
    import matplotlib.pyplot as plt  # noqa: PLC0415

    style()
    if ax is None:
        fresh: Axes = plt.subplots(**figure)[1]
        return fresh
    # made before the style was set: its texts would keep a font without Chinese
    for text in (ax.xaxis.label, ax.yaxis.label, *ax.texts):
        text.set_fontfamily(plt.rcParams["font.family"])
    ax.tick_params(labelfontfamily=plt.rcParams["font.family"][0])
    return ax


def money_axis(
    ax: "Axes", currency: str, lang: str, *, which: str = "y", key: str = "axis.amount"
) -> None:
    """Write amounts briefly along an axis and name the unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    axis = ax.yaxis if which == "y" else ax.xaxis
    # no steps of a quarter: with one decimal 1.25M would read 1.3M
    axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value, lang)))
    axis.set_label_text(label(key, lang, unit=unit_of(currency, lang)))


def count_axis(ax: "Axes", text: str, lang: str, *, which: str = "y") -> None:
    """Write counts briefly along an axis; `text` names what is counted."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value, lang)))
    axis.set_label_text(text)


def inner_ticks(ax: "Axes", which: str = "y") -> list[float]:
    """Return the ticks inside the view: labels of those beyond it would lie off the canvas."""
    axis, limits = (ax.yaxis, ax.get_ylim()) if which == "y" else (ax.xaxis, ax.get_xlim())
    low, high = sorted(limits)
    return [float(t) for t in axis.get_ticklocs() if low <= t <= high]


def month_axis(ax: "Axes", months: Sequence[Any], lang: str) -> None:
    """Write at most a dozen months along x, without overlap, years where they change."""
    import pandas as pd  # noqa: PLC0415

    shown = _twelve([pd.Timestamp(m) for m in months])
    names = []
    for i, stamp in enumerate(shown):
        word = f"{stamp.month}月" if lang == "zh" else month(stamp).split()[0]
        new_year = i == 0 or stamp.year != shown[i - 1].year
        names.append(f"{word}\n{stamp.year}" if new_year else word)
    ax.set_xticks(shown, names)


def _twelve(stamps: "list[pd.Timestamp]") -> "list[pd.Timestamp]":
    """Return at most a dozen of the months: each, or those that begin a quarter, half or year."""
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        shown = [stamp for stamp in stamps if (stamp.year * 12 + stamp.month - 1) % step == 0]
        if 1 < len(shown) <= 12:
            return shown
    return stamps[:: max(1, -(-len(stamps) // 12))]


# a title starts above the axes: the labels of the y axis take the rest of the width
_TITLE_ROOM = 0.85


def wrap_title(
    ax: "Axes", text: str, *, room: float = _TITLE_ROOM, pad: float | None = None
) -> None:
    """Set the title, broken into lines that fit the width of the axes.

    `room` is the part of the width that long names along the y axis leave; `pad` the points
    between title and axes, the usual ones if None.
    """
    import matplotlib.pyplot as plt  # noqa: PLC0415

    spec = ax.get_subplotspec()
    part = len(spec.colspan) / spec.get_gridspec().ncols if spec else 1.0
    inches = ax.figure.bbox.width / ax.figure.dpi
    width = inches * part * 72 / plt.rcParams["axes.titlesize"]
    lines, line, used = [], "", 0.0
    for token in _tokens(text):
        size = text_width(token)
        if line and used + size > width * room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + token, used + size
    title = ax.set_title("\n".join([*lines, line.rstrip()]), pad=pad)
    title.set_fontfamily(plt.rcParams["font.family"])  # axes made elsewhere keep their own


def text_width(text: str) -> float:
    """Return the width of a line of text in our font, in units of the font size."""
    return sum(_advance(c) for c in text)


@cache
def _advance(char: str) -> float:
    """Return the width of a character of our font, in units of the font size."""
    font = _font()
    if not font.get_char_index(ord(char)):  # drawing it warns; measuring it need not
        return 1.0
    return float(font.load_char(ord(char)).linearHoriAdvance) / 65536 / 12


@cache
def _font() -> Any:
    """Return our font for measuring, apart from the one that matplotlib draws with."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    font = FT2Font(str(font_path()))
    font.set_size(12, 72)
    return font


#: The last character before those of East Asia.
_LAST_NARROW = 0x2E7F
#: What may not begin a line: closing marks, and the units that follow a number.
_CLOSING = "，。；：、）》】”！？％万亿元年月日"
#: What may not end one.
_OPENING = "（《【“"


def _tokens(text: str) -> list[str]:
    """Split where a line may break: after spaces, and between Chinese characters.

    Examples
    --------
    >>> _tokens("East: -58.8万，驱动")
    ['East: ', '-58.8万，', '驱', '动']
    >>> _tokens("剔除（37元）“东区”")
    ['剔', '除', '（37元）', '“东', '区”']
    """
    tokens: list[str] = []
    word = ""
    for char in text:
        if char in _CLOSING and (word or tokens):
            word += char if word else tokens.pop() + char
        elif char in _OPENING:
            tokens, word = [*tokens, word], char
        elif ord(char) <= _LAST_NARROW:
            word += char
            if char != " ":
                continue
        elif word and word[-1] in _OPENING:
            word += char
        else:
            tokens, word = [*tokens, word], char
        if word[-1] not in _OPENING:
            tokens, word = [*tokens, word], ""
    return [token for token in [*tokens, word] if token]


@singledispatch
def _draw(result: Any, **_options: Any) -> Any:
    raise ContractError(
        f"There is no picture of a {type(result).__name__}.",
        where=f"plot() of {type(result).__name__}",
        fix="use .to_frame() or .explain()",
        code="unknown-name",
    )


#: The file that draws the results of each package, or of a room in it; loaded when asked for.
PICTURES = {
    "panel": "trend",
    "targets": "targets",
    "targets.growth_methods": "growthmethods",
    "targets.assumptions": "targets_base",
    "targets.base_cleaning": "targets_base",
    "targets.bottomup": "targets_bottomup",
    "targets.tiers": "tiers",
    "targets.crossed": "crossed",
    "targets.metrics": "metric_card",
    "targets.time": "targets_time",
    "targets.fairness": "fairness",
    "targets.card": "card",
    "forecast": "fan",
    "forecast.explanation": "outcomes",
    "forecast.inspection": "inspect",
    "forecast.outcomes": "outcomes",
    "forecast.paths": "outcomes",
    "forecast.scoring": "backtest",
    "variance": "waterfall",
    "variance.baseline": "bases",
    "variance.components": "components",
    "variance.screening": "screening",
    "variance.places": "places",
    "incentives": "pay",
    "incentives.corrections": "corrections",
    "incentives.lint": "lint",
    "incentives.optimum": "optimum",
    "incentives.effects": "effects",
    "incentives.behaviour": "behaviour",
    "incentives.outlook": "outlook",
    "incentives.semantics": "readings",
    "incentives.simulate": "simulation",
    "incentives.tax": "bonus_tax",
    "tracking": "scorecard",
    "data": "quality",
    "data.verify": "verify",
    "data.regional": "regional",
    "book": "note",
    "book.checks": "confirmation",
}


def draw(result: Any, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw `result` on `ax` with the drawing registered for its class."""
    parts = type(result).__module__.split(".")[1:3]
    # a room may have pictures of its own: data.verify before data
    for home in (".".join(parts), *parts[:1]):
        if home in PICTURES:
            import_module(f"salesanalysis.plots.{PICTURES[home]}")
            break
    axes: Axes = _draw(result, ax=ax, lang=lang, **kwargs)
    return axes


draw.register = _draw.register  # type: ignore[attr-defined]
