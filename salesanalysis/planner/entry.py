"""The door: `planner.open`, which shows the desk where somebody is there to move a slider."""

import os
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan
from salesanalysis.labels import check_lang, label
from salesanalysis.planner.crowd import crowd_of
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.files import PlanFolder, home_of
from salesanalysis.planner.numbers import given_budget
from salesanalysis.planner.refusals import refusal, told
from salesanalysis.project import params


class Planner:
    """A desk that shows itself in a live notebook, and one sentence in a rendered page.

    Nothing is computed before it is shown or asked for.

    Attributes
    ----------
    desk : Desk
    screen : Screen, the widgets; made when first asked for

    Examples
    --------
    >>> open()
    The planner with its sliders opens here in JupyterLab, or as an app with: salesanalysis planner
    """

    def __init__(
        self,
        plan: Plan,
        data: Any,
        people: pd.DataFrame | None,
        *,
        lang: str,
        folder: Path,
        out: Path,
        settings: dict[str, Any],
    ) -> None:
        self._plan, self._data, self._people = plan, data, people
        self.lang, self._settings = check_lang(lang), settings
        self.folder, self.out = PlanFolder(folder), out

    @cached_property
    def desk(self) -> Desk:
        """Return the plan at work with the people it is tried on."""
        given = self._data is not None or self._people is not None
        crowd = crowd_of(self._plan, self._data, self._people) if given else None
        return Desk(self._plan, crowd, **self._settings)

    @cached_property
    def screen(self) -> Any:
        """Return the widgets."""
        from salesanalysis.planner.screen import Screen  # noqa: PLC0415

        return Screen(self.desk, self.folder, self.out, lang=self.lang)

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415

        if live():
            display(self._shown())  # type: ignore[no-untyped-call]
            return
        # a page of a batch: a slider nobody can move would be a dead picture
        shown = {"text/plain": repr(self), "text/html": f"<p>{escape(repr(self))}</p>"}
        display(shown, raw=True)  # type: ignore[no-untyped-call]

    def _shown(self) -> Any:
        """Return the widgets, or what keeps them from being made: the app shows no traceback."""
        try:
            return self.screen.root
        except SalesAnalysisError as error:
            import ipywidgets as w  # noqa: PLC0415

            return w.HTML(f"<pre>{escape(told(error, self.lang))}</pre>")

    def __repr__(self) -> str:
        return label("planner.batch", self.lang)


def standard() -> Path:
    """Return the plan that is opened where none is named, one's own before the shipped one."""
    return params("plans", "standard.yaml")


def live() -> bool:
    """Tell whether this kernel has a front end that can move a slider.

    A batch (papermill, nbconvert) starts kernels that cannot ask a user anything; JupyterLab's
    can. The app starts the former kind and says so in the environment.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return True
    from IPython import get_ipython  # noqa: PLC0415

    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


def open(  # noqa: A001  the name users type: planner.open
    plan: str | Path | Plan | None = None,
    data: Any = None,
    *,
    people: pd.DataFrame | None = None,
    budget: float | str | None = None,
    lang: str = "en",
    attainment: Any = "normal",
    draws: int = 10_000,
    seed: int = 1,
    folder: str | Path | None = None,
    out: str | Path = "outputs/planner",
) -> Planner:
    """Open the planner's desk on a plan.

    Parameters
    ----------
    plan : Plan, str or Path, optional
        A plan or its file. Without one, ``params/plans/standard.yaml`` of the project folder one
        works in, else the one that comes with the package.
    data : Dataset or str, optional
        Whose people it is tried on, such as ``"demo"``: quotas and deals of the last closed
        period. Without data and people, a hundred people are assumed, and the desk says so.
    people : DataFrame, optional, one row per person
        ``salesperson``, ``quota`` (currency, for the plan's period), optional ``region``, ``team``.
    budget : float or str, optional, currency a year; a text as it is typed, such as ``"22M"``
    lang : {"en", "zh"}, switched on the desk as well
    attainment : str or Attainment
        How results are distributed, see `incentives.attainment`.
    draws, seed : int, drawn years and where they start
    folder : str or Path, optional
        The one folder plans are loaded from and saved to; the plan's own without it, and the
        working directory for a plan that came with the package.
    out : str or Path, where workbooks are written

    Returns
    -------
    Planner
        Shows itself as the last line of a cell; in a rendered page it is one sentence.

    Raises
    ------
    ParamError
        The file is no plan: every problem with its line.
    ContractError
        People twice, without a name or a quota, or nobody at all; a budget or a number of draws
        that is none.

    Examples
    --------
    >>> desk = open("params/plans/standard.yaml", draws=200).desk
    >>> _ = desk.move("commission.tiers[4].rate", "0.12")
    >>> desk.view().headline("en").startswith("The plan is expected to cost")
    True
    """
    loaded = plan if isinstance(plan, Plan) else Plan.from_yaml(plan or standard())
    own = Path(loaded.document.name)
    home = Path(folder) if folder else home_of(own if own.is_file() else standard())
    if not draws >= 1:
        raise refusal("draws", where="planner.open(draws=...)", code="bad-value", n=repr(draws))
    budget = given_budget(budget)
    settings = {"budget": budget, "attainment": attainment, "draws": draws, "seed": seed}
    return Planner(loaded, data, people, lang=lang, folder=home, out=Path(out), settings=settings)
