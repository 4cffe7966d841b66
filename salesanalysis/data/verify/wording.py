"""What a comparison says, in both languages; every number comes from its tables."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.data.fixed import UNITS
from salesanalysis.labels import completion, count, exact, growth, label, money, month, unit_of
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.data.verify.result import Verification

#: Names proposed one by one in the sentences; the table has them all.
MAX_NAMES = 3


def sentences(result: "Verification", lang: str) -> list[str]:
    """Return the verdict, the totals, the cells by status, what is left out, what to do."""
    out = [_verdict(result, lang), _totals(result, lang), *_sides(result, lang)]
    out += [*_lines(result, lang), *_outside(result, lang), *_names(result, lang)]
    if result.confirmed_by:
        # nobody has confirmed figures that differ
        key = "verify.confirmed" if result.status == "verified" else "verify.not_confirmed"
        out.append(label(key, lang, who=result.confirmed_by))
    return out


def amount(result: "Verification", units: int, lang: str, *, short: bool = False) -> str:
    """Write an amount of ten-thousandths: money with its currency, pieces without."""
    value = units / UNITS
    if result.value == "quantity" or result.value.startswith("n_"):
        return label("verify.pieces", lang, n=exact(value, 0 if value == int(value) else 2))
    if short:
        return money(value, lang, result.currency)
    unit = unit_of(result.currency, lang)
    return f"{exact(value)}{'' if lang == 'zh' and unit != result.currency else ' '}{unit}"


def signed(result: "Verification", units: int, lang: str) -> str:
    """Write a difference with its sign."""
    return f"{'+' if units > 0 else ''}{amount(result, units, lang)}"


def cell_name(result: "Verification", row: pd.Series, lang: str) -> str:
    """Write which cell a row is: East, Mar 2024."""
    words = [result.terms.show(c, row[c], lang) for c in result.by if c != "period"]
    period = [_period(result, row["period"], lang)] if "period" in result.by else []
    comma = label("verify.comma", lang)
    return comma.join([" / ".join(words), *period] if words else period) or label(
        "word.company", lang
    )


def _period(result: "Verification", when: pd.Timestamp, lang: str) -> str:
    """Write a month, a quarter or a fiscal year."""
    if result.freq == "M":
        return month(when, lang)
    year = result.calendar.name(result.calendar.year_of(when))
    if result.freq == "Y":
        return label("verify.year", lang, year=year)
    return label("verify.quarter", lang, year=year, n=result.calendar.quarter_of(when))


def _span(result: "Verification", first: pd.Timestamp, last: pd.Timestamp, lang: str) -> str:
    """Write one period, or the first and the last of several."""
    ends = [_period(result, when, lang) for when in (first, last)]
    if first == last:
        return ends[0]
    return label("verify.span", lang, first=ends[0], last=ends[1])


def _verdict(result: "Verification", lang: str) -> str:
    """Return the one line a page prints."""
    cells, n = result.cells, result.counts()
    n_all = int(n.sum() - n["both_zero"])
    parts = {
        "source": result.source[lang],
        "tolerance": result.tolerance.show(lang, result.currency),
        "n": count(n["matched"]),
        "total": count(n_all),
        "share": completion(result.agreed_share),
    }
    if result.status == "unverified":
        return label("verify.unverified", lang, **parts)
    gap = cells["ours"] - cells["theirs"]
    worst = gap.abs().idxmax()
    if not gap[worst]:
        whole = amount(result, int(cells["ours"].sum()), lang, short=True)
        return label("verify.equal", lang, **parts, amount=whole)
    parts["largest"] = signed(result, int(gap[worst]), lang)
    parts["cell"] = cell_name(result, cells.loc[worst], lang)
    return label(f"verify.{result.status}", lang, **parts)


def _totals(result: "Verification", lang: str) -> str:
    """Compare the sums of all cells."""
    ours, theirs = int(result.cells["ours"].sum()), int(result.cells["theirs"].sum())
    if ours == theirs:
        return label("verify.totals_equal", lang, ours=amount(result, ours, lang))
    parts = {
        "ours": amount(result, ours, lang),
        "theirs": amount(result, theirs, lang),
        "difference": signed(result, ours - theirs, lang),
    }
    if not theirs:
        return label("verify.totals_only", lang, **parts)
    share = growth((ours - theirs) / abs(theirs), 2)
    return label("verify.totals", lang, **parts, share=share)


def _sides(result: "Verification", lang: str) -> list[str]:
    """Say how many cells differ or stand on one side only, and what they add up to."""
    out = []
    table = result.cells.assign(gap=result.cells["ours"] - result.cells["theirs"])
    for status in ("differing", "only_ours", "only_theirs"):
        rows = table[table["status"] == status]
        if len(rows):
            held = rows["theirs" if status == "only_theirs" else "ours"]
            out.append(
                label(
                    f"verify.{status}",
                    lang,
                    n=count(len(rows)),
                    amount=signed(result, int(rows["gap"].sum()), lang),
                    size=amount(result, int(held.sum()), lang),
                    source=result.source[lang],
                )
            )
    told = table[(table["explanation"] != "") & ~table["status"].isin(["matched", "both_zero"])]
    sums = told.groupby("explanation", as_index=False).agg(n=("gap", "size"), gap=("gap", "sum"))
    return out + [
        label(
            "verify.explained",
            lang,
            n=count(row.n),
            amount=signed(result, int(row.gap), lang),
            text=row.explanation.rstrip(".。"),
        )
        for row in sums.itertuples(index=False)
    ]


def _lines(result: "Verification", lang: str) -> list[str]:
    """Say how many lines of theirs were summed."""
    n = int(result.cells["n_theirs"].sum())
    n_cells = int((result.cells["n_theirs"] > 0).sum())
    if n == n_cells:
        return []
    source = result.source[lang]
    return [label("verify.lines", lang, n=count(n), cells=count(n_cells), source=source)]


def _outside(result: "Verification", lang: str) -> list[str]:
    """State what was not compared, on each side, with its amounts."""
    sums = result.outside.groupby(["side", "reason"], as_index=False).agg(
        n=("n", "sum"), amount=("amount", "sum"), first=("period", "min"), last=("period", "max")
    )
    return [
        label(
            f"verify.outside_{row.side}",
            lang,
            n=count(row.n),
            amount=amount(result, int(row.amount), lang),
            span=_span(result, row.first, row.last, lang),
            source=result.source[lang],
            reason=label(f"verify.{row.reason}", lang),
        )
        for row in sums.itertuples(index=False)
    ]


def _names(result: "Verification", lang: str) -> list[str]:
    """Propose names that may mean the same, those with the largest amounts first."""
    table = result.proposals.assign(size=result.proposals["amount"].abs())
    top = table.sort_values(["size", "theirs"], ascending=[False, True], kind="stable")
    return [
        label(
            "verify.name",
            lang,
            column=column_label(row.column, lang),
            theirs=row.theirs,
            ours=row.ours,
            source=result.source[lang],
            amount=amount(result, int(row.amount), lang),
            write=f"values={{{row.column!r}: {{{row.theirs!r}: {row.ours!r}}}}}",
        )
        for row in top.head(MAX_NAMES).itertuples(index=False)
    ]
