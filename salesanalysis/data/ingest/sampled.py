"""What the first rows of a table show of all its columns, asked in two questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.ingest.cells import NUMBERS
from salesanalysis.data.ingest.edges import edge
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.data.values import Counted, counted_together

#: A number of many digits as a spreadsheet cuts it: 2.02E+17.
SHORT = r"^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}$"


@dataclass(frozen=True)
class Sampled:
    """What was seen among the first rows.

    Attributes
    ----------
    shapes : dict, (our column, place) -> shapes of its texts
        Of numbers and dates.
    wordy : set of (our column, place)
        Flags in words the engine does not know.
    edged : list of their columns with blanks around a text, or a dash for none
    hours : list of their columns of dates with a time of day
    short : list of their columns of text with values that a spreadsheet cut
    """

    shapes: Mapping[tuple[str, int], Counted] = field(default_factory=dict)
    wordy: frozenset[tuple[str, int]] = frozenset()
    edged: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


def look_at(
    con: Any,
    sample: Any,
    rules: Mapping[str, ColumnRule],
    written: Mapping[tuple[str, int], tuple[str, Any]],
    texts: Sequence[str],
) -> Sampled:
    """Look at the first rows of every column.

    Parameters
    ----------
    written : dict, (our column, place) -> (their column, its text)
        Columns of ours that are no text.
    texts : sequence of str
        Their columns of text that become text of ours.
    """
    kinds = {key: rules[key[0]].kind for key in written}
    numbers = [key for key, kind in kinds.items() if kind in NUMBERS]
    dates = [key for key, kind in kinds.items() if kind == "date" and not rules[key[0]].format]
    shapes = counted_together(con, [written[k][1] for k in numbers], [written[k][1] for k in dates])
    flags = [key for key, kind in kinds.items() if kind == "flag"]
    timed = dict.fromkeys(written[key][0] for key, kind in kinds.items() if kind == "date")
    signs: dict[tuple[str, Any], Any] = {
        ("wordy", key): unknown_flag(written[key][1]) for key in flags
    }
    signs |= {("hours", c): sample[c].contains(":").any() for c in timed}
    signs |= {("edged", c): edge(sample[c]).any() for c in texts}
    signs |= {("short", c): sample[c].re_search(SHORT).any() for c in texts}
    # names of their own: to the engine "Region" and "region" are the same
    asked = {f"s{i}": sign for i, sign in enumerate(signs.values())}
    told = fetch_exact(con, sample.aggregate(**asked)) if asked else {}
    seen = [key for key, some in zip(signs, told.values(), strict=True) if some]

    def of(kind: str) -> tuple[Any, ...]:
        return tuple(key for what, key in seen if what == kind)

    return Sampled(
        dict(zip([*numbers, *dates], shapes, strict=True)),
        frozenset(of("wordy")),
        of("edged"),
        of("hours"),
        of("short"),
    )


def unknown_flag(text: Any) -> Any:
    """Tell whether a flag stands in words the engine does not know."""
    return (text.try_cast("boolean").isnull() & text.notnull()).any()
