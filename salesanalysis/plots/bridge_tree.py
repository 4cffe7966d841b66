"""The tree of a gap: volume into quantity and mix, quantity into market size and share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import growth, has_label, label
from salesanalysis.plots.base import DOWN, INK, MUTED, TOTAL, UP, new_axes, wrap_title
from salesanalysis.plots.small import broken, small_print
from salesanalysis.variance import Bridge
from salesanalysis.variance.how import caption
from salesanalysis.variance.names import effect_name, fitted
from salesanalysis.variance.text import rounded_steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Boxes of the right edge that fit; the smallest effects below the gap are one.
MOST = 10
WIDTH, HEIGHT, NAME_WIDTH = 0.8, 0.72, 22


@dataclass
class Box:
    """One box: what it is called, its amount as written, where it stands."""

    name: str
    amount: float
    whole: int
    depth: int
    place: float
    parent: str


def tree(result: Bridge, *, ax: "Axes | None" = None, lang: str = "en", **_options: Any) -> "Axes":
    """Draw the effects of `result` as a tree from the gap on the left.

    Raises
    ------
    ContractError
        A bridge of members, whose effects have no tree.
    """
    if result.by_member:
        raise ContractError(
            f"A bridge of the method {result.meta.method!r} has one effect only: there is no tree.",
            where='Bridge.plot(kind="tree")',
            fix='use kind="contribution" or kind="waterfall"',
            code="bad-choice",
        )
    scale, steps = rounded_steps(result, lang)
    boxes = _boxes(steps, result, lang, gap=scale.steps(result.gap))
    depth = max(box.depth for box in boxes.values())
    leaves = sum(box.parent != "" and not _children(boxes, key) for key, box in boxes.items())
    ax = new_axes(ax, figsize=(2.4 + 1.75 * (depth + 0.6), 1.7 + 0.44 * max(leaves, 3)))
    for box in boxes.values():
        if box.parent:
            _line(ax, boxes[box.parent], box)
    for box in boxes.values():
        share = growth(box.amount / result.start) if _in_percent(result) else ""
        amount = f"{scale.mark(box.whole, box.amount)}  {share}".rstrip()
        _draw(ax, box, amount, result.meta.favourable)
    ax.set_xlim(-0.05, depth + WIDTH + 0.05)
    ax.set_ylim(max(leaves, 1) - 0.45, -0.55)
    ax.grid(visible=False)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    words = label("variance.space", lang).join([label("tree.caption", lang), caption(result, lang)])
    small_print(ax, words, room=0.86)
    wrap_title(ax, result.headline(lang))
    return ax


def _in_percent(result: Bridge) -> bool:
    return result.start > 0 and result.meta.kind != "share"


def _boxes(steps: pd.DataFrame, result: Bridge, lang: str, *, gap: int) -> dict[str, Box]:
    """Return every effect and every sum of them above it, with its place."""
    parents = dict(result.effects[["effect", "parent"]].drop_duplicates().itertuples(index=False))
    parents |= {"volume": "gap", "quantity": parents.get("quantity", "volume"), "mix": "volume"}
    shown = _merged(steps, parents, lang)
    boxes = {"gap": Box(label("parent.gap", lang), result.gap, gap, 0, 0.0, "")}
    for row in shown.itertuples():
        _add_above(boxes, parents, str(row.effect), lang)
        parent = parents.get(str(row.effect), "gap")
        effect = str(row.effect)
        called = effect_name(effect, lang, terms=result.terms)
        name = str(row.name) if effect == "other" else called
        depth = boxes[parent].depth + 1
        boxes[effect] = Box(name, float(row.amount), int(row.whole), depth, 0.0, parent)
    _sum_up(boxes, set(shown["effect"]))
    _place(boxes)
    return boxes


def _merged(steps: pd.DataFrame, parents: dict[str, str], lang: str) -> pd.DataFrame:
    """Merge the smallest effects that hang on the gap where there are too many."""
    steps = steps[["effect", "name", "amount", "whole"]]
    steps = steps.assign(name=steps["effect"])
    if len(steps) <= MOST:
        return steps
    free = steps["effect"].map(lambda e: parents.get(e) == "gap") & ~steps["effect"].isin(
        ("new", "lost", "open")
    )
    n = len(steps) - MOST + 1
    small = steps[free].assign(size=steps["amount"].abs()).nsmallest(n, "size", keep="first")
    other = {
        "effect": "other", "name": label("word.other_n", lang, n=len(small)),
        "amount": small["amount"].sum(), "whole": small["whole"].sum(),
    }  # fmt: skip
    return pd.concat([steps.drop(index=small.index), pd.DataFrame([other])], ignore_index=True)


def _add_above(boxes: dict[str, Box], parents: dict[str, str], effect: str, lang: str) -> None:
    """Add the sums above an effect, from the gap down."""
    parent = parents.get(effect, "gap")
    if parent in boxes:
        return
    _add_above(boxes, parents, parent, lang)
    key = f"parent.{parent}"
    name = label(key, lang) if has_label(key) else effect_name(parent, lang)
    above = parents.get(parent, "gap")
    boxes[parent] = Box(name, 0.0, 0, boxes[above].depth + 1, 0.0, above)


def _sum_up(boxes: dict[str, Box], leaves: set[str]) -> None:
    """Give every sum the amounts of what hangs on it."""
    for key in leaves:
        box, up = boxes[key], boxes[key].parent
        while up and up != "gap":
            boxes[up].amount += box.amount
            boxes[up].whole += box.whole
            up = boxes[up].parent


def _children(boxes: dict[str, Box], key: str) -> list[str]:
    return [name for name, box in boxes.items() if box.parent == key]


def _place(boxes: dict[str, Box]) -> None:
    """Stack the leaves; a sum stands at the mean of its parts."""
    count = 0

    def place(key: str) -> float:
        nonlocal count
        below = _children(boxes, key)
        if below:
            places = [place(name) for name in below]
            boxes[key].place = (places[0] + places[-1]) / 2
        else:
            boxes[key].place = float(count)
            count += 1
        return boxes[key].place

    place("gap")


def _line(ax: "Axes", above: Box, below: Box) -> None:
    left, right = above.depth + WIDTH, float(below.depth)
    middle = (left + right) / 2
    ax.plot(
        [left, middle, middle, right], [above.place, above.place, below.place, below.place],
        color=MUTED, linewidth=0.9, zorder=0.5,
    )  # fmt: skip


def _draw(ax: "Axes", box: Box, amount: str, favourable: str) -> None:
    """Draw a box with a stripe in the colour of its sign, its name and amount."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    good = (box.amount >= 0) == (favourable == "up")
    color = TOTAL if not box.parent else UP if good else DOWN
    corner = (box.depth, box.place - HEIGHT / 2)
    ax.add_patch(Rectangle(corner, WIDTH, HEIGHT, facecolor="#f4f4f2", edgecolor="none", zorder=1))
    ax.add_patch(Rectangle(corner, 0.03, HEIGHT, facecolor=color, edgecolor="none", zorder=2))
    name = fitted([box.name], NAME_WIDTH)[0]
    lines = broken(name, 92, 8)
    name = lines[0] if len(lines) == 1 else name
    for text, shift in ((name, -0.16), (amount, 0.17)):
        ax.text(
            box.depth + 0.07, box.place + shift, text, ha="left", va="center", fontsize=8,
            color=INK, zorder=3,
        )  # fmt: skip
