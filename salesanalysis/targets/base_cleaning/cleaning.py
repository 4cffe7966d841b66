"""From facts to a cleaned base: unknown, zero, negative, new, closed and lucky units, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar, month_range, month_start
from salesanalysis.targets.base_cleaning.cleaned import CleanBase
from salesanalysis.targets.base_cleaning.deals import flag_deals, without_deals
from salesanalysis.targets.base_cleaning.facts import map_units, read_facts
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows
from salesanalysis.targets.base_cleaning.moves import restate
from salesanalysis.targets.base_cleaning.policy import Policy
from salesanalysis.targets.base_cleaning.states import first_states, settle
from salesanalysis.targets.history import monthly, require_closed, season, year_values

Floats = npt.NDArray[np.float64]


def clean_base(
    facts: Panel | pd.DataFrame,
    *,
    year: int,
    by: Sequence[str] | None = None,
    policy: Policy | None = None,
    deals: pd.DataFrame | None = None,
    closed: pd.DataFrame | None = None,
    moves: pd.DataFrame | None = None,
    starters: pd.DataFrame | None = None,
    nodes: pd.DataFrame | None = None,
    unmapped_share: float = 0.01,
    aggregate: str | None = None,
    closed_through: object = None,
    calendar: FiscalCalendar | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> CleanBase:
    """Return what of last year is a base to grow from, unit by unit, with a log of every rule.

    Parameters
    ----------
    facts : Panel, or DataFrame with level columns, ``period`` (month start) and ``value``
        In a table an empty value, or no row, is unknown, and 0 is 0; a panel has no unknown
        months.
    year : int, fiscal year to plan; the one before is the base
    by : sequence of str, levels from the top down; needed with a table
    policy : Policy, optional
    deals : DataFrame, optional
        Level columns, ``date``, ``amount``: single deals, to find those that are no base.
    closed : DataFrame, optional
        Units that are gone: level columns and ``to_<level>`` of the successor; without one their
        history moves to a line ``unassigned`` beside them.
    moves : DataFrame, optional
        Territories that changed: as `closed`, with ``share`` and ``valid_from``.
    starters : DataFrame, optional
        Level columns, ``ramp`` (0..1, part of full speed) and ``heads``, for
        ``Policy(starters="peers")``.
    nodes : DataFrame, optional
        The units there are; facts of others are kept on a line ``unmapped``.
    unmapped_share : float
        Largest part of the value that may be unmapped.
    aggregate : {"sum"}, optional
        Add facts of the same unit and month instead of refusing them.

    Raises
    ------
    ContractError
        Bad facts, with their rows; whatever `policy` refuses; a base year that is not closed.

    Notes
    -----
    Order: unknown units, moves, closed units, unknown months, unfinished year, large deals, then
    zero, negative and new units.

    Examples
    --------
    >>> months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    >>> sold = [10.0] * 12 + [0.0] * 12
    >>> facts = pd.DataFrame({"region": "East", "period": months, "value": sold})
    >>> clean_base(facts, by=["region"], year=2024).policy_log["rule"].tolist()
    ['zero_keep']
    """
    chosen = policy or Policy()
    logs: list[pd.DataFrame] = []
    if isinstance(facts, Panel):
        panel, table = facts, facts.frame
    else:
        context = (calendar or FiscalCalendar(), currency, terms or Terms())
        panel, table, logs = _of_table(facts, by, aggregate, nodes, unmapped_share, context=context)
    for change, rule in ((moves, "territory"), (closed, "closed")):
        if change is not None:
            table, log = restate(table, panel.by, change, rule)
            logs.append(log)
    until = panel.closed_through if closed_through is None else month_start(closed_through)
    span = _Span(table, panel, until, zeros=isinstance(facts, Panel))
    return _cleaned(span, year, chosen, deals, starters, logs=logs)


def _of_table(
    facts: pd.DataFrame,
    by: Sequence[str] | None,
    aggregate: str | None,
    nodes: pd.DataFrame | None,
    limit: float,
    *,
    context: tuple[FiscalCalendar, str, Terms],
) -> tuple[Panel, pd.DataFrame, list[pd.DataFrame]]:
    """Read a plain table; the panel carries what its frame cannot: months nobody knows."""
    if by is None:
        raise ContractError(
            "A plain table needs its levels named.",
            where="clean_base(by=...)",
            fix='write by=["region"], or pass a Panel',
            code="bad-choice",
        )
    table, logs = read_facts(facts, by, aggregate=aggregate), []
    if nodes is not None:
        table, log = map_units(table, by, nodes, limit)
        logs.append(log)
    last = table["period"].max()
    months = month_range(table["period"].min(), last)
    # only calendar, levels and the last month are read from it
    frame = pd.DataFrame({"period": months[:1], "value": 0.0}).assign(**dict.fromkeys(by, "-"))
    calendar, currency, terms = context
    panel = Panel.of(
        frame, by=by, closed_through=last, calendar=calendar, currency=currency, terms=terms
    )
    return panel, table, logs


@dataclass(frozen=True, eq=False)
class _Span:
    """Facts with the calendar they are read by."""

    table: pd.DataFrame
    panel: Panel
    closed_through: pd.Timestamp
    zeros: bool

    def wide(self) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
        """Return units x months, and which of them are unknown inside a unit's life."""
        by = list(self.panel.by)
        if self.zeros and self.table is self.panel.frame:
            months = monthly(self.panel)
            return months, np.zeros(months.shape, dtype=bool)
        inside = self.table[self.table["period"] <= self.closed_through]
        columns = month_range(inside["period"].min(), self.closed_through)
        keyed = inside.assign(**({} if by else {"node": "company"}))
        keyed = keyed.set_index([*(by or ["node"]), "period"])["value"]
        wide = keyed.unstack("period").reindex(columns=columns).sort_index()
        # a row with an empty value is there: the unit is known, its figure is not
        rowed = keyed.fillna(0.0).unstack("period").reindex(columns=columns).sort_index()
        seen = rowed.notna().cummax(axis=1)
        if self.zeros:
            return wide.fillna(0.0).where(seen), np.zeros(wide.shape, dtype=bool)
        return wide, (seen & wide.isna()).to_numpy()

    def units(self, wide: pd.DataFrame) -> pd.DataFrame:
        """Return the level columns of every row of `wide`."""
        by = list(self.panel.by)
        if not by:
            return pd.DataFrame(index=range(len(wide)))
        frame = wide.index.to_frame(index=False)
        frame.columns = pd.Index(by)
        return frame.astype("str")


