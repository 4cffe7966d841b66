"""The door of the desk: live, in a batch, and where it cannot open."""

import pandas as pd
from screens import PLANS

import salesanalysis as sa
from salesanalysis.planner.entry import live


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
