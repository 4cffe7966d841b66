"""The data statement in sentences: what was read, left out and doubted, in lines and money."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.cleaning.counting import UNITS
from salesanalysis.data.kinds import LEVELS
from salesanalysis.labels import count, day, label, money, month, percent
from salesanalysis.periods import month_range
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.data.quality import Quality

#: Gaps named one by one in the sentences; the table has them all.
MAX_GAPS = 3
#: Proposed names named one by one.
MAX_NAMES = 3
#: Months without a line named one by one.
MAX_MONTHS = 6
#: What rules find in every company: said, and no reason for doubt.
USUAL = ("returned_pairs", "unpaired_returns", "open_month")


def statement(quality: "Quality", lang: str) -> list[str]:
    """Return the sentences of a data statement, the sum of it first."""
    return [
        _headline(quality, lang),
        *(label(key, lang, **dict(values)) for key, values in quality.remarks),
        *_read(quality, lang),
        *_renamed(quality, lang),
        *_whole(quality, lang),
        *_found(quality, lang),
        *_silent(quality, lang),
        *_open(quality, lang),
        *_gaps(quality, lang),
        *_unchecked(quality, lang),
    ]


def doubts(quality: "Quality") -> Any:
    """Return the rules that found lines which stay in the numbers, the most money first."""
    table = quality.rules
    left = table[(table["status"] == "flagged") & ~table["rule"].isin(USUAL)]
    return left.sort_values(["units_abs", "n_rows", "rule"], ascending=[False, False, True])


def share_text(quality: "Quality", units: int) -> str:
    """Return the share of `units`; one that would read 0.0 % with money in it says so."""
    share = units / max(quality.totals["units_abs"], 1)
    return "<0.1%" if 0 < share < 0.0005 else percent(share)


def _headline(quality: "Quality", lang: str) -> str:
    sales = quality.overview.set_index("table").loc["sales"]
    return label(
        "quality.headline",
        lang,
        n=count(sales["n_seen"]),
        amount=money(sales["amount_seen"], lang, quality.currency),
        first=day(sales["first"], lang),
        last=day(sales["last"], lang),
        left=_left(quality, lang),
        doubt=_doubt(quality, lang),
    )


def _left(quality: "Quality", lang: str) -> str:
    n = int(quality.rules["n_dropped"].sum())
    if not n:
        return label("quality.none_left_out", lang)
    amount = money(quality.rules["units_dropped"].sum() / UNITS, lang, quality.currency)
    return label("quality.left_out", lang, n=count(n), amount=amount)


def _doubt(quality: "Quality", lang: str) -> str:
    """Name the suspicious lines with the most money in them."""
    left = doubts(quality)
    if left.empty:
        return label("quality.no_doubt", lang)
    top = left.iloc[0]
    text = label(
        "quality.doubt",
        lang,
        rule=label(f"rule.{top['rule']}", lang).lower(),
        n=count(top["n_rows"]),
        amount=money(top["units"] / UNITS, lang, quality.currency),
    )
    more = len(left) - 1
    return text + (label("quality.doubt_more", lang, n=count(more)) if more else "")


def _read(quality: "Quality", lang: str) -> list[str]:
    """Say what was read, and what lies after the day."""
    sales = quality.overview.set_index("table").loc["sales"]
    source = "mapping" if quality.mapping else "direct"
    n = count(sales["n_in"])
    out = [label(f"quality.{source}", lang, mapping=quality.mapping, n=n)]
    if sales["n_blank"]:
        out.append(label("quality.blank", lang, n=count(sales["n_blank"])))
    if sales["n_left_out"]:
        left = money(sales["amount_left_out"], lang, quality.currency)
        n_left = count(sales["n_left_out"])
        out.append(label("quality.not_mapped", lang, n=n_left, amount=left))
    if sales["n_after"]:
        out.append(_after(quality, sales, lang))
    return out


def _after(quality: "Quality", sales: Any, lang: str) -> str:
    """Say what lies after the day; what a rule dropped of it is not kept."""
    lost = quality.totals["n_later_lost"]
    return label(
        "quality.after_lost" if lost else "quality.after",
        lang,
        n=count(sales["n_after"]),
        amount=money(sales["amount_after"], lang, quality.currency),
        as_of=day(quality.as_of, lang),
        k=count(lost),
        lost=money(quality.totals["units_later_lost"] / UNITS, lang, quality.currency),
    )


def _renamed(quality: "Quality", lang: str) -> list[str]:
    """Say which accepted names were mended."""
    done = [r for r in quality.renamed if r["n_rows"]]
    if not done:
        return []
    pairs = [
        label("quality.one_name", lang, name=r["from_name"], other=r["to_name"])
        for r in sorted(done, key=lambda r: (-r["n_rows"], r["from_name"]))[:MAX_NAMES]
    ]
    joined, n = label("quality.and", lang).join(pairs), count(sum(r["n_rows"] for r in done))
    return [label("quality.renamed", lang, n=n, k=count(len(done)), names=joined)]


def _whole(quality: "Quality", lang: str) -> list[str]:
    """Say of what the shares are, where it is not simply the amount that was read."""
    totals = quality.totals
    plain = totals["units_abs"] == abs(totals["units_read"])
    if plain or not quality.rules["n_rows"].any():
        return []
    amount = money(totals["units_abs"] / UNITS, lang, quality.currency)
    return [label("quality.whole", lang, day=day(quality.as_of, lang), amount=amount)]


def _found(quality: "Quality", lang: str) -> list[str]:
    """Say what each rule found, what is left out first, then the most money."""
    table = quality.rules[quality.rules["n_rows"] > 0]
    order = table.assign(stays=table["n_dropped"] == 0)
    order = order.sort_values(["stays", "units_abs", "rule"], ascending=[True, False, True])
    return [text for row in order.itertuples() for text in _rule(quality, row, lang)]


def _rule(quality: "Quality", row: Any, lang: str) -> list[str]:
    """Say what one rule found, and what is special about it."""
    done = "dropped" if row.n_dropped else "flagged"
    out = [
        label(
            f"quality.{done}",
            lang,
            rule=label(f"rule.{row.rule}", lang),
            n=count(row.n_rows),
            amount=money(row.units / UNITS, lang, quality.currency),
            share=share_text(quality, row.units_abs),
            k=count(row.n_dropped),
            lost=money(row.units_dropped / UNITS, lang, quality.currency),
        )
    ]
    special = _SPECIAL.get(row.rule)
    return out + (special(quality, row, lang) if special else [])


def _sums(quality: "Quality", _: Any, lang: str) -> list[str]:
    """Name the first rows that look like sums, with their amounts."""
    top = quality.evidence[quality.evidence["rule"] == "sum_of_rows"].head(MAX_NAMES)
    rows = [
        label(
            "quality.one_sum",
            lang,
            row=getattr(line, "row", "") if "row" in top else line.order_id,
            amount=money(float(line.revenue), lang, quality.currency),
        )
        for line in top.itertuples()
    ]
    return [label("quality.sums", lang, rows=label("quality.and", lang).join(rows))]


def _copies(quality: "Quality", _: Any, lang: str) -> list[str]:
    return [label("quality.no_order_numbers", lang)] if quality.numbered else []


def _returns(_: "Quality", row: Any, lang: str) -> list[str]:
    return [label(f"quality.{row.rule}", lang, n=count(row.n_orders))]


def _differs(quality: "Quality", row: Any, lang: str) -> list[str]:
    would = money(row.units_expected / UNITS, lang, quality.currency)
    is_now = money(row.units / UNITS, lang, quality.currency)
    return [label("quality.would_be", lang, would=would, amount=is_now)]


def _names(quality: "Quality", _: Any, lang: str) -> list[str]:
    table = quality.names.sort_values(["n_rows", "from_name"], ascending=[False, True])
    top = table.head(MAX_NAMES)
    pairs = [
        label("quality.one_name", lang, name=a, other=b)
        for a, b in zip(top["from_name"], top["to_name"], strict=True)
    ]
    joined = label("quality.and", lang).join(pairs)
    return [label("quality.names", lang, n=count(len(table)), names=joined)]


def _method(_quality: "Quality", _row: Any, lang: str) -> list[str]:
    return [label("quality.outlier_method", lang)]


def _last_day(quality: "Quality", row: Any, lang: str) -> list[str]:
    # a month that is dropped is in no overview, and its last line is the one that is meant
    last = quality.last_open or quality.overview.set_index("table").loc["sales", "last"]
    out = [label("quality.last_line", lang, day=day(last, lang))]
    if quality.as_of.normalize() <= last.normalize():  # the data were not said to reach further
        end = (last + pd.offsets.MonthEnd(0)).date().isoformat()
        key = "quality.if_over_dropped" if row.n_dropped else "quality.if_over"
        rule = "cleaning: {open_month: flag}"
        out.append(label(key, lang, entry=f"as_of: {end}", rule=rule))
    return out


_SPECIAL = {
    "sum_of_rows": _sums,
    "duplicates": _copies,
    "returned_pairs": _returns,
    "unpaired_returns": _returns,
    "revenue_differs": _differs,
    "unlike_names": _names,
    "outliers": _method,
    "open_month": _last_day,
}


def _silent(quality: "Quality", lang: str) -> list[str]:
    """Say which months between the first and the last hold no line: a file may be missing."""
    seen = quality.months["period"]
    if seen.empty:
        return []
    span = month_range(seen.min(), seen.max())
    silent = span.difference(seen)
    if not len(silent):
        return []
    names = [month(m, lang) for m in silent[:MAX_MONTHS]]
    more = ["…"] if len(silent) > MAX_MONTHS else []
    joined = label("quality.and", lang).join([*names, *more])
    n, of = count(len(silent)), count(len(span))
    return [label("quality.silent_months", lang, n=n, of=of, months=joined)]


def _open(quality: "Quality", lang: str) -> list[str]:
    """Say which month is not over yet."""
    opened = quality.months.loc[~quality.months["closed"], "period"]
    closed = month(quality.closed_through, lang)
    return [label("quality.open", lang, month=month(m, lang), closed=closed) for m in opened]


def _gaps(quality: "Quality", lang: str) -> list[str]:
    """Name the largest gaps in the sales table, or say that there are none."""
    table = quality.gaps[(quality.gaps["table"] == "sales") & (quality.gaps["n_empty"] > 0)]
    top = table.sort_values(["n_empty", "column"], ascending=[False, True]).head(MAX_GAPS)
    out = [
        label(
            "quality.none" if column in LEVELS else "quality.empty",
            lang,
            n=count(n),
            column=column_label(column, lang),
        )
        for column, n in zip(top["column"], top["n_empty"], strict=True)
    ]
    rounded = int(quality.overview["n_rounded"].sum())
    if rounded:
        out.append(label("quality.rounded", lang, n=count(rounded)) + _lost(quality, lang))
    return out or [label("quality.complete", lang)]


def _lost(quality: "Quality", lang: str) -> str:
    """Say what rounding took from the amounts, to the last of its decimals."""
    lost = round(float(quality.overview["amount_rounded"].fillna(0).sum()), 6)
    if not lost:
        return ""
    shown = f"{lost:+,.6f}".rstrip("0").rstrip(".")
    return label("quality.rounded_lost", lang, amount=f"{shown} {quality.currency}")


def _unchecked(quality: "Quality", lang: str) -> list[str]:
    """Say which rules were not looked at, and why."""
    out = []
    for status in ("no_column", "no_list", "skipped"):
        rules = quality.rules.loc[quality.rules["status"] == status, "rule"]
        if len(rules):
            names = label("quality.and", lang).join(label(f"rule.{r}", lang) for r in rules)
            out.append(label(f"quality.not_checked_{status}", lang, rules=names))
    return out