def _cleaned(
    span: _Span,
    year: int,
    policy: Policy,
    deals: pd.DataFrame | None,
    starters: pd.DataFrame | None,
    *,
    logs: list[pd.DataFrame],
) -> CleanBase:
    """Apply the rules one after the other."""
    wide, unknown = span.wide()
    panel = (
        replace(span.panel, closed_through=span.closed_through) if not span.zeros else span.panel
    )
    units = span.units(wide)
    names = node_names(units, panel.by)
    logs += [_open_months(span, year), _unknown_log(wide, unknown, names, policy)]
    if policy.missing == "zero":
        wide = wide.mask(unknown, 0.0)
        unknown = np.zeros_like(unknown)
    shape = season(wide, panel, year)
    yearly, log = _years(wide, panel, year, units, policy, shape=shape)
    logs.append(log)
    flagged = pd.DataFrame(
        columns=[*panel.by, "date", "year", "amount", "fence", "excluded_amount"]
    )
    if deals is not None:
        flagged = flag_deals(deals, yearly, panel.by, calendar=panel.calendar, policy=policy)
        yearly, log = without_deals(yearly, flagged, panel.by, policy)
        logs.append(log)
    states = first_states(units, wide, unknown, yearly, panel, year=year)
    settled, yearly, log = settle(states, yearly, panel.by, year, policy, starters=starters)
    return CleanBase(
        settled, yearly, flagged, joined([*logs, log]), shape, panel.by, year,
        panel.calendar, panel.currency, panel.terms,
    )  # fmt: skip


