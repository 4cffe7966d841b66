"""The furniture, without a browser: what somebody does on it reaches the desk and comes back."""

import re
from pathlib import Path

from screens import EDGE, PLANS, TOP, press, said, words

from salesanalysis.incentives import Plan
from salesanalysis.planner.files import shown_place


def test_a_slider_moves_the_field_the_plan_the_pictures_and_the_words(screen) -> None:
    page = screen.pages[0]
    pictures = {name: widget.value for name, widget in page.pictures.items()}
    screen.board.rows[TOP].slider.value = 1.3
    assert screen.board.rows[TOP].field.value == "1.3"
    assert screen.desk.moved() == {TOP: ("1.2", "1.3")}
    assert all(widget.value != pictures[name] for name, widget in page.pictures.items())
    assert "1.3" in words(page.words.value)
    assert "1 of 15 numbers moved" in screen.head.value
    assert "sa-moved" in screen.board.rows[TOP].box._dom_classes


def test_a_field_takes_what_lies_beyond_the_slider(screen) -> None:
    row = screen.board.rows[TOP]
    row.field.value = "4.5"
    # ends that grow would make the browser send the value before back
    assert (row.slider.max, row.slider.value, row.field.value) == (3, 3, "4.5")
    assert screen.desk.moved() == {TOP: ("1.2", "4.5")}


def test_a_number_between_two_steps_of_its_slider_stays_as_it_was_typed(screen) -> None:
    """The browser puts the slider on the step beside it and reports that: it made 4.3 of 4.25."""
    row = screen.board.rows["commission.tiers[1].rate"]
    row.field.value = "4.25"
    row.slider.value = 4.3  # what the browser sends back
    assert screen.desk.moved() == {"commission.tiers[1].rate": ("0.04", "0.0425")}
    screen.board.rows[TOP].slider.value = 1.3  # a redraw leaves both where they are
    assert (row.field.value, row.slider.value) == ("4.25", 4.3)
    row.slider.value = 4.5
    assert row.field.value == "4.5"
    assert screen.desk.plan.knobs().set_index("knob").loc[row.control.knob, "text"] == "0.045"


def test_a_slider_is_never_sent_back_by_the_move_it_made_itself(screen) -> None:
    """A slider's 1.25 arrives as 1.2500000000000002; written back it would stop the next step."""
    row = screen.board.rows[TOP]
    sent = []
    row.slider.observe(lambda change: sent.append(change["new"]), "value")
    row.slider.value = 1.2500000000000002
    assert sent == [1.2500000000000002]
    assert screen.desk.moved() == {TOP: ("1.2", "1.25")}


def test_undo_redo_and_reset_bring_sliders_and_figures_back(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    press(screen, "undo")
    assert screen.board.rows[TOP].slider.value == 1.2
    press(screen, "redo")
    assert screen.board.rows[TOP].field.value == "1.3"
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
    assert said(screen).startswith(f"Saved: {screen.folder.path}/mine.yaml")
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


def test_a_plan_sent_from_elsewhere_is_none_of_the_folders(screen) -> None:
    screen._actions()["upload"]("sent.yaml", (PLANS / "standard.yaml").read_bytes())
    assert screen.bar.choice.value == ""
    before = screen.desk.plan
    press(screen, "load")
    assert screen.desk.plan is before


def test_a_plan_saved_is_opened_again_with_its_numbers(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.45
    assert "1 of 15 numbers moved, not saved" in screen.head.value
    screen.bar.name.value = "again"
    press(screen, "save")
    assert "not saved" not in screen.head.value
    press(screen, "reset")
    screen.bar.choice.value = "again.yaml"
    press(screen, "load")
    assert screen.board.rows[TOP].field.value == "1.45"
    assert screen.desk.moved() == {}


def test_a_file_is_named_from_the_folder_one_works_in(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "home", lambda: Path("/nowhere/me"))
    here = tmp_path.name
    assert shown_place(tmp_path / "params" / "plans" / "a.yaml") == f"{here}/params/plans/a.yaml"
    assert shown_place(Path("/nowhere/me/plans/a.yaml")) == "~/plans/a.yaml"
    assert shown_place(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"


def test_a_workbook_is_not_written_over_another_one(screen, opened) -> None:
    screen.bar.name.value = "twice"
    press(screen, "export")
    first = (opened.out / "twice.xlsx").read_bytes()
    press(screen, "export")  # the same once more is the same file
    screen.board.rows[TOP].slider.value = 1.3
    press(screen, "export")
    assert (opened.out / "twice.xlsx").read_bytes() == first
    assert (opened.out / "twice-2.xlsx").is_file()
    assert said(screen).startswith(f"Workbook written: {opened.out}/twice-2.xlsx")
    assert sorted(p.name for p in opened.out.glob("twice*")) == ["twice-2.xlsx", "twice.xlsx"]


def test_plans_that_come_with_the_package_are_offered_after_ones_own(screen) -> None:
    shown = [text for text, _ in screen.bar.choice.options]
    assert shown.index("standard.yaml") < shown.index("team.yaml (supplied)")
    assert "standard.yaml (supplied)" not in shown
    screen.bar.choice.value = "graduated.yaml"
    press(screen, "load")
    assert screen.desk.plan.head.id == "graduated"
    screen.bar.name.value = "graduated.yaml"
    press(screen, "save")
    assert (screen.folder.path / "graduated.yaml").is_file()
    assert "graduated.yaml" in [text for text, _ in screen.bar.choice.options]
    (screen.folder.path / "graduated.yaml").unlink()


def test_what_somebody_was_about_to_do_outlasts_the_other_language(screen) -> None:
    screen.board.rows[EDGE].field.value = "90"
    screen.bar.name.value = "mine to be"
    screen.pages[3].choice.value, screen.pages[3].free.value = "cheapest", "rate"
    screen.pages[3].within.value = "20"
    screen.pages[3].search()
    screen.pages[4].choice.value = "coverage"
    press(screen, "language")
    row = screen.board.rows[EDGE]
    assert (row.field.value, row.slider.value) == ("90", 90)
    assert "这样不构成有效方案" in words(row.box.children[1].value)
    assert screen.bar.name.value == "mine to be"
    page = screen.pages[3]
    assert (page.choice.value, page.free.value, page.within.value) == ("cheapest", "rate", "20")
    assert "预期成本由" in words(page.said.value)
    assert not page.take.disabled
    assert screen.pages[4].choice.value == "coverage"
    page.within.value, page.free.value = "50", "all"
