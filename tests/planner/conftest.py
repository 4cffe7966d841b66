"""One desk for all tests of its furniture: making one takes longer than moving it back."""

from pathlib import Path

import pytest
from screens import PLANS, press

import salesanalysis as sa
from salesanalysis.planner.screen import Screen


@pytest.fixture(scope="session")
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
    return made
