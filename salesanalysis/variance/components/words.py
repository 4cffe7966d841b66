"""Sentences about variance components: shares, cautions with their counts, and no blame."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import count, exact, has_label, label, percent
from salesanalysis.results import column_label
from salesanalysis.variance.names import small

if TYPE_CHECKING:
    from salesanalysis.variance.components.result import Components

#: The leading level is named as such where it leads in so many of the draws.
SURE = 0.8
#: An interval wider than that says little.
WIDE = 0.4


def level_text(level: str, lang: str) -> str:
    """Return how a level is called; a name nobody translated as it is.

    Examples
    --------
    >>> level_text("noise", "en"), level_text("region", "zh"), level_text("cask", "zh")
    ('Noise', '区域', 'cask')
    """
    key = f"level.{level}"
    return label(key, lang) if has_label(key) else column_label(level, lang)


def inside(level: str, lang: str) -> str:
    """Return how a level is called inside a sentence: a word of ours without its capital.

    Examples
    --------
    >>> inside("region", "en"), inside("Cask", "en")
    ('region', 'Cask')
    """
    text = level_text(level, lang)
    return text if text == level else small(text)


def sentences(result: "Components", lang: str) -> list[str]:
    """Return the finding, one line per level, what it does not say, and the cautions."""
    rows = result.ranked().to_dict("records")
    lines = [_headline(result, rows, lang)]
    lines += [_line(result, row, lang) for row in rows]
    if result.meta.by:
        lines.append(label("components.by", lang, by=inside(result.meta.by, lang)))
    lines.append(label("components.no_blame", lang))
    return lines + _cautions(result, lang)


def _headline(result: "Components", rows: list[dict[str, Any]], lang: str) -> str:
    """Name the level that carries most of the spread, or say that the data cannot tell."""
    words = {"value": column_label(result.meta.value, lang)}
    first, second = rows[0], rows[1]
    if result.meta.interval != "none" and result.meta.lead_chance < SURE:
        both = {
            "first": inside(first["level"], lang), "second": inside(second["level"], lang),
            "share": percent(first["variance_share"]), "other": percent(second["variance_share"]),
        }  # fmt: skip
        return label("components.headline_unsure", lang, **words, **both)
    words["share"] = percent(first["variance_share"])
    if first["level"] == "noise":
        lowest = inside(result.meta.groups[-1], lang)
        return label("components.headline_noise", lang, level=lowest, **words)
    name = inside(first["level"], lang)
    return label("components.headline", lang, level=name, **words)


def _line(result: "Components", row: dict[str, Any], lang: str) -> str:
    words = {"level": level_text(row["level"], lang), "share": percent(row["variance_share"])}
    words["interval"] = ""
    if result.meta.interval != "none":
        words["interval"] = label(
            "components.interval", lang, coverage=percent(result.meta.coverage, 0),
            low=percent(row["low_share"]), high=percent(row["high_share"]),
        )  # fmt: skip
    key = "line_noise" if row["level"] == "noise" else "line"
    return label(f"components.{key}", lang, n=count(row["n_groups"]), **words)


def _cautions(result: "Components", lang: str) -> list[str]:
    """Say what makes the shares doubtful, each with its count."""
    return [*_cautions_of_levels(result, lang), *_cautions_of_data(result, lang)]


def _cautions_of_levels(result: "Components", lang: str) -> list[str]:
    out = []
    for row in result.frame.to_dict("records"):
        if row["level"] == "noise":
            continue
        words = {"level": inside(row["level"], lang)}
        if row["n_groups"] < 5:
            out.append(label("components.few_groups", lang, n=count(row["n_groups"]), **words))
        if row["status"] == "set_to_zero":
            out.append(label("components.set_to_zero", lang, **words))
        if row["high_share"] - row["low_share"] > WIDE:
            words |= {"low": percent(row["low_share"]), "high": percent(row["high_share"])}
            out.append(label("components.wide", lang, **words))
    return out


def _cautions_of_data(result: "Components", lang: str) -> list[str]:
    meta = result.meta
    top, lowest = inside(meta.groups[0], lang), inside(meta.groups[-1], lang)
    out = []
    if not meta.converged:
        out.append(label("components.not_converged", lang))
    if meta.interval == "bootstrap":
        out.append(label("components.bootstrap", lang, n=count(meta.n_boot), level=top))
    out += [label("components.within", lang, level=inside(g, lang)) for g in meta.within]
    if meta.n_single:
        out.append(label("components.single", lang, n=count(meta.n_single), level=lowest))
    if meta.n_left_out:
        out.append(_left_out(result, lang))
    if meta.small_targets:
        out.append(label("components.small_targets", lang))
    return out


def _left_out(result: "Components", lang: str) -> str:
    """Say how many rows had too small a target, and who went wholly."""
    meta = result.meta
    limit = exact(meta.min_target, 0 if meta.min_target >= 10 else 2)
    text = label("components.left_out", lang, n=count(meta.n_left_out), limit=limit)
    if not meta.left_out:
        return text
    shown = result.terms.show_all(meta.groups[-1], meta.left_out[:5], lang)
    names = label("components.comma", lang).join(shown)
    more = len(meta.left_out) - len(shown)
    if more > 0:
        names += label("components.more", lang, n=count(more))
    return text + label("components.left_out_names", lang, names=names)
