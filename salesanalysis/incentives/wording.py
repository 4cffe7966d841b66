"""Rules in words, English and Chinese, from the same objects the engine pays by."""

from fractions import Fraction

from salesanalysis.incentives.book import Piece, Scale
from salesanalysis.incentives.components import (
    Bands,
    Component,
    Curve,
    Interpolated,
    Package,
    Step,
    Tiers,
)
from salesanalysis.incentives.problems import decimal
from salesanalysis.labels import label, unit_of


def ratio(value: Fraction) -> str:
    """Write an exact ratio as percent, in full.

    Examples
    --------
    >>> ratio(Fraction("0.8")), ratio(Fraction("1.155")), ratio(Fraction("0.0125"))
    ('80%', '115.5%', '1.25%')
    """
    return f"{decimal(value * 100)}%"


def cut_ratio(value: Fraction, places: int = 1) -> str:
    """Write a reached share as percent, cut and never rounded up: 79.995 % is not 80 %.

    Examples
    --------
    >>> cut_ratio(Fraction("0.79995")), cut_ratio(Fraction("0.8")), cut_ratio(Fraction("-0.0123"))
    ('79.9%', '80.0%', '-1.3%')
    """
    steps = int(value * 100 * 10**places // 1)
    whole, rest = divmod(abs(steps), 10**places)
    return f"{'-' if steps < 0 else ''}{whole:,}.{rest:0{places}d}%"


def factor_text(value: Fraction | float) -> str:
    """Write a coefficient with at least one decimal.

    Examples
    --------
    >>> factor_text(Fraction(1)), factor_text(0.8), factor_text(Fraction("1.25"))
    ('1.0', '0.8', '1.25')
    """
    text = decimal(Fraction(str(round(value, 6))) if isinstance(value, float) else value, 6)
    return text if "." in text else f"{text}.0"


def amount_text(value: Fraction, lang: str, currency: str) -> str:
    """Write an exact amount with its currency, cents only where there are any.

    Examples
    --------
    >>> amount_text(Fraction("150000"), "en", "CNY"), amount_text(Fraction("0.5"), "zh", "CNY")
    ('150,000 CNY', '0.50元')
    """
    unit = unit_of(currency, lang)
    gap = " " if unit.isascii() else ""
    return f"{plain_amount(value)}{gap}{unit}"


def plain_amount(value: Fraction) -> str:
    """Write an exact amount, cents only where there are any, finer digits where there are any."""
    text = decimal(abs(value), 6)
    whole, _, rest = text.partition(".")
    if rest:
        rest = rest.ljust(2, "0")
    sign = "-" if value < 0 and text != "0" else ""
    return f"{sign}{int(whole):,}" + (f".{rest}" if rest else "")


def span(lo: Fraction | None, hi: Fraction | None, scale: Scale, lang: str, currency: str) -> str:
    """Write where a tier or band lies, saying to which side its edges belong.

    Examples
    --------
    >>> span(Fraction("0.5"), Fraction("0.8"), Scale("attainment", "lower"), "en", "CNY")
    '50% to below 80% of quota'
    >>> span(Fraction("0.8"), None, Scale("attainment", "lower"), "zh", "CNY")
    '完成率80%（含）以上'
    """
    ends = {
        name: edge_text(edge, scale, lang, currency)
        for name, edge in (("lo", lo), ("hi", hi))
        if edge is not None
    }
    where = "both" if len(ends) == 2 else "from" if lo is not None else "below" if ends else "all"
    return label(
        f"pay.of.{scale.unit}", lang, span=label(f"pay.span.{scale.closed}.{where}", lang, **ends)
    )


def edge_text(edge: Fraction, scale: Scale, lang: str, currency: str) -> str:
    """Write one edge: a percentage of quota, or an amount."""
    return ratio(edge) if scale.unit == "attainment" else amount_text(edge, lang, currency)


def part_span(part: Component, number: int, lang: str, currency: str) -> str:
    """Write where tier, step or band `number` (1 = first) of a component lies."""
    if isinstance(part, Package):
        return ""
    if isinstance(part, Bands):
        edges: list[Fraction | None] = [edge for edge, _ in part.bands]
    else:
        edges = list(part.edges)
    lo = edges[number - 1] if number <= len(edges) else None
    hi = edges[number] if number < len(edges) else None
    if isinstance(part, Step) and part.pays == "sum":
        hi = None
    return span(lo, hi, part.scale, lang, currency)


def line_rule(part: Component, piece: Piece, lang: str, currency: str) -> str:
    """Write the rule of one line of a statement."""
    title = part.title[0 if lang == "en" else 1]
    if isinstance(part, Curve | Package):
        return title
    where = part_span(part, piece.number, lang, currency)
    if isinstance(part, Tiers) and piece.base and piece.number == 1 and piece.base < 0:
        return label("pay.line.back", lang, title=title, rate=ratio(piece.rate))
    values = {"title": title, "span": where}
    if piece.kind == "share":
        return label("pay.line.share", lang, **values, rate=ratio(piece.rate))
    if piece.kind == "factor":
        return label("pay.line.factor", lang, **values, value=factor_text(piece.rate + 1))
    return label(
        "pay.line.times",
        lang,
        **values,
        amount=amount_text(Fraction(piece.base) / 100, lang, currency),
    )


def component_text(part: Component, names: dict[str, str], lang: str, currency: str) -> str:
    """Write a whole component: title, how it counts, every tier, where a tie belongs."""
    title = part.title[0 if lang == "en" else 1]
    rows = label("pay.join", lang).join(_rows(part, lang, currency))
    rows = rows[:1].upper() + rows[1:]
    sentences = [label("pay.text.title", lang, title=title), _how(part, names, lang, currency)]
    sentences += [label("pay.text.rows", lang, rows=rows)] if rows else []
    if not isinstance(part, Package):
        sentences.append(label(f"pay.text.tie.{part.scale.closed}", lang))
    if isinstance(part, Tiers):
        sentences.append(label(f"pay.text.negative.{part.negative}", lang))
        if part.reprice:
            sentences.append(label(f"pay.text.reprice.{part.reprice}", lang))
    return label("pay.gap", lang).join(sentences).strip()


def _how(part: Component, names: dict[str, str], lang: str, currency: str) -> str:
    """Say how a component counts."""
    if isinstance(part, Bands):
        targets = label("pay.and", lang).join(names[t] for t in part.multiplies)
        return label("pay.text.bands", lang, targets=targets)
    if isinstance(part, Package):
        values = {
            k: amount_text(getattr(part, k), lang, currency) for k in ("free", "size", "amount")
        }
        return label("pay.text.package", lang, **values)
    basis = label(f"pay.basis.{part.basis}", lang)
    if isinstance(part, Tiers):
        return label(f"pay.text.{part.mode}", lang, basis=basis)
    if isinstance(part, Step):
        return label(f"pay.text.step.{part.pays}", lang, basis=basis)
    if isinstance(part, Interpolated):
        return label("pay.text.interpolated", lang, basis=basis)
    below = ratio(part.below) if part.target_incentive else amount_text(part.below, lang, currency)
    return label("pay.text.curve", lang, basis=basis, below=below)


def _rows(part: Component, lang: str, currency: str) -> list[str]:
    """Say what each tier, step, band or point pays."""
    if isinstance(part, Package):
        return []
    if isinstance(part, Curve):
        high = ratio if part.target_incentive else (lambda y: amount_text(y, lang, currency))
        return [
            label("pay.row.point", lang, x=edge_text(x, part.scale, lang, currency), y=high(y))
            for x, y in part.points
        ]
    if isinstance(part, Bands):
        values = [factor_text(value) for _, value in part.bands]
    elif isinstance(part, Tiers):
        values = [_tier_value(t.rate, t.flat, lang, currency) for t in part.tiers]
    elif isinstance(part, Step):
        values = [amount_text(amount, lang, currency) for _, amount in part.steps]
    else:
        values = [amount_text(amount, lang, currency) for _, _, amount in part.tiers]
    rows = [
        label("pay.row.value", lang, span=part_span(part, i, lang, currency), value=value)
        for i, value in enumerate(values, 1)
    ]
    if isinstance(part, Bands) or part.edges[0] <= 0:
        return rows
    below = span(None, part.edges[0], part.scale, lang, currency)
    return [label("pay.row.nothing", lang, span=below), *rows]


def _tier_value(rate: Fraction, flat: Fraction, lang: str, currency: str) -> str:
    if not flat:
        return ratio(rate)
    return label("pay.row.flat", lang, rate=ratio(rate), flat=amount_text(flat, lang, currency))
