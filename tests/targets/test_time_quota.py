"""Quota-days: ramp, leave, transfer, split territory, a target that changes on the way."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.targets import quota_days

YEAR = {"first": "2026-01-01", "last": "2026-12-31"}
RAMPS = {"starter": (0.25, 0.5, 0.75)}


def people(*rows) -> pd.DataFrame:
    columns = ["salesperson", "team", "valid_from", "valid_to", "share", "ramp", "reason"]
    return pd.DataFrame(rows, columns=columns)


def full(**targets) -> pd.DataFrame:
    return pd.DataFrame({"salesperson": list(targets), "target": list(targets.values())})


def asked(assignments, targets, **options):
    chosen = {"day_weight": "workday", "relief": "hold", "step": "0.01", "ramps": RAMPS, **YEAR}
    return quota_days(assignments, targets, **{**chosen, **options})


def values(result) -> dict[str, float]:
    return result.people.set_index("salesperson")["value"].to_dict()


# ---- worked by hand


def test_three_months_of_leave_take_61_of_248_working_days() -> None:
    result = asked(
        people(
            ("Li", "A", "2026-01-01", "2026-03-31", 1, 1, ""),
            ("Li", "A", "2026-04-01", "2026-06-30", 0, 1, "parental leave"),
            ("Li", "A", "2026-07-01", None, 1, 1, ""),
        ),
        full(Li=240),
    )
    assert values(result) == {"Li": 180.97}
    assert result.segments["day_weight"].tolist() == [59, 61, 128]
    assert result.segments["value"].tolist()[1] == 0.0
    assert result.policy_log().to_numpy().tolist() == [
        ["Li", pd.Timestamp("2026-01-01"), "quota_days", 240.0, 180.97, "parental leave"]
    ]


def test_a_transfer_divides_the_target_between_two_teams() -> None:
    result = asked(
        people(
            ("Li", "A", "2026-01-01", "2026-06-30", 1, 1, ""),
            ("Li", "B", "2026-07-01", None, 1, 1, "transfer"),
        ),
        full(Li=248),
    )
    assert values(result) == {"Li": 248.0}
    assert result.nodes().to_numpy().tolist() == [["A", 120.0], ["B", 128.0]]


def test_a_split_territory_is_divided_by_its_shares() -> None:
    result = asked(
        people(
            ("Li", "A", "2026-01-01", None, 0.6, 1, "split"),
            ("Li", "B", "2026-01-01", None, 0.4, 1, "split"),
        ),
        full(Li=1_000),
    )
    assert result.nodes()["value"].tolist() == [600.0, 400.0]


def test_a_team_of_three_and_a_starter_at_half_carries_875_000() -> None:
    # PostHog handbook, sales: 3 x 250,000 and one ramping at 50 %
    team = people(*[(n, "A", "2026-01-01", None, 1, 1, "") for n in "ABC"],
                  ("D", "A", "2026-01-01", None, 1, 0.5, "join"))  # fmt: skip
    result = asked(team, full(**dict.fromkeys("ABCD", 250_000)), relief="reduce_parent", step=1)
    assert result.parents["value"].item() == 875_000
    assert result.parents["reduced_amount"].item() == 125_000


def test_a_starter_climbs_a_curve_month_by_month_from_the_first_day() -> None:
    result = asked(
        people(("Li", "A", "2026-02-16", None, 1, "starter", "join")),
        full(Li=365),
        day_weight="calendar",
    )
    by_hand = 0.25 * 28 + 0.5 * 31 + 0.75 * 30 + (365 - 46 - 28 - 31 - 30)
    assert values(result) == {"Li": round(by_hand, 2)}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("retroactive", 496.0), ("time_weighted", 376.0), ("from_date", 616.0)],
)
def test_a_target_doubled_in_july_counts_by_the_rule_chosen(mode, expected) -> None:
    targets = pd.DataFrame(
        {"salesperson": ["Li", "Li"], "target": [248, 496], "valid_from": [None, "2026-07-01"]}
    )
    rows = people(("Li", "A", "2026-01-01", None, 1, 1, ""))
    # 120 working days before July, 128 after: 120 + 2 x 128 = 376, 120 + 496 = 616
    assert values(asked(rows, targets, mid_period=mode)) == {"Li": expected}


@pytest.mark.parametrize(
    ("relief", "a", "unassigned", "reduced"),
    [
        ("hold", 248.0, 120.0, 0.0),
        ("redistribute", 328.0, 0.0, 0.0),
        ("reduce_parent", 248.0, 0.0, 120.0),
    ],
)
def test_the_parent_holds_spreads_or_gives_up_what_is_freed(relief, a, unassigned, reduced) -> None:
    rows = people(
        ("A", "T", "2026-01-01", None, 1, 1, ""), ("B", "T", "2026-07-01", None, 1, 1, "join")
    )
    result = asked(rows, full(A=248, B=248), relief=relief, step=1)
    line = result.parents.iloc[0]
    assert values(result)["A"] == (a if relief != "redistribute" else 327.0)
    assert (line["unassigned_amount"], line["reduced_amount"]) == (unassigned, reduced)
    assert line["full"] == line["value"] + unassigned + reduced == 496.0


def test_days_without_an_assignment_are_named() -> None:
    result = asked(
        people(
            ("Li", "A", "2026-01-01", "2026-03-31", 1, 1, ""),
            ("Li", "A", "2026-04-06", None, 1, 1, ""),
        ),
        full(Li=240),
    )
    assert result.gaps["valid_from"].dt.strftime("%m-%d").tolist() == ["04-01"]
    assert "first Li from 1 Apr 2026 to 5 Apr 2026; no target" in result.explain()
    assert "2026年4月1日至2026年4月5日" in result.explain("zh")


def test_seasonal_days_weigh_their_month() -> None:
    season = [2.0, *[1.0] * 11]
    rows = people(("Li", "A", "2026-01-01", "2026-01-31", 1, 1, "leave"))
    result = asked(rows, full(Li=1_300), day_weight="seasonal", season=season)
    assert values(result) == {"Li": 200.0}


# ---- invariants

DAYS = st.integers(0, 363)


@settings(max_examples=15)
@given(
    cuts=st.lists(DAYS, max_size=6, unique=True),
    begin=st.integers(0, 100),
    target=st.integers(0, 10**9),
    ramp=st.sampled_from([1, 0.37, "starter"]),
    share=st.floats(0, 1),
    weight=st.sampled_from(["calendar", "workday"]),
    relief=st.sampled_from(["hold", "redistribute", "reduce_parent"]),
)
def test_splitting_a_segment_changes_nothing(  # noqa: PLR0917
    cuts, begin, target, ramp, share, weight, relief
) -> None:
    first = pd.Timestamp("2026-01-01")
    edges = sorted({begin, *(c + 1 for c in cuts if c >= begin), 365})
    pieces = [
        ("Li", "A", first + pd.Timedelta(days=a), first + pd.Timedelta(days=b - 1), share, ramp, "")
        for a, b in itertools.pairwise(edges)
    ]
    other = ("Wu", "A", "2026-01-01", None, 1, 1, "")
    whole = people((*pieces[0][:3], first + pd.Timedelta(days=364), share, ramp, ""), other)
    options = {"day_weight": weight, "relief": relief, "step": 1}
    targets = full(Li=target, Wu=1_000)
    one = asked(whole, targets, **options)
    many = asked(people(*pieces, other).sample(frac=1, random_state=len(cuts)), targets, **options)
    pd.testing.assert_frame_equal(one.people, many.people)
    pd.testing.assert_frame_equal(one.parents, many.parents)


@settings(max_examples=15)
@given(
    cut=st.integers(1, 364),
    target=st.integers(0, 10**9),
    part=st.floats(0, 1),
    weight=st.sampled_from(["calendar", "workday", "seasonal"]),
)
def test_a_full_share_however_divided_is_the_full_target(cut, target, part, weight) -> None:
    edge = pd.Timestamp("2026-01-01") + pd.Timedelta(days=cut)
    rows = people(
        ("Li", "A", "2026-01-01", edge - pd.Timedelta(days=1), part, 1, "split"),
        ("Li", "B", "2026-01-01", edge - pd.Timedelta(days=1), 1 - part, 1, "split"),
        ("Li", "C", edge, None, 1, 1, "transfer"),
    )
    season = list(range(1, 13))
    result = asked(rows, full(Li=target), day_weight=weight, step=1, season=season)
    assert values(result) == {"Li": float(target)}
    assert result.nodes()["value"].sum() == target
    assert not len(result.policy_log())


# ---- planted truth: starters as in a real sales force


def test_starters_of_a_growing_team_get_their_part_and_nobody_is_lost() -> None:
    rng = np.random.default_rng(7)
    names = [f"P{i:02d}" for i in range(17)]
    begin = pd.Timestamp("2017-07-01") + pd.to_timedelta(rng.integers(0, 1_000, 17), unit="D")
    rows = pd.DataFrame({"salesperson": names, "territory": rng.choice(["NW", "SW", "CA"], 17)})
    rows = rows.assign(valid_from=begin, ramp="starter", reason="join")
    result = quota_days(
        rows, full(**dict.fromkeys(names, 2_000_000)), first="2019-07-01", last="2020-06-30",
        day_weight="workday", relief="hold", parent="territory", ramps=RAMPS, calendar="weekdays",
    )  # fmt: skip
    table = result.people.set_index("salesperson").assign(begin=begin)
    settled = table[table["begin"] < "2019-04-01"]
    late = table[table["begin"] > "2020-06-30"]
    assert (settled["value"] == 2_000_000).all()
    assert (late["value"] == 0).all()
    ordered = table.sort_values("begin")["value"]
    assert ordered.is_monotonic_decreasing
    assert result.parents[["value", "unassigned_amount"]].sum().sum() == 17 * 2_000_000
    assert not result.estimated


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


LI = ("Li", "A", "2026-01-01", None, 1, 1, "")


def test_a_person_given_away_twice_is_named_with_the_dates() -> None:
    rows = people(LI, ("Li", "B", "2026-03-01", "2026-03-10", 0.5, 1, "transfer"))
    assert refusal(lambda: asked(rows, full(Li=1))) == (
        "1 people are assigned above a share of 1, first 'Li' with 1.50 on 10 days.\n"
        "  where: assignments, from 2026-03-01 on\n"
        "  fix:   end one segment before the next begins, or lower the shares"
    )


def test_a_changed_target_needs_a_rule() -> None:
    targets = pd.DataFrame(
        {"salesperson": ["Li", "Li"], "target": [1, 2], "valid_from": [None, "2026-07-01"]}
    )
    assert refusal(lambda: asked(people(LI), targets)) == (
        "The targets of 1 people change within the period, first 'Li', and mid_period is not "
        "given.\n"
        "  where: quota_days(mid_period=...)\n"
        "  fix:   write 'retroactive', 'time_weighted' or 'from_date'"
    )


def test_people_in_one_table_only_are_named() -> None:
    assert refusal(lambda: asked(people(LI), full(Li=1, Wu=1))) == (
        "1 people stand in one of the two tables only, first 'Wu', who has a target.\n"
        "  where: assignments and full\n"
        "  fix:   give everybody an assignment and a target; 0 is a target"
    )
    assert refusal(lambda: asked(people(LI), full(Li=-1))) == (
        "1 of 1 targets of full are negative, empty or no number.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   write an amount of zero or more"
    )


def test_choices_and_values_that_cannot_be_are_refused() -> None:
    assert refusal(lambda: asked(people(LI), full(Li=1), relief="keep")) == (
        "'keep' is not a relief here; known: hold, redistribute, reduce_parent.\n"
        "  where: quota_days(relief=...)\n"
        "  fix:   use one of: hold, redistribute, reduce_parent"
    )
    assert refusal(lambda: asked(people((*LI[:5], "stater", "")), full(Li=1))) == (
        "'stater' is not a ramp here; known: starter.\n"
        "  where: assignments['ramp']\n"
        "  fix:   write 'starter'"
    )
    assert refusal(lambda: asked(people(LI), full(Li=1), ramps={"x": (1.2,)})) == (
        "Ramp 'x' must be factors of 0 to 1, one per month, got (1.2,).\n"
        "  where: quota_days(ramps=...)\n"
        "  fix:   write (0.25, 0.5, 0.75): months after the last one count in full"
    )
    assert refusal(lambda: asked(people((*LI[:4], 60, 1, "")), full(Li=1))) == (
        "1 of 1 assignments have no valid dates, or a share or ramp outside 0 to 1.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   write valid_from on or before valid_to, and 60 % as 0.60"
    )
    assert refusal(lambda: asked(people(LI), full(Li=1), day_weight="seasonal")) == (
        "Seasonal days need one weight per month of the period, 12 in all, got none.\n"
        "  where: quota_days(season=...)\n"
        "  fix:   pass the month shares of the plan, first month first"
    )
    assert refusal(
        lambda: asked(people(LI), full(Li=1), day_weight="seasonal", season=[0] * 12)
    ) == (
        "The days of the period carry no usable weight.\n"
        "  where: quota_days(day_weight='seasonal')\n"
        "  fix:   check calendar and season: zero or more, not all zero"
    )
