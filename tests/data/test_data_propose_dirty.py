"""`map` on the demo's ugly exports and on rows of sums: how far a draft gets that nobody touched."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.data.demo.breakage import EXTRA
from salesanalysis.data.demo.dirty import write_dirty
from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.propose import propose


@pytest.fixture(scope="module", params=["zh"])
def drafted(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dirty") / request.param
    write_dirty(folder, lang=request.param)
    # as somebody would find it: without the mapping that was written with it
    (folder / "mapping.yaml").unlink()
    told = json.loads((folder / "truth.json").read_text("utf-8"))
    return folder, propose(folder), told


@pytest.mark.slow
def test_the_untouched_draft_reads_every_file_and_leaves_out_the_sums_alone(drafted) -> None:
    folder, proposal, told = drafted
    assert proposal.loads
    draft = folder.parent / "draft.yaml"
    draft.write_text(proposal.to_yaml(), "utf-8")
    data = sa.load(folder, mapping=draft)
    assert data.tables == ["sales", "targets", "people"]
    sums = [told["breakages"][rule] for rule in ("total_rows", "left_out")]
    n_sums, money = sum(s["rows"] for s in sums), sum(Decimal(s["money"]) for s in sums)
    kept = data.whole("sales")
    found = fetch_exact(data.con, kept.aggregate(n=kept.count(), amount=kept["revenue"].sum()))
    assert found["n"] == told["written"]["rows"] - n_sums
    assert found["amount"] == Decimal(told["written"]["money"]) - money
    origin, rules = data.origins["sales"], data.quality.rules.set_index("rule")
    assert origin.n_left_out + rules.loc["total_rows", "n_dropped"] == n_sums
    assert "not: " in proposal.to_yaml().replace('"not": ', "not: ")


@pytest.mark.slow
def test_with_the_rules_of_the_draft_on_drop_what_is_left_is_the_clean_company(drafted) -> None:
    folder, proposal, told = drafted
    text = proposal.to_yaml()
    for rule in EXTRA:
        text = re.sub(rf"^  {rule}: flag", f"  {rule}: drop", text, flags=re.MULTILINE)
    text = re.sub(r"listed: \{action: flag", "listed: {action: drop", text)
    draft = folder.parent / "decided.yaml"
    draft.write_text(text, "utf-8")
    data = sa.load(folder, mapping=draft)
    kept = data.whole("sales")
    found = fetch_exact(data.con, kept.aggregate(n=kept.count(), amount=kept["revenue"].sum()))
    clean = told["clean"]
    # also the test account called 演示账号（勿用）
    tests, seen = told["breakages"]["test_accounts"], data.quality.rules.set_index("rule")
    n_missed = tests["rows"] - int(seen.loc["test_accounts", "n_dropped"])
    missed = (
        Decimal(tests["money"]) - Decimal(int(seen.loc["test_accounts", "units_dropped"])) / 10_000
    )
    assert n_missed == 0
    assert (found["n"] - n_missed, found["amount"] - missed) == (
        clean["rows"],
        Decimal(clean["money"]),
    )


HEAD = "Order,Day,Area,Rep,Net\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",,Subtotal,,15\n", 'where: {"Area": {"not": ["Subtotal"]}}'),
        (",小计,,,15\n,合计,,,15\n", 'where: {"Day": {"not": ["合计", "小计"]}}'),
        (",,,Total:,15\n", 'where: {"Rep": {"not": ["Total:"]}}'),
    ],
)
def test_rows_of_sums_without_a_day_are_left_out_by_their_name(
    tmp_path: Path, rows: str, said: str
) -> None:
    text = HEAD + "A1,2024-01-05,East,Li,10\nA2,2024-01-06,West,Wu,5\n" + rows
    (tmp_path / "orders.csv").write_text(text, "utf-8")
    proposal = propose(tmp_path)
    assert f"    {said}\n" in proposal.to_yaml()
    assert "left out by what stands in " in proposal.explain()
    assert "fill_down" not in proposal.to_yaml()
    (tmp_path / "mapping.yaml").write_text(proposal.to_yaml(), "utf-8")
    data = sa.load(tmp_path)
    assert data.frame("sales")["revenue"].tolist() == [10.0, 5.0]
    n_sums = rows.count("\n")
    origin = data.origins["sales"]
    assert (origin.n_left_out, origin.amount_left_out) == (n_sums, 15.0 * n_sums)


def test_dated_rows_of_sums_are_dropped_by_the_rule_that_counts_them(tmp_path: Path) -> None:
    text = HEAD + "A1,2024-01-05,East,Li,10\nA2,2024-01-06,East,Wu,5\nA9,2024-01-31,Total,,15\n"
    (tmp_path / "orders.csv").write_text(text, "utf-8")
    text = propose(tmp_path).to_yaml()
    assert "\n  total_rows: drop  # " in text
    assert "where:" not in text
