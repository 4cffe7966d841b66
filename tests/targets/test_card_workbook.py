"""The target card: what it says, formulas that calculate to what is written, edits read back."""

import io

import pandas as pd
import pytest
from cardtools import Calculator, edited, small_card, small_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES
from salesanalysis.targets.card.people import people_rows

workbook, read_edits = sa.targets.workbook, sa.targets.read_edits


def test_a_card_opens_with_last_year_the_ask_the_chance_and_the_reason() -> None:
    made = small_card()
    assert made.headline() == (
        "Company: 1.2k CNY in 2024 after 90 CNY in 2023, +1,233.3%; chance of reaching it 40%; "
        "set by the company."
    )
    assert made.select(salesperson="Li").headline("zh") == (
        "East / Li：2023年完成40元，2024年目标533元，增长要求+1,232.5%；达成概率40%；按占比从上级目标分解。"
    )
    assert made.select(salesperson="Zhao").headline() == (
        "West / Zhao: 0 CNY in 2024, no sales in 2023 to compare with; chance of reaching it 40%; "
        "new business, no base."
    )


def test_the_table_has_the_columns_of_the_business_document() -> None:
    columns = small_card().table("zh").shown().columns.tolist()
    for wanted in ("层级", "指标", "负责人", "期限", "数据来源", "达成概率", "完成率"):
        assert wanted in columns
    assert set(small_card().to_frame()["owner"]) == {"", "Li", "Wang", "=1+1", "Zhao"}


def test_details_owners_and_open_requests_stand_on_the_card() -> None:
    asked = pd.DataFrame(
        {
            "region": ["East", "East"], "department": ["HR", "Marketing"],
            "item": ["one hire", "stands"], "amount": [None, 5_000.0],
            "due": pd.to_datetime(["2024-03-01", "2024-04-01"]), "status": ["open", "granted"],
        }
    )  # fmt: skip
    unmet = sa.targets.unmet(asked, by=["region"])
    details = pd.DataFrame(
        {"region": ["East"], "salesperson": [""], "owner": ["Chen"], "actions": ["two fairs"],
         "due": pd.to_datetime(["2024-11-30"])}
    )  # fmt: skip
    frame = small_card(details=details, requests=unmet).to_frame().set_index("region")
    east = frame[frame["level"] == "region"].loc["East"]
    assert (east["owner"], east["actions"], east["n_unmet"]) == ("Chen", "two fairs", 1)
    assert f"{east['due']:%Y-%m-%d}" == "2024-11-30"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("where", [{}, {"region": "East"}, {"salesperson": "Li"}])
def test_every_formula_calculates_to_the_value_written_beside_it(lang, where) -> None:
    made = small_card().select(**where) if where else small_card()
    sheet = Calculator(workbook(made, lang=lang))
    n = 0
    for name, address, formula in sheet.formulas():
        written = sheet.written[name][address].value
        assert sheet.run(name, formula) == pytest.approx(written or ("" if written is None else 0))
        n += 1
    assert n > 20


def test_the_workbook_has_its_seven_sheets_and_a_page_to_sign_for_one_person() -> None:
    names = load_workbook(io.BytesIO(workbook(small_card()))).sheetnames
    assert names == ["Company", "Regions", "Persons", "Months", "Tiers", "Quality", "Log"]
    own = small_card().select(salesperson="Li")
    book = load_workbook(io.BytesIO(workbook(own, lang="zh")))
    assert book.sheetnames[0] == "目标卡"
    cells = [c.value for line in book["目标卡"].iter_rows() for c in line if c.value is not None]
    assert "月度销售目标分解卡" in cells
    assert "签字（责任人、主管）、日期：" in cells


def test_the_same_card_is_the_same_bytes_and_a_name_never_runs() -> None:
    one, two = (workbook(small_card()) for _ in range(2))
    assert one == two
    book = load_workbook(io.BytesIO(one))
    risky = [c for line in book["Months"].iter_rows() for c in line if c.value == "=1+1"]
    assert [c.data_type for c in risky] == ["s"] or risky[0].quotePrefix
    kinds = {c for _, _, f in Calculator(one).formulas() for c in [f[:4]]}
    assert "=1+1" not in kinds


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_nobody_touched_has_no_edits(lang) -> None:
    made = small_card()
    content = workbook(made, lang=lang)
    assert len(read_edits(content, made)) == 0
    assert len(read_edits(edited(content, {}), made)) == 0


