"""Plans saved, read back and refused; the workbook; what cannot leave the folder."""

import io
from pathlib import Path

import openpyxl
import pytest

import salesanalysis as sa
from salesanalysis import project
from salesanalysis.cli import main
from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, app
from salesanalysis.planner.files import PlanFolder, home_of, read_upload
from salesanalysis.planner.workbook import workbook, workbook_name

STANDARD = Path("params/plans/standard.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> PlanFolder:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "standard.yaml").write_bytes(STANDARD.read_bytes())
    return PlanFolder(tmp_path / "plans")


def moved() -> Plan:
    return Plan.from_yaml(STANDARD).edited({"coefficient.bands[2].value": "1.3"})


def test_a_plan_saved_and_opened_again_is_the_plan_that_was_saved_comments_included(folder) -> None:
    path = folder.save(moved(), "mine")
    assert path.name == "mine.yaml"
    assert folder.read("mine.yaml") == moved()
    before, after = STANDARD.read_text("utf-8").splitlines(), path.read_text("utf-8").splitlines()
    assert [b for a, b in zip(before, after, strict=True) if a != b] == [
        '      - {from: "1.0", value: "1.3"}'
    ]
    assert folder.names() == ["mine.yaml", "standard.yaml"]
    assert [p.name for p in folder.path.iterdir() if p.name.startswith(".")] == []


def test_a_file_that_is_there_is_written_over_only_when_somebody_says_so(folder) -> None:
    with pytest.raises(ContractError) as caught:
        folder.save(moved(), "standard.yaml")
    assert str(caught.value) == (
        "standard.yaml exists.\n"
        f"  where: {folder.path}\n"
        "  fix:   tick 'Replace the file', or give another name"
    )
    assert folder.read("standard.yaml") == Plan.from_yaml(STANDARD)
    folder.save(moved(), "standard.yaml", replace=True)
    assert folder.read("standard.yaml") == moved()


@pytest.mark.parametrize(
    "name",
    ["../evil.yaml", "/tmp/evil.yaml", "a/b.yaml", "..\\evil.yaml", ".hidden.yaml", "a\0.yaml"],
)
def test_no_name_leads_out_of_the_folder(folder, name) -> None:
    with pytest.raises(ContractError, match="is no file name of a plan") as caught:
        folder.save(moved(), name, replace=True)
    assert caught.value.code == "outside-folder"
    with pytest.raises(ContractError):
        folder.read(name)
    assert sorted(p.name for p in folder.path.parent.iterdir()) == ["plans"]


def test_a_link_out_of_the_folder_is_neither_read_nor_written(folder, tmp_path) -> None:
    other = tmp_path / "other.yaml"
    other.write_bytes(STANDARD.read_bytes())
    (folder.path / "link.yaml").symlink_to(other)
    for act in (
        lambda: folder.read("link.yaml"),
        lambda: folder.save(moved(), "link.yaml", replace=True),
    ):
        with pytest.raises(ContractError):
            act()
    assert other.read_bytes() == STANDARD.read_bytes()


def test_a_broken_file_names_file_and_line(folder) -> None:
    text = STANDARD.read_text("utf-8").replace('rate: "0.04"', "rate: 0.04")
    (folder.path / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamError) as caught:
        folder.read("broken.yaml")
    assert "broken.yaml" in str(caught.value)
    assert "P04" in str(caught.value)
    with pytest.raises(ParamError, match=r"sent\.yaml is not YAML") as sent:
        read_upload("sent.yaml", b"plan: [unclosed\n")
    assert sent.value.where == "sent.yaml:2"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        read_upload("gbk.yaml", "plan: 方案".encode("gbk"))
    assert str(caught.value) == (
        "gbk.yaml is no UTF-8 text: byte 7 belongs to no character.\n"
        "  where: gbk.yaml\n"
        "  fix:   save the file as UTF-8"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_what_the_pages_show(lang) -> None:
    desk = Desk(Plan.from_yaml(STANDARD), draws=200, budget=21e6)
    desk.move("coefficient.bands[2].value", "1.3")
    view = desk.view()
    content = workbook(view, lang)
    assert content == workbook(desk.view(), lang)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == 6
    figures = list(book[book.sheetnames[0]].iter_rows(min_row=3, values_only=True))
    head = ("Figure", "Before", "Now") if lang == "en" else ("指标", "原方案", "现方案")
    assert figures[0] == head
    name = "Expected cost a year" if lang == "en" else "年度预期成本"
    assert figures[1] == (name, view.before.expected, view.now.expected)
    people = book[book.sheetnames[2]]
    rows = list(people.iter_rows(min_row=4, values_only=True))
    pay = {row[0]: row[4] for row in rows}
    assert pay["P001"] == desk.statement("P001").payout
    assert len(rows) == 100
    draws = list(book[book.sheetnames[3]].iter_rows(min_row=4, values_only=True))
    assert sum(row[3] for row in draws) / len(draws) == pytest.approx(view.now.expected)
    heads = [c.value for c in people[3]]
    assert all(heads)
    if lang == "zh":
        assert all(any("一" <= x <= "鿿" for x in head) for head in heads)


def test_the_workbook_is_called_as_the_plans_file() -> None:
    assert workbook_name(Plan.from_yaml(STANDARD).document.name) == "standard.xlsx"


# -- where one works -------------------------------------------------------------------------------


def served_of(monkeypatch, *words: str) -> app.Served:
    """What the command would serve."""
    served: list[app.Served] = []
    monkeypatch.setattr(app, "serve", lambda what, **_: served.append(what))
    assert main(["planner", *words]) == 0
    return served[0]


def test_in_an_empty_folder_the_shipped_plan_opens_and_is_saved_there(
    tmp_path, monkeypatch
) -> None:
    shipped = project.shipped() / "params" / "plans"
    monkeypatch.chdir(tmp_path)
    opened = sa.planner.open(draws=100)
    assert opened.desk.plan == Plan.from_yaml(shipped / "standard.yaml")
    assert opened.folder.path == home_of(shipped / "team.yaml") == tmp_path.resolve()
    served = served_of(monkeypatch)
    assert (served.plan, served.folder) == (shipped / "standard.yaml", tmp_path.resolve())
    assert opened.folder.save(moved_from(opened), "standard.yaml").parent == tmp_path.resolve()
    assert Plan.from_yaml(shipped / "standard.yaml") == opened.desk.plan


def moved_from(opened) -> Plan:
    return opened.desk.plan.edited({"coefficient.bands[2].value": "1.3"})


def test_in_a_project_folder_ones_own_standard_plan_opens_from_any_folder_below(
    tmp_path, monkeypatch
) -> None:
    plans = tmp_path.resolve() / "params" / "plans"
    plans.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    plans.joinpath("standard.yaml").write_text(
        Path("params/plans/coefficient.yaml").read_text("utf-8"), "utf-8"
    )
    own = Plan.from_yaml(plans / "standard.yaml")
    monkeypatch.chdir(tmp_path / "notebooks")
    opened = sa.planner.open(draws=100)
    assert (opened.desk.plan, opened.folder.path) == (own, plans)
    served = served_of(monkeypatch)
    assert (served.plan, served.folder) == (plans / "standard.yaml", plans)
    # a plan only we ship is saved among one's own
    assert home_of(project.params("plans", "team.yaml")) == plans


def test_a_plan_that_lies_elsewhere_is_saved_beside_itself(tmp_path, monkeypatch) -> None:
    other = tmp_path / "drafts" / "mine.yaml"
    other.parent.mkdir()
    other.write_bytes(STANDARD.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert sa.planner.open("drafts/mine.yaml").folder.path == Path("drafts")
    assert served_of(monkeypatch, "drafts/mine.yaml").folder == Path("drafts")