def _open_months(span: _Span, year: int) -> pd.DataFrame:
    """Log the months after the base year: they are known, and no part of it."""
    after = span.panel.calendar.months(year - 1)[-1]
    late = span.table[span.table["period"] > min(after, span.closed_through)]
    if late.empty:
        return rows([], "", "unfinished_period", [], [])
    first, last = late["period"].min(), late["period"].max()
    name = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} – {last:%Y-%m}"
    company = node_names(pd.DataFrame(index=[0]), ())
    return rows(company, name, "unfinished_period", float(late["value"].sum()), 0.0)


def _unknown_log(
    wide: pd.DataFrame,
    unknown: npt.NDArray[np.bool_],
    names: pd.Series,
    policy: Policy,
) -> pd.DataFrame:
    """Log, or refuse, months without a figure."""
    at, when = np.nonzero(unknown)
    months = wide.columns[when]
    if len(at) and policy.missing == "error":
        raise ContractError(
            f"{len(at)} months of {len(np.unique(at))} units have no figure, first "
            f"{names.iloc[at[0]]} in {months[0]:%Y-%m}.",
            where="facts, column 'value'",
            fix='write 0 where nothing was sold, or Policy(missing="exclude")',
            rows=pd.DataFrame({"node": names.to_numpy()[at], "period": months}),
        )
    period = pd.Series(months).dt.strftime("%Y-%m") if len(at) else ""
    after = 0.0 if policy.missing == "zero" else np.nan
    return rows(names.to_numpy()[at], period, f"missing_{policy.missing}", np.nan, after)


def _years(
    wide: pd.DataFrame,
    panel: Panel,
    year: int,
    units: pd.DataFrame,
    policy: Policy,
    *,
    shape: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return unit x year sums; a base year that is not over only where it may be scaled up."""
    first = panel.calendar.year_of(wide.columns[0])
    years = list(range(min(first, year - 1), year))
    block = np.column_stack([year_values(wide, panel, y).sum(axis=1) for y in years])
    log = rows([], "", "pro_rate", [], [])
    if (
        policy.unfinished == "pro_rate"
        and panel.closed_through < panel.calendar.months(year - 1)[-1]
    ):
        block[:, -1], log = _scaled_up(wide, panel, year, units, shape)
    else:
        require_closed(panel, year)
    keys = list(panel.by)
    table = units.take(np.repeat(np.arange(len(units)), len(years))).reset_index(drop=True)
    table = table.assign(year=np.tile(years, len(units)), value=block.ravel())
    whole = np.where(np.isnan(block.ravel()), "incomplete", "complete")
    return table.assign(status=pd.array(whole, dtype="str"))[
        [*keys, "year", "value", "status"]
    ], log


def _scaled_up(
    wide: pd.DataFrame, panel: Panel, year: int, units: pd.DataFrame, shape: pd.DataFrame
) -> tuple[Floats, pd.DataFrame]:
    """Scale what is closed of the base year by the part of a year those months are."""
    months = panel.calendar.months(year - 1)
    n_closed = int((months <= panel.closed_through).sum())
    if not len(shape) or not n_closed:
        require_closed(panel, year)
    closed = shape[shape["month"] <= n_closed]
    if panel.by:
        part = closed.groupby(panel.by[0])["share"].sum()
        own = units[panel.by[0]].map(part).fillna(part[""]).to_numpy("float64")
    else:
        own = np.full(len(units), float(closed["share"].sum()))
    so_far = year_values(wide, panel, year - 1)[:, :n_closed].sum(axis=1)
    value = so_far / np.where(own > 0, own, np.nan)
    known = np.isfinite(value)
    names = node_names(units, panel.by)[known]
    log = rows(names, panel.calendar.name(year - 1), "pro_rate", so_far[known], value[known])
    return value, log
