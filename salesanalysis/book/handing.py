"""The plan of the company: its own target, or what is proposed, handed down to the month."""

from decimal import Decimal

from salesanalysis import targets
from salesanalysis.book import given
from salesanalysis.book.leaves import leaf_weights
from salesanalysis.data import Dataset
from salesanalysis.panel import Panel
from salesanalysis.targets.history import monthly, season

_SPLITS = ("working_days", "equal")


def hand_down(
    data: Dataset, levels: tuple[str, ...], basis: targets.Basis, business: Panel
) -> targets.Plan:
    """Hand down the company's own total where it has set one, else the sum of what is proposed.

    Units the company has pinned keep their value; its target says how months are split
    (``method``: working_days, equal, anything else: season).
    """
    own = given.yearly_targets(data, levels)
    whole = own[own["level"] == "company"]
    # a proposal is rounded to whole units of the currency; a target of the company never is
    total = Decimal(str(whole["value"].iloc[0])) if len(whole) else round(basis.total())
    way = whole["method"].iloc[0] if len(whole) else "season"
    pins = own[(own["level"] != "company") & own["pinned"].astype("bool")]
    keys = [c for c in levels if c in pins.columns]
    leaves = leaf_weights(data.panel(by=list(levels)), basis, given.not_here(data))
    split = way if way in _SPLITS else _split(data, business)
    cents = Decimal(total) % 1 or (pins["value"] % 1).any()
    return targets.cascade(
        total,
        targets.Basis.of(
            leaves, by=levels, year=data.year, calendar=data.calendar,
            currency=data.currency, terms=data.terms,
        ),
        pins=pins[[*keys, "value"]] if len(pins) else None,
        step="0.01" if cents else 1,
        months=split,
        profile=business if split == "season" else None,
    )  # fmt: skip


def _split(data: Dataset, business: Panel) -> str:
    """Return by season where a complete year shows one, else equally."""
    return "season" if len(season(monthly(business), business, data.year)) else "equal"
