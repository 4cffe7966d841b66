"""What tests of the desk share: its plans, small desks, buttons pressed, words read."""

import html
import re
from pathlib import Path

import pandas as pd

from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of
from salesanalysis.planner.screen import Screen

PLANS = Path("params/plans")
TOP = "coefficient.bands[2].value"
EDGE = "commission.tiers[1].from"


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
