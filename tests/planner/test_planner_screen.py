"""The furniture, without a browser: what somebody does on it reaches the desk and comes back."""

import html
import re
import warnings
from pathlib import Path

import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.outlook.together import PARTS as EVERY
from salesanalysis.planner import Desk, crowd_of
from salesanalysis.planner.advice import OBJECTIVES, PARTS, best, effect, take
from salesanalysis.planner.entry import live
from salesanalysis.planner.pictures import DRAWN, Painter
from salesanalysis.planner.screen import Screen

PLANS = Path("params/plans")
TOP = "coefficient.bands[2].value"
EDGE = "commission.tiers[1].from"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A desk on a folder of its own; every test leaves it as it was loaded."""
    folder = tmp_path_factory.mktemp("plans")
    for name in ("standard", "coefficient", "multi-level"):
        (folder / f"{name}.yaml").write_bytes((PLANS / f"{name}.yaml").read_bytes())
    out = folder.parent / "out"
    return sa.planner.open(folder / "standard.yaml", budget=22e6, draws=300, out=out)


@pytest.fixture
def screen(opened) -> Screen:
    made: Screen = opened.screen
    if made.lang == "zh":
        press(made, "language")
    made.desk.other = None
    if Path(made.desk.base.document.name).name != "standard.yaml":
        made._load(made.folder.read("standard.yaml"))
    press(made, "reset")
    made.bar.name.value = "standard.yaml"
    made.tab.selected_index = 0
    made.bar.say("")
    made.refresh()
    return made


def small(name: str = "standard", **settings) -> Desk:
    """A dozen people, S1 to S12, paid by a shipped plan."""
    made = Plan.from_yaml(PLANS / f"{name}.yaml")
    quotas = [50_000.0 * (i + 1) for i in range(12)]
    names = [f"S{i + 1}" for i in range(12)]
    crowd = crowd_of(made, people=pd.DataFrame({"salesperson": names, "quota": quotas}))
    return Desk(made, crowd, draws=100, **settings)


def press(screen: Screen, name: str) -> None:
    screen.bar.buttons[name].click()


def words(value: str) -> str:
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", value, flags=re.DOTALL))


def said(screen: Screen) -> str:
    return words(screen.bar.said.value).strip()


# -- worked by hand -------------------------------------------------------------------------------


def test_a_slider_moves_the_field_the_plan_the_pictures_and_the_words(screen) -> None:
    page = screen.pages[0]
    pictures = {name: widget.value for name, widget in page.pictures.items()}
    screen.board.rows[TOP].slider.value = 1.3
    assert screen.board.rows[TOP].field.value == 1.3
    assert screen.desk.moved() == {TOP: ("1.2", "1.3")}
    assert all(widget.value != pictures[name] for name, widget in page.pictures.items())
    assert "1.3" in words(page.words.value)
    assert "1 of 15 numbers moved" in screen.head.value
    assert "sa-moved" in screen.board.rows[TOP].box._dom_classes


def test_a_field_takes_what_lies_beyond_the_slider(screen) -> None:
    row = screen.board.rows[TOP]
    row.field.value = 4.5
    # ends that grow would make the browser send the value before back
    assert (row.slider.max, row.slider.value, row.field.value) == (3, 3, 4.5)
    assert screen.desk.moved() == {TOP: ("1.2", "4.5")}


def test_a_slider_is_never_sent_back_by_the_move_it_made_itself(screen) -> None:
    """A slider's 1.25 arrives as 1.2500000000000002; written back it would stop the next step."""
    row = screen.board.rows[TOP]
    sent = []
    row.slider.observe(lambda change: sent.append(change["new"]), "value")
    row.slider.value = 1.2500000000000002
    assert sent == [1.2500000000000002]
    assert screen.desk.moved() == {TOP: ("1.2", "1.25")}


def test_an_edge_past_its_neighbour_is_refused_in_place_and_the_last_good_plan_stays(
    screen,
) -> None:
    page = screen.pages[0]
    before = page.said.value
    row = screen.board.rows[EDGE]
    row.slider.value = 90
    shown = words(row.box.children[1].value)
    assert "tier 3 starts at 0.8, which lies below 0.9 of the tier before" in shown
    assert shown.strip().startswith("This would be no plan")
    assert (row.slider.value, page.said.value) == (90, before)
    screen.board.rows["commission.tiers[2].from"].field.value = 95
    assert len(row.box.children) == 1
    assert set(screen.desk.moved()) == {EDGE, "commission.tiers[2].from"}