@settings(max_examples=3)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from([6, 7, 8, 9]), st.sampled_from("CDEFGHIJKLMN")),
        st.integers(0, 10**9),
        max_size=5,
    )
)
def test_exactly_the_months_that_were_typed_over_come_back(changes) -> None:
    made = small_card()
    content = workbook(made)
    before = load_workbook(io.BytesIO(content))["Months"]
    cells = {("Months", f"{c}{r}"): v for (r, c), v in changes.items()}
    found = read_edits(edited(content, cells), made)
    wanted = {a: v for (_, a), v in cells.items() if before[a].value != v}
    assert (
        dict(zip(found["cell"].str.removeprefix("Months!"), found["new_amount"], strict=True))
        == wanted
    )
    assert found["change_amount"].tolist() == (found["new_amount"] - found["old_amount"]).tolist()


def test_an_edit_names_person_month_old_and_new() -> None:
    made = small_card()
    changed = edited(workbook(made, lang="zh"), {("月份", "D6"): 60})
    row = read_edits(changed, made).iloc[0]
    assert (row["region"], row["salesperson"], f"{row['period']:%Y-%m}") == (
        "East",
        "Li",
        "2024-02",
    )
    assert (row["new_amount"], row["cell"]) == (60.0, "月份!D6")


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_total_typed_over_is_refused_with_its_address() -> None:
    made = small_card()
    changed = edited(workbook(made), {("Months", "O6"): 9_999})
    assert refusal(lambda: read_edits(changed, made)) == (
        "Cell Months!O6 may not be changed: it was '=SUM(C6:N6)' and is 9999.\n"
        "  where: workbook, Months!O6, see .rows\n"
        "  fix:   change white cells of the months only; totals follow by themselves"
    )


def test_a_name_typed_over_and_a_row_added_are_refused() -> None:
    made = small_card()
    changed = edited(workbook(made), {("Months", "B6"): "Lee", ("Months", "A20"): "mine"})
    assert refusal(lambda: read_edits(changed, made)).startswith(
        "Cell Months!B6 may not be changed: it was 'Li' and is 'Lee' and 1 more.\n"
    )


@pytest.mark.parametrize(
    ("value", "said"), [("fifty", "'fifty'"), (None, "empty"), (-5, "-5"), ("=5*5", "'=5*5'")]
)
def test_a_month_that_is_no_amount_is_refused(value, said) -> None:
    made = small_card()
    changed = edited(workbook(made), {("Months", "C6"): value})
    assert refusal(lambda: read_edits(changed, made)) == (
        f"Cell Months!C6 is {said}, not an amount of zero or more.\n"
        "  where: workbook, Months!C6\n  fix:   write a number; 0 for no target"
    )


def test_an_edit_between_two_steps_is_refused() -> None:
    made = small_card()
    changed = edited(workbook(made), {("Months", "C6"): 50.5})
    assert refusal(lambda: read_edits(changed, made, step=1)) == (
        "target 50.5 is not a multiple of step 1.\n"
        "  where: workbook, Months!C6\n  fix:   use target=51, or a smaller step"
    )


def test_the_workbook_of_another_plan_is_refused() -> None:
    made = sa.targets.card(small_plan(1_300))
    assert "may not be changed" in refusal(lambda: read_edits(workbook(small_card()), made))
    assert refusal(lambda: read_edits(b"PK no", made)) == (
        "The file is no workbook.\n  where: BadZipFile while opening it\n  fix:   save it as .xlsx"
    )


def test_a_person_with_several_units_has_one_row_that_sums_them() -> None:
    shares = pd.DataFrame(
        {
            # Li's two rows of the months sheet have another one between them
            "region": ["East", "East", "West", "West"],
            "salesperson": ["Li", "Wu", "Li", "Xu"],
            "value": [1.0, 6, 2, 3],
        }
    )
    made = sa.targets.card(
        sa.targets.cascade(1_200, shares, levels=["region", "salesperson"], year=2024)
    )
    sheet = Calculator(workbook(made))
    rows = [
        [c.value for c in line] for line in sheet.written["Persons"].iter_rows(min_row=6, max_col=5)
    ]
    assert [(r[2], r[4]) for r in rows] == [("Li", 300.0), ("Wu", 600.0), ("Xu", 300.0)]
    formulas = {a: sheet.run(n, f) for n, a, f in sheet.formulas() if n == "Persons"}
    assert [formulas[f"E{r}"] for r in (6, 7, 8)] == [300.0, 600.0, 300.0]
    assert made.select(salesperson="Li").total == 300.0
    with pytest.raises(ContractError, match="The card has no salesperson 'Lee'"):
        made.select(salesperson="Lee")


