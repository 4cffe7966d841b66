"""Plans as files of one folder, and the workbook: nothing is written anywhere else."""

import re
from pathlib import Path

import pandas as pd

from salesanalysis.atomic import write_atomic
from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.planner.controls import controls_of
from salesanalysis.planner.lastpay import exact_pay
from salesanalysis.planner.refusals import refusal
from salesanalysis.planner.view import View
from salesanalysis.project import homes, shipped
from salesanalysis.report.tables import workbook_bytes

_NAME = re.compile(r"[\w][\w .()-]{0,99}\.ya?ml")
_BOOK = re.compile(r"[^\w.()-]+")


class PlanFolder:
    """The one folder plans are read from and saved to.

    Parameters
    ----------
    folder : str or Path

    Examples
    --------
    >>> PlanFolder("params/plans").names()[:2]
    ['adventureworks.yaml', 'coefficient.yaml']
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder)

    def names(self) -> list[str]:
        """Return the plan files, by name."""
        if not self.path.is_dir():
            return []
        return sorted(p.name for p in self.path.iterdir() if p.suffix in (".yaml", ".yml"))

    def read(self, name: str) -> Plan:
        """Read a plan of the folder.

        Raises
        ------
        ContractError
            A name that leads out of the folder, a file that is not there.
        ParamError
            The file is no plan: every problem with its line.
        """
        return Plan.from_yaml(self._inside(name, there=True))

    def save(self, plan: Plan, name: str, *, replace: bool = False) -> Path:
        """Write a plan, comments included, whole or not at all.

        Parameters
        ----------
        name : str, a file name without folders; ``.yaml`` is added where it is missing
        replace : bool, whether a file of that name may be written over

        Raises
        ------
        ContractError
            A name that leads out of the folder or is no file name; a file that is there already.
        RenderError
            The folder cannot be written.
        """
        name = name.strip()
        name = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
        path = self._inside(name, there=False)
        if path.exists() and not replace:
            raise refusal("exists", where=str(self.path), code="bad-choice", name=name)
        return write_atomic(path, plan.to_yaml())

    def _inside(self, name: str, *, there: bool) -> Path:
        """Return the file of a name, or refuse one that leads out of the folder."""
        path = self.path / name
        if not _NAME.fullmatch(name) or path.is_symlink():
            words = {"name": repr(name), "folder": str(self.path)}
            raise refusal("name", where="planner", code="outside-folder", **words)
        if there and not path.is_file():
            raise refusal("gone", where=str(self.path), code="no-input", name=name)
        return path


def home_of(plan: Path) -> Path:
    """Return the folder a plan is saved beside, never one that came with the package.

    Where one works in another place than the package came in, that is ``params/plans`` of one's
    own project folder, without one the working directory.

    Examples
    --------
    >>> home_of(Path("params/plans/standard.yaml")).as_posix()
    'params/plans'
    """
    if shipped() / "params" not in plan.resolve().parents:
        return plan.parent
    own, here = homes()[0], Path().resolve()
    if own != shipped():
        return own / "params" / "plans"
    return plan.parent if shipped() in (here, *here.parents) else here


def read_upload(name: str, content: bytes) -> Plan:
    """Read a plan somebody sent from their own disk; its problems name file and line.

    Raises
    ------
    ContractError
        Bytes that are no UTF-8 text, or none at all.
    ParamError
        It is no plan.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = str(error.start + 1)
        raise refusal("utf8", where=name, code="bad-encoding", name=name, byte=at) from None
    if not text.strip():
        raise refusal("empty", where=name, code="no-input", name=name)
    return Plan.from_text(text, name=name)


def workbook_name(name: str) -> str:
    """Return the file name of the workbook of a plan saved under a name.

    Examples
    --------
    >>> workbook_name("params/plans/a b.yaml"), workbook_name("方案.yaml"), workbook_name("..")
    ('a_b.xlsx', '方案.xlsx', 'plan.xlsx')
    """
    stem = _BOOK.sub("_", Path(name).stem).strip("._")
    return f"{stem or 'plan'}.xlsx"


def workbook(view: View, lang: str) -> bytes:
    """Return everything the pages show as one workbook: the same view, the same bytes."""
    frames = {
        "planner_figures": _figures(view, lang),
        "planner_numbers": numbers(view, lang),
        "planner_people": _people(view),
        "planner_draws": _draws(view),
        "planner_curve": _curve(view),
    }
    kept = {name: frame for name, frame in frames.items() if len(frame)}
    if isinstance(view.findings, SalesAnalysisError):
        return workbook_bytes(kept, lang=lang)
    kept["planner_findings"] = view.findings.to_frame()
    return workbook_bytes(kept, lang=lang, source={"planner_findings": view.findings})


def _figures(view: View, lang: str) -> pd.DataFrame:
    """Return the figures of the first page under their names there, before and now."""
    frame = view.figures()
    names = [label(f"planner.row.{figure}", lang) for figure in frame["figure"]]
    values = {f"planner_{side}": frame[side] for side in ("old", "new")}
    return pd.DataFrame({"planner_figure": names, **values})


def numbers(view: View, lang: str) -> pd.DataFrame:
    """Return every number of the plan beside the old one: part, number, before, now."""
    at = LANGUAGES[LANGUAGES.index(lang)]
    old = {c.knob: c for c in controls_of(view.old)}
    rows = [
        (
            c.titles[at],
            c.labels[at],
            float(old[c.knob].value) if c.knob in old else float("nan"),
            float(c.value),
        )
        for c in controls_of(view.plan)
    ]
    columns = ["planner_group", "planner_place", "planner_old", "planner_new"]
    return pd.DataFrame(rows, columns=columns)


def _people(view: View) -> pd.DataFrame:
    """Return everybody's pay of the period under both plans, to the cent."""
    try:
        pays = [exact_pay(plan, view.crowd) for plan in (view.old, view.plan)]
    except SalesAnalysisError:
        return view.people
    old, new = (p[p["status"] != "no_quota"] for p in pays)
    head = new[["salesperson", "quota", "actual", "completion"]]
    both = head.assign(new_pay=new["pay"]).merge(
        old[["salesperson", "pay"]].rename(columns={"pay": "old_pay"}),
        on="salesperson",
        how="outer",
        validate="one_to_one",
    )
    return both.assign(change=(both["new_pay"] - both["old_pay"]).round(2))


def _draws(view: View) -> pd.DataFrame:
    """Return the cost of every drawn year under both plans, where both are simulated."""
    if isinstance(view.now, SalesAnalysisError):
        return pd.DataFrame()
    frame = pd.DataFrame({"sales": view.now.sales, "planner_new": view.now.cost})
    if not isinstance(view.before, SalesAnalysisError):
        frame.insert(1, "planner_old", view.before.cost)
    return frame.rename_axis("draw").reset_index()


def _curve(view: View) -> pd.DataFrame:
    """Return pay by completion under both plans, no rows where there is no curve."""
    if isinstance(view.curves, SalesAnalysisError):
        return pd.DataFrame()
    new, old = (c.to_frame().drop(columns="coefficient") for c in view.curves)
    keys = ["completion", "side"]
    both = old.rename(columns={"pay_share": "old_pay_share"}).merge(
        new.rename(columns={"pay_share": "new_pay_share"}), on=keys, how="outer"
    )
    return both.sort_values(keys, ascending=[True, False], kind="stable", ignore_index=True)
