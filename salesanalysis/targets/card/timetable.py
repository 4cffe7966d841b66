"""When targets are handed down and papers come back, what is late, what a target still needs."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.periods import FiscalCalendar, month_start

#: The papers of a month, with who writes them: "company" hands down, "owner" returns.
PAPERS = (
    ("monthly_targets", "company"), ("expense_targets", "company"), ("task_sheet", "owner"),
    ("responsibility_letter", "owner"), ("network_plan", "owner"), ("material_request", "owner"),
    ("expense_plan", "owner"), ("promotion_proposal", "owner"),
)  # fmt: skip


def timetable(
    month: object,
    *,
    handed_down: int = 5,
    returned: int = 9,
    time: str = "17:30",
    months_before: int = 1,
    papers: Sequence[tuple[str, str]] = PAPERS,
) -> pd.DataFrame:
    """Return when each paper of a month is due.

    Parameters
    ----------
    month : month the targets are for
    handed_down, returned : int
        Day of the month by which the company hands down, and owners return their papers.
    time : str, "17:30"
    months_before : int
        So many months before `month` both days lie.
    papers : sequence of (paper, "company" or "owner")

    Returns
    -------
    DataFrame
        ``paper``, ``side`` and ``due_date`` (day and time).

    Examples
    --------
    >>> timetable("2024-03-01")["due_date"].astype(str).unique().tolist()
    ['2024-02-05 17:30:00', '2024-02-09 17:30:00']
    """
    first = month_start(month) - pd.DateOffset(months=months_before)
    if not (1 <= handed_down <= returned <= 28):
        raise ContractError(
            f"Days must be 1 to 28 and in order, got {handed_down!r} and {returned!r}.",
            where="timetable(handed_down=..., returned=...)",
            fix="write handed_down=5, returned=9",
            code="bad-choice",
        )
    at = pd.Timedelta(f"{time}:00")
    day = {"company": handed_down, "owner": returned}
    rows = [(name, side, first + pd.Timedelta(days=day[side] - 1) + at) for name, side in papers]
    table = pd.DataFrame(rows, columns=["paper", "side", "due_date"])
    return table.astype({"paper": "str", "side": "str", "due_date": "datetime64[us]"})


def overdue(
    received: pd.DataFrame, *, owners: Sequence[str], dates: pd.DataFrame, now: object
) -> pd.DataFrame:
    """Return which owner's papers came late or are missing past their time.

    Parameters
    ----------
    received : DataFrame
        ``owner``, ``paper`` and ``received_date`` (day and time); no row: not received.
    owners : sequence of str, who has to return papers
    dates : DataFrame, the result of `timetable`
    now : day and time to look from

    Returns
    -------
    DataFrame
        ``owner``, ``paper``, ``due_date``, ``received_date``, ``hours_late`` (until `now` where
        nothing came) and ``status`` (``late`` or ``missing``), longest first.

    Examples
    --------
    >>> dates = timetable("2024-03-01", papers=[("task_sheet", "owner")])
    >>> none = pd.DataFrame({"owner": [], "paper": [], "received_date": []})
    >>> late = overdue(none, owners=["Li"], dates=dates, now="2024-02-10 17:30")
    >>> late[["owner", "status", "hours_late"]].values.tolist()
    [['Li', 'missing', 24.0]]
    """
    require_columns(received, ["owner", "paper", "received_date"], name="papers received")
    require_unique(received, ["owner", "paper"], name="papers received", what="name the same paper")
    wanted = dates[dates["side"] == "owner"][["paper", "due_date"]]
    table = pd.DataFrame({"owner": pd.Series(list(owners), dtype="str")}).merge(wanted, how="cross")
    came = received[["owner", "paper", "received_date"]].astype({"owner": "str", "paper": "str"})
    came["received_date"] = pd.to_datetime(came["received_date"]).astype("datetime64[us]")
    table = table.merge(came, on=["owner", "paper"], how="left")
    moment = pd.Timestamp(str(now))
    until = table["received_date"].fillna(moment)
    table["hours_late"] = (until - table["due_date"]).dt.total_seconds() / 3600
    came_in = table["received_date"].notna()
    table["status"] = came_in.map({True: "late", False: "missing"}).astype("str")
    late = table[table["hours_late"] > 0]
    return late.sort_values(
        ["hours_late", "owner", "paper"], ascending=[False, True, True], ignore_index=True
    )


def milestones(
    months: pd.DataFrame, *, by: Sequence[str] = (), calendar: FiscalCalendar | None = None
) -> pd.DataFrame:
    """Return one dated checkpoint a quarter: what has to be reached by its last day.

    Parameters
    ----------
    months : DataFrame
        `by`, ``period`` and ``value`` (currency) of one fiscal year, such as ``plan.months()``.

    Returns
    -------
    DataFrame
        `by`, ``due_date`` (last day of the quarter), ``value`` (target up to then).

    Examples
    --------
    >>> months = pd.DataFrame({"period": pd.date_range("2024-01-01", periods=12, freq="MS"),
    ...                        "value": [10.0] * 12})
    >>> milestones(months)["value"].tolist()
    [30.0, 60.0, 90.0, 120.0]
    """
    keys = list(by)
    require_columns(months, [*keys, "period", "value"], name="months")
    start = (calendar or FiscalCalendar()).start_month
    table = months.sort_values([*keys, "period"], ignore_index=True)
    so_far = (table.groupby(keys) if keys else table)["value"].cumsum()
    is_end = (table["period"].dt.month - start) % 3 == 2
    ends = table["period"] + pd.offsets.MonthEnd(0)
    out = table[keys].assign(due_date=ends, value=so_far)[is_end]
    return out.reset_index(drop=True)


REQUEST = ("department", "item", "amount", "due", "status")


def requests(table: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Return resource requests, checked: what a target needs from other departments.

    Parameters
    ----------
    table : DataFrame, one row per request
        `by` (empty below the unit's own level), ``department``, ``item``, ``amount`` (currency,
        empty where it costs nothing), ``due`` (date) and ``status`` (``open``, ``granted``,
        ``refused``).

    Raises
    ------
    ContractError
        Missing columns, or a status nobody knows.
    """
    require_columns(table, [*by, *REQUEST], name="resource requests")
    bad = table[~table["status"].isin(["open", "granted", "refused"])]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} resource requests have a status nobody knows: "
            f"{bad['status'].iloc[0]!r}.",
            where=f"column 'status', first rows {bad.index[:3].tolist()}, see .rows",
            fix="write open, granted or refused",
            code="unknown-name",
            rows=bad,
        )
    return table[[*by, *REQUEST]].reset_index(drop=True)


def unmet(table: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Return the number of requests of each unit that are not granted: `by`, ``n_unmet``."""
    keys = list(by)
    left = requests(table, by=keys)
    left = left[left["status"] != "granted"]
    out: pd.DataFrame = left.groupby(keys, as_index=False, sort=True).size()
    return out.rename(columns={"size": "n_unmet"})