def test_a_person_with_several_products_has_the_chance_of_their_sum_on_the_sheet() -> None:
    shares = pd.DataFrame(
        {
            "region": ["East"] * 4 + ["West"],
            "salesperson": ["Li", "Li", "Wu", "Xu", "Xu"],
            "product": ["A", "B", "A", "A", "A"],
            "value": [1.0, 1, 1, 1, 1],
        }
    )
    plan = sa.targets.cascade(1_200, shares, levels=["region", "product", "salesperson"], year=2024)
    people = pd.DataFrame(
        {
            "region": ["East", "East", "East", "West"],
            "salesperson": ["Li", "Wu", "Xu", "Xu"],
            "probability": [0.25, 0.5, 0.6, 0.7],
            "status": ["pinned", "mixed", "mixed", "mixed"],
        }
    )
    east = pd.DataFrame({"region": ["East"], "probability": [0.4]})
    made = sa.targets.card(plan, people=people, chances=east)
    book = load_workbook(io.BytesIO(workbook(made)), data_only=True)
    head, *lines = book["Persons"].iter_rows(min_row=5, values_only=True)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    found = {r["Salesperson"]: (r["Chance of reaching it"], r["Status"], r["Reason"]) for r in rows}
    assert found["Li"][:2] == (0.25, "pinned")
    assert "chance of reaching it 25%" in found["Li"][2]
    # one line of Wu's own without a chance, two regions of Xu's: no chance of one sum
    assert (found["Wu"][0], found["Xu"][0]) == (None, None)
    part = made.select(region="East", product="A")
    assert len(part.known_people()) == 0


def test_who_is_known_twice_or_by_a_region_the_plan_has_not_gets_no_chance_and_no_crash() -> None:
    shares = pd.DataFrame({"product": ["A", "B"], "salesperson": ["Li", "Li"], "value": [1.0, 1.0]})
    plan = sa.targets.cascade(1_200, shares, levels=["product", "salesperson"], year=2024)
    known = pd.DataFrame(
        {"region": ["East", "West"], "salesperson": "Li", "probability": [0.25, 0.5]}
    ).assign(status="mixed")
    for people, chance in ((known, None), (known.head(1), 0.25)):
        made = sa.targets.card(plan, people=people)
        rows = people_rows(made.frame[made.frame["level"] == "salesperson"], made.known_people())
        found = rows.set_index("salesperson").loc["Li", "probability"]
        assert pd.isna(found) if chance is None else found == chance
    with pytest.raises(ContractError, match="people has no column 'status'"):
        sa.targets.card(plan, people=known.drop(columns="status"))


def test_letters_of_somebody_with_several_units_are_those_all_of_them_agree_on() -> None:
    shares = pd.DataFrame(
        {"product": list("ABABAB"), "salesperson": ["Li", "Li", "Wu", "Wu", "Xu", "Xu"]}
    ).assign(value=1.0)
    plan = sa.targets.cascade(1_200, shares, levels=["product", "salesperson"], year=2024)
    smart = shares.drop(columns="value").assign(smart=["SM-RT", "SmART", "SMART", "SMART", "", ""])
    made = sa.targets.card(plan, smart=smart)
    rows = people_rows(made.frame[made.frame["level"] == "salesperson"], made.known_people())
    letters = dict(zip(rows["salesperson"], rows["smart"], strict=True))
    assert letters == {"Li": "S??RT", "Wu": "SMART", "Xu": ""}
    half = sa.targets.card(plan, smart=smart[smart["product"] == "A"])
    rows = people_rows(half.frame[half.frame["level"] == "salesperson"], half.known_people())
    assert dict(zip(rows["salesperson"], rows["smart"], strict=True))["Wu"] == "?????"