def test_undo_redo_and_reset_bring_sliders_and_figures_back(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    press(screen, "undo")
    assert screen.board.rows[TOP].slider.value == 1.2
    press(screen, "redo")
    assert screen.board.rows[TOP].field.value == 1.3
    press(screen, "reset")
    assert screen.board.rows[TOP].slider.value == 1.2
    assert "as before" in words(screen.pages[0].said.value)
    assert screen.bar.buttons["reset"].disabled


def test_a_drag_is_one_step_back_however_long_a_redraw_takes(screen, monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("salesanalysis.planner.screen.monotonic", lambda: clock[0])
    redraw = screen._refresh

    def slow() -> None:
        redraw()
        clock[0] += 5

    monkeypatch.setattr(screen, "_refresh", slow)
    for value in (1.3, 1.5, 1.8):  # the browser sends the next as soon as the last is drawn
        screen.board.rows[TOP].slider.value = value
        clock[0] += 0.1
    press(screen, "undo")
    assert screen.desk.moved() == {}


def test_a_drag_right_after_an_undo_is_a_step_of_its_own(screen, monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("salesanalysis.planner.screen.monotonic", lambda: clock[0])
    for value in (1.3, 1.4):
        screen.board.rows[TOP].slider.value = value
        clock[0] += 5
    screen.board.rows[TOP].slider.value = 1.5
    press(screen, "undo")  # 1.4
    screen.board.rows[TOP].slider.value = 1.6
    press(screen, "undo")
    assert screen.desk.moved() == {TOP: ("1.2", "1.4")}


def test_the_language_is_switched_with_everything_on_the_desk(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    press(screen, "language")
    assert screen.lang == "zh"
    assert screen.board.rows[TOP].slider.value == 1.3
    page = screen.pages[0]
    assert "方案预计每年成本" in page.said.value
    texts = [
        *(r.slider.description for r in screen.board.rows.values()),
        *(b.description for k, b in screen.bar.buttons.items() if k != "language"),
        *screen.tab.titles,
    ]
    assert [t for t in texts if re.search("[A-Za-z]{2,}", t)] == []
    allowed = {"L01", "L04", "L09", "P", "CNY"}
    english = set(re.findall(r"[A-Za-z]{2,}[0-9]*", words(page.said.value + page.words.value)))
    assert english - allowed == set()
    assert "@font-face" in screen.root.children[0].value


def test_another_plan_is_loaded_and_undo_brings_the_first_back(screen) -> None:
    screen.bar.choice.value = "multi-level.yaml"
    press(screen, "load")
    assert len(screen.board.rows) == 31
    assert "Loaded: multi-level.yaml" in said(screen)
    press(screen, "undo")
    assert len(screen.board.rows) == 15
    assert screen.bar.name.value == "standard.yaml"


def test_a_plan_is_saved_under_a_new_name_and_not_over_another_unasked(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    press(screen, "save")
    assert "standard.yaml exists." in said(screen)
    screen.bar.name.value = "mine"
    press(screen, "save")
    assert said(screen).startswith("Saved: mine.yaml")
    assert Plan.from_yaml(screen.folder.path / "mine.yaml") == screen.desk.plan
    assert screen.bar.choice.value == "mine.yaml"
    screen.bar.replace.value = True
    press(screen, "save")
    assert not screen.bar.replace.value
    screen.bar.name.value = "../mine"
    press(screen, "save")
    assert "is no file name of a plan" in said(screen)


def test_the_workbook_is_written_and_offered(screen, opened) -> None:
    press(screen, "export")
    assert (opened.out / "standard.xlsx").read_bytes()[:2] == b"PK"
    assert 'download="standard.xlsx" href="data:' in screen.bar.said.value


def test_the_workbook_is_called_as_the_plan_is_to_be_saved(screen, opened) -> None:
    screen.bar.name.value = "../方案 2"
    press(screen, "export")
    assert (opened.out / "方案_2.xlsx").is_file()
    screen.bar.name.value = "standard.yaml"


def test_a_broken_file_sent_is_refused_with_its_line_and_the_plan_stays(screen) -> None:
    before = screen.desk.plan
    screen._actions()["upload"]("sent.yaml", b"schema: 1\nplan: [\n")
    assert "sent.yaml:3" in said(screen)
    assert screen.desk.plan == before
    screen._actions()["upload"]("mine.yaml", (PLANS / "coefficient.yaml").read_bytes())
    assert screen.desk.plan.head.id == "coefficient"


def test_a_budget_is_typed_emptied_and_refused(screen) -> None:
    screen.bar.budget.value = "1.2M"
    assert screen.desk.budget == 1.2e6
    screen.bar.budget.value = "much"
    assert "'much' is no budget." in said(screen)
    assert screen.desk.budget == 1.2e6
    screen.bar.budget.value = ""
    assert screen.desk.budget is None
    assert "No budget is given" in screen.pages[0].said.value
    screen.bar.budget.value = "22M"


def test_the_figure_of_one_person_is_the_statement_to_the_cent(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    screen.tab.selected_index = 1
    page = screen.pages[1]
    for who in ("P002", "P077"):
        page.choice.value = who
        crowd, desk = screen.desk.crowd, screen.desk
        own = crowd.deals[crowd.deals["salesperson"] == who]
        now, was = (
            plan.statement(crowd.row(who), own, period=crowd.period)
            for plan in (desk.plan, desk.base)
        )
        shown = words(page.said.value)
        assert f"{who}: {now.payout:,.2f} CNY" in shown
        assert f"Before: {was.payout:,.2f} CNY" in shown
        assert now.check_code in shown


def test_two_plans_stand_side_by_side_with_the_numbers_that_differ(screen) -> None:
    screen.tab.selected_index = 2
    page = screen.pages[2]
    screen.board.rows[TOP].slider.value = 1.3
    assert "Band 3: coefficient (×)" in page.said.value
    page.choice.value = "coefficient.yaml"
    shown = words(page.said.value)
    assert "Before: Commission with bonus coefficients" in shown
    assert "Now: Standard sales plan" in shown
    assert "8 numbers stand in one alone" in shown
    page.choice.value = ""


def test_a_plan_in_another_currency_is_not_compared_and_takes_the_budget_off(screen) -> None:
    """1.3 million dollars beside 22 million yuan read as 20.9 million yuan more."""
    dollars = PLANS / "adventureworks.yaml"
    (screen.folder.path / "dollars.yaml").write_bytes(dollars.read_bytes())
    screen.tab.selected_index = 2
    page = screen.pages[2]
    page.show(screen.view)
    page.choice.value = "dollars.yaml"
    shown = words(page.said.value)
    assert (
        "dollars.yaml pays in USD, the plan on the desk in CNY: their costs cannot be compared."
        in shown
    )
    assert "as before" in shown
    assert (page.choice.value, screen.desk.other) == ("", None)
    screen._load(screen.folder.read("dollars.yaml"))
    assert (screen.desk.budget, screen.bar.budget.value) == (None, "")
    press(screen, "undo")
    assert (screen.desk.budget, screen.bar.budget.value) == (22e6, "22,000,000")
    screen.desk.compare(screen.folder.read("coefficient.yaml"))
    press(screen, "redo")
    assert screen.desk.old.head.currency == "USD"
    (screen.folder.path / "dollars.yaml").unlink()


def test_the_plan_compared_with_stays_chosen_in_the_other_language(screen) -> None:
    screen.tab.selected_index = 2
    screen.pages[2].choice.value = "coefficient.yaml"
    press(screen, "language")
    assert screen.pages[2].choice.value == "coefficient.yaml"
    assert "原方案：" in words(screen.pages[2].said.value)


def test_a_plan_sent_from_elsewhere_is_none_of_the_folders(screen) -> None:
    screen._actions()["upload"]("sent.yaml", (PLANS / "standard.yaml").read_bytes())
    assert screen.bar.choice.value == ""
    before = screen.desk.plan
    press(screen, "load")
    assert screen.desk.plan is before


# -- what is refused, said to a planner ------------------------------------------------------------


def test_a_refusal_is_chinese_on_a_chinese_desk_with_the_code_before_english_details(
    screen,
) -> None:
    press(screen, "language")
    press(screen, "save")
    assert said(screen) == "standard.yaml已存在。请勾选“覆盖原文件”，或换一个文件名。"
    screen.bar.budget.value = "much"
    assert said(screen) == (
        "'much'不是有效的预算。请输入大于0的金额，例如1,200,000或120万；也可留空。"
    )
    screen.bar.budget.value = "22M"
    screen._actions()["upload"]("sent.yaml", b"schema: 1\nplan: [\n")
    assert said(screen).startswith(
        "该文件不符合方案文件的书写格式（bad-yaml）\n英文说明：sent.yaml is not YAML"
    )
    screen._actions()["upload"]("sent.yaml", b" \n")
    assert said(screen) == "sent.yaml是空文件。请上传方案文件，例如在此保存过的文件。"
    screen._actions()["upload"]("sent.yaml", b"hello\n")
    lines = said(screen).split("\n")
    assert lines[0] == "sent.yaml：方案中有11处问题"
    assert lines[1].startswith("第1行：有必填项缺失、写错或格式不对（P02）英文说明：")
    assert (len(lines), lines[-1]) == (10, "另有3处")


@pytest.mark.parametrize(
    ("knob", "value", "en", "zh"),
    [
        ("commission.tiers[0].rate", -5.0, "A rate lies between 0 and 100% (P05)", "第1档比例（%）：比例须在0至100%之间（P05）"),
        (TOP, 14.0, "A coefficient lies between 0 and 10 (P05)", "第3段系数（倍）：系数须在0至10之间（P05）"),
        (EDGE, 90.0, "Edges must rise from one to the next and may not lie below 0 (P03)", "第2档起点（%）：各分界点须由低到高、互不重复，且不低于0（P03）"),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_plan_is_refused_by_its_rule_in_the_units_of_the_desk(
    screen, knob, value, en, zh
) -> None:
    screen.board.rows[knob].field.value = value
    assert en in words(screen.board.rows[knob].box.children[1].value)
    press(screen, "language")
    row = screen.board.rows[knob]
    row.field.value = value
    assert zh in words(row.box.children[1].value)


# -- the neighbours -------------------------------------------------------------------------------


def test_numbers_found_under_the_budget_are_put_on_the_sliders_in_one_step(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    page.choice.value = "cheapest"
    page.search()
    assert page.found is not None
    today = screen.desk.view().now.expected
    page.accept()
    assert screen.desk.moved()
    now = screen.desk.view().now.expected
    assert now == pytest.approx(page.found.cost, rel=1e-9)
    assert now < today
    press(screen, "undo")
    assert screen.desk.moved() == {}
    page.within.value = "nothing"
    page.search()
    assert "is no percentage above 0" in page.said.value
    assert page.take.disabled
    page.within.value = "50"


def test_a_budget_no_plan_can_keep_is_said_with_what_conflicts() -> None:
    desk = small(budget=1000.0)
    with pytest.raises(ContractError) as caught:
        best(desk, "differentiation", within=0.1)
    assert "budget" in str(caught.value)


@pytest.mark.parametrize("part", [p for p in PARTS if p != "tornado"])
def test_what_a_plan_does_is_shown_part_by_part_or_its_absence_explained(part) -> None:
    desk = small(budget=3e6)
    desk.move(TOP, "1.3")
    found = effect(desk, part)
    if isinstance(found, str):
        assert (part, found) == ("break_even", "no_margin_rate")
        found = effect(desk, part, margin_rate=0.3)
    assert found.headline("en")
    assert found.headline("zh")


def test_every_part_of_the_outlook_is_on_the_desk() -> None:
    assert set(PARTS) == set(EVERY)


def test_taking_numbers_changes_the_plan_to_the_one_found() -> None:
    desk = small()
    found = best(desk, OBJECTIVES[0])
    assert take(desk, found) == len(desk.moved())
    assert desk.plan == found.plan


# -- pictures -------------------------------------------------------------------------------------


def test_where_nobodys_pay_changes_the_picture_shows_what_everybody_is_paid() -> None:
    desk, painter = small(), Painter()
    view = desk.view()
    for lang in ("en", "zh"):
        painter.png("people", view, lang)
        ax = painter._axes["people"]
        assert sorted(b.get_width() for b in ax.patches) == sorted(view.people["new_pay"])
        assert_good_figure(ax)
    assert ax.get_title(loc="left") == "2024年1月：12人共计发20.3万元，每人843元至4.6万元"
    desk.move(TOP, "1.3")
    painter.png("people", desk.view(), "en")
    assert "paid again" in ax.get_title(loc="left")


def test_the_findings_of_both_plans_are_counted() -> None:
    desk = small()
    desk.move(TOP, "1.0")
    row = desk.view().figures().set_index("figure").loc["findings"]
    alone = [len(sa.incentives.lint(p, quota="325000").frame) for p in (desk.old, desk.plan)]
    assert [row["old"], row["new"]] == alone
    assert alone[0] != alone[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_hold_the_figures_of_the_view_again_and_again(lang) -> None:
    desk = Desk(Plan.from_yaml(PLANS / "standard.yaml"), draws=300, budget=22e6)
    painter = Painter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph the font does not have
        for value in ("1.2", "1.3"):
            desk.move(TOP, value)
            view = desk.view()
            for name in DRAWN:
                assert painter.png(name, view, lang)[:4] == b"\x89PNG"
            axes = painter._axes
            assert len(axes["curve"].lines) == (1 if view.same else 2)
            assert view.now.expected in [line.get_xdata()[0] for line in axes["cost"].lines]
            assert 22e6 in [line.get_xdata()[0] for line in axes["cost"].lines]
            titles = {n: ax.get_title(loc="left").replace("\n", "") for n, ax in axes.items()}
            assert titles["curve"].replace(" ", "") == view.curve_headline(lang).replace(" ", "")
            at_quota = [
                y for x, y in zip(*axes["curve"].lines[-1].get_data(), strict=True) if x == 1
            ]
            assert at_quota[-1] == view.curves[0].at_quota()
    for ax in axes.values():
        assert_good_figure(ax)


def test_the_words_along_an_axis_are_where_they_stand() -> None:
    """With steps of 2.5 % and no decimals an axis read 3 %, 5 %, 8 %."""
    desk = Desk(Plan.from_yaml(PLANS / "standard.yaml"), draws=100, budget=22e6)
    painter = Painter()
    for value in ("1.35", "1.5"):
        desk.move(TOP, value)
        for name in ("curve", "cost"):
            painter.png(name, desk.view(), "en")
            ax = painter._axes[name]
            ticks = list(zip(ax.get_yticks(), ax.get_yticklabels(), strict=True))
            assert len(ticks) >= 3
            for at, text in ticks:
                assert float(text.get_text().rstrip("%")) / 100 == pytest.approx(at, abs=1e-12)


@pytest.mark.parametrize("name", ["team", "multi-level"])
def test_every_plan_can_be_drawn_or_says_why_not(name) -> None:
    desk = small(name)
    painter = Painter()
    for lang in ("en", "zh"):
        for kind in DRAWN:
            assert painter.png(kind, desk.view(), lang)


# -- the door -------------------------------------------------------------------------------------


def test_where_nobody_can_move_a_slider_the_desk_is_one_sentence(capsys, opened) -> None:
    assert not live()
    assert repr(sa.planner.open(PLANS / "standard.yaml")).startswith("The planner with its sliders")
    zh = sa.planner.open(PLANS / "standard.yaml", lang="zh")
    zh._ipython_display_()
    assert "设计台" in capsys.readouterr().out
    assert "desk" not in vars(zh)  # nothing was drawn or computed for it


def test_the_app_is_alive_though_its_kernel_asks_nobody(monkeypatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert live()


def test_what_keeps_the_desk_from_opening_is_shown_instead() -> None:
    twice = pd.DataFrame({"salesperson": ["Li", "Li"], "quota": [1.0, 2.0]})
    shown = sa.planner.open(PLANS / "standard.yaml", people=twice)._shown()
    assert "people has more than one row for 1 of them." in shown.value
