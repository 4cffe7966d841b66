"""Amounts with and without tax: which of two is which, and what is said where nobody knows."""

import re
from typing import TYPE_CHECKING

from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import Line, note
from salesanalysis.data.words.headings import plain

if TYPE_CHECKING:
    from salesanalysis.data.propose.drafting import Draft

TAX = re.compile("税|tax|vat|mwst|steuer|부가세", re.IGNORECASE)
NET = re.compile("不含税|未税|无税|税前|净|net|excl|ex vat|netwr|공급가", re.IGNORECASE)
_OF = r"(?: ?(?:of )?(?:vat|tax|gst|mwst|ust)\b|[)）. ]*$)"
#: How a heading says that tax is in an amount, or is not: by a word for tax, or alone at its end.
_INCLUDED = re.compile(
    rf"\b(?:incl(?:uding|usive)?|with|inkl|mit)\b\.?{_OF}|\bttc\b|[(（]?(?<!不)含税[)）]?|税込み?",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    rf"\b(?:excl(?:uding|usive)?|without|ex|exkl|ohne)\b\.?{_OF}|\bht\b"
    r"|[(（]?(?:不含税|未税|无税)[)）]?|税抜き?",
    re.IGNORECASE,
)


def without_tax(made: "Draft", line: Line) -> bool:
    """Take the amount without tax for one with, where headings say which is which."""
    fields, gross = made.seen.fields, made.known.chosen.get("_gross")
    sure = len(line.theirs) == 1 and line.confidence >= 0.5
    theirs = line.theirs[0] if sure else gross.theirs if gross else ""
    if theirs not in fields or not _INCLUDED.search(theirs):
        return False
    bare = plain(_INCLUDED.sub("", theirs))
    alike = [c for c in fields if _EXCLUDED.search(c) and plain(_EXCLUDED.sub("", c)) == bare]
    net = next((c for c in alike if _is_less(made, c, theirs)), "")
    if net:
        line.theirs, line.spec = (net,), {"column": net}
        line.confidence, line.reason = 0.9, "similar"
        line.notes.append(note("remark.net_chosen", theirs=net, other=theirs))
    return bool(net)


def _is_less(made: "Draft", net: str, gross: str) -> bool:
    """Tell whether one amount of the sample is never further from zero than another."""
    less, more = (numbers_of(made.seen.fields[c].cells).abs() for c in (net, gross))
    both = less.notna() & more.notna()
    return bool(both.any() and (less <= more)[both].all() and both.sum() == more.notna().sum())


def tax_unsure(made: "Draft", line: Line) -> None:
    """Say where nobody knows whether an amount includes tax."""
    taxes = [x for x in made.seen.fields if TAX.search(x) and x not in line.theirs]
    if TAX.search(line.theirs[0]):
        line.notes.append(note("remark.gross", theirs=line.theirs[0]))
    elif taxes:
        line.notes.append(note("remark.tax_unsure", theirs=line.theirs[0], tax=taxes[0]))
