"""Lines dropped behind the last one that stays are dropped, not "later": a rule has each of them."""

from pathlib import Path

import pandas as pd
import pytest
from shoptools import PLAIN

import salesanalysis as sa
from salesanalysis.data.cleaning.settings import RULES
from salesanalysis.data.dataset import Dataset
from salesanalysis.errors import ContractError

#: Every second day to 8 March; February ends a day early.
DAYS = pd.date_range("2024-01-01", "2024-03-08", freq="2D")
TYPO = "T,2031-01-01,East,1000.00\n"


def loaded(room: Path, rules: str, more: str = "", **options: object) -> Dataset:
    lines = "".join(f"{i},{day:%Y-%m-%d},East,10.50\n" for i, day in enumerate(DAYS))
    (room / "lines.csv").write_text("Order,Day,Area,Net\n" + lines + more, encoding="utf-8")
    (room / "m.yaml").write_text(PLAIN + f"cleaning:\n{rules}", encoding="utf-8")
    return sa.load(room, mapping=room / "m.yaml", **options)


def lost(data: Dataset) -> dict[str, tuple[int, float]]:
    rules = data.quality.to_frame()
    found = rules[rules["rule"].isin(RULES) & (rules["n_dropped"] > 0)]
    return {row.rule: (row.n_dropped, row.amount_dropped) for row in found.itertuples()}


@pytest.mark.parametrize("options", [{}, {"as_of": "2024-03-08"}])
def test_a_month_that_is_not_over_and_was_dropped_is_lost_to_its_rule(tmp_path, options) -> None:
    data = loaded(tmp_path, "  open_month: drop\n", **options)
    n = int((DAYS >= "2024-03-01").sum())
    assert lost(data) == {"open_month": (n, 10.5 * n)}
    sales = data.quality.overview.set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after", "n_dropped"]].tolist() == [
        len(DAYS), len(DAYS) - n, 0, n,
    ]  # fmt: skip
    assert not [s for s in data.quality.explain().splitlines() if "kept as truth" in s]


def test_the_month_before_one_that_was_dropped_is_over(tmp_path: Path) -> None:
    whole, dropped = (
        loaded(tmp_path, "  open_month: flag\n"),
        loaded(tmp_path, "  open_month: drop\n"),
    )
    assert whole.closed_through == dropped.closed_through == pd.Timestamp("2024-02-01")
    pd.testing.assert_frame_equal(whole.panel().to_frame(), dropped.panel().to_frame())


def test_a_day_typed_wrong_that_was_dropped_is_lost_to_its_rule_and_moves_nothing(tmp_path) -> None:
    rule = "  out_of_period: {action: drop, last: 2024-12-31}\n"
    data, clean = loaded(tmp_path, rule, TYPO), loaded(tmp_path, rule)
    again = loaded(tmp_path, rule, TYPO)
    assert lost(again) == {"out_of_period": (1, 1000.0)}
    assert (data.as_of, data.closed_through) == (clean.as_of, clean.closed_through)
    assert again.quality.rows("out_of_period")["order_id"].tolist() == ["T"]


def test_seen_from_an_earlier_day_lines_behind_it_are_later_ones(tmp_path: Path) -> None:
    data = loaded(tmp_path, "  open_month: drop\n").at("2024-01-31")
    assert lost(data) == {}
    assert data.quality.totals["n_later"] == int((DAYS > "2024-01-31").sum())


@pytest.mark.parametrize(
    ("rule", "more"), [("flag", ""), ("drop", " and cleaning: {open_month: flag}")]
)
def test_the_last_line_of_an_open_month_is_its_own_and_the_way_out_keeps_it(
    tmp_path: Path, rule: str, more: str
) -> None:
    said = loaded(tmp_path, f"  open_month: {rule}\n").quality.explain().splitlines()
    assert "Its last line is of 7 Mar 2024." in said
    keep = " and keep it" if more else ""
    assert f"If the month is over, say so in the mapping{keep}: as_of: 2024-03-31{more}." in said
    data = loaded(tmp_path, "  open_month: flag\n", as_of="2024-03-31")
    assert data.closed_through == pd.Timestamp("2024-03-01")
    assert (len(data.frame("sales")), lost(data)) == (len(DAYS), {})


def test_a_day_after_a_month_that_was_dropped_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        loaded(tmp_path, "  open_month: drop\n", as_of="2024-03-31")
    assert str(caught.value) == (
        "as_of 2024-03-31 lies outside the data, 2024-01-01 to 2024-02-28.\n"
        "  where: data set shop, as_of=...\n"
        "  fix:   choose a day from 2024-01-01 to 2024-03-30; from 2024-03-31 on a month without a "
        "line would be over; a month that was dropped and is over is kept by cleaning: "
        "{open_month: flag}"
    )


def test_lines_after_the_day_that_a_rule_dropped_are_not_called_kept(tmp_path: Path) -> None:
    quality = loaded(tmp_path, "  open_month: drop\n").at("2024-02-10").quality
    late = int((DAYS > "2024-02-10").sum())
    gone = int((DAYS >= "2024-03-01").sum())
    assert (quality.totals["n_later"], quality.totals["n_later_lost"]) == (late, gone) == (13, 4)
    assert (
        "Lines after 10 Feb 2024: 13 (137 CNY), not used; a rule dropped 4 of them (42 CNY), the "
        "others are kept as truth."
    ) in quality.explain().splitlines()
    assert (
        "2024年2月10日之后有13条明细（137元）：未采用；其中4条（42元）已按规则剔除，其余保留备查。"
    ) in quality.explain("zh").splitlines()
