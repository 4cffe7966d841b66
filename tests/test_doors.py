"""Doors: a public function handed the wrong kind of thing says which, and what makes the right one."""

import inspect

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

ROOMS = ("targets", "forecast", "variance", "incentives", "tracking", "review", "festivals")
#: Doors whose first argument may be anything that answers to the right methods.
_BY_WHAT_IT_CAN_DO = {"bootstrap", "calibrate", "from_draws", "split_days", "diff_plans"}


def _doors() -> list[tuple[str, str]]:
    """List the public functions whose first argument is declared as a thing of one kind."""
    found = []
    for room in ROOMS:
        module = getattr(sa, room)
        for name in module.__all__:
            door = getattr(module, name)
            if inspect.isfunction(door) and name not in _BY_WHAT_IT_CAN_DO:
                first = next(iter(inspect.signature(door).parameters.values()), None)
                kind = None if first is None else first.annotation
                if kind is pd.DataFrame or getattr(kind, "__module__", "").startswith(
                    "salesanalysis"
                ):
                    found.append((room, name))
    return found


def _handed(door: object, thing: object) -> tuple[list[object], dict[str, object]]:
    """Give `thing` for every argument that must be given."""
    open_ended = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [
        p
        for p in inspect.signature(door).parameters.values()
        if p.default is p.empty and p.kind not in open_ended
    ]
    asked = [p for p in needed if p.kind is not p.KEYWORD_ONLY]
    return [thing] * len(asked), {p.name: thing for p in needed if p.kind is p.KEYWORD_ONLY}


@pytest.mark.parametrize(("room", "name"), _doors(), ids=lambda part: part)
@pytest.mark.parametrize("thing", [None, object(), 3], ids=["none", "anything", "number"])
def test_no_door_fails_deep_inside_over_a_thing_that_is_no_table(room, name, thing) -> None:
    door = getattr(getattr(sa, room), name)
    given, named = _handed(door, thing)
    with pytest.raises(ContractError):
        door(*given, **named)


def test_a_table_where_a_panel_belongs_is_named_with_the_call_that_makes_one() -> None:
    with pytest.raises(ContractError) as caught:
        sa.targets.month_shares(pd.DataFrame({"value": [1.0]}), year=2024)
    assert str(caught.value) == (
        "month_shares(panel=...) is a DataFrame; it must be a Panel.\n"
        "  where: salesanalysis.targets.month_shares\n"
        "  fix:   hand in a Panel: data.panel(by=[...], value=...) makes one"
    )
    assert caught.value.code == "wrong-kind"


def test_nothing_where_a_table_belongs_is_named() -> None:
    with pytest.raises(ContractError) as caught:
        sa.incentives.deals_of(None)
    assert "deals_of(" in str(caught.value)
    assert "is None; it must be a DataFrame." in str(caught.value)


def test_the_fault_that_was_met_inside_stays_attached() -> None:
    with pytest.raises(ContractError) as caught:
        sa.incentives.lint("standard.yaml")
    assert isinstance(caught.value.__cause__, AttributeError)


def test_a_forgotten_argument_is_told_by_python_itself() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        sa.incentives.lint()


def test_a_door_keeps_its_name_its_words_and_its_arguments() -> None:
    door = sa.targets.cascade
    assert door.__name__ == "cascade"
    assert "total" in inspect.signature(door).parameters
    assert "Examples" in str(door.__doc__)
