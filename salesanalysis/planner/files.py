"""Plans as files of one folder: nothing is read or written anywhere else."""

import re
from pathlib import Path

from salesanalysis.atomic import write_atomic
from salesanalysis.incentives import Plan
from salesanalysis.labels import label
from salesanalysis.planner.refusals import refusal
from salesanalysis.project import homes, shipped

_NAME = re.compile(r"[\w][\w .()-]{0,99}\.ya?ml")


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

    def supplied(self) -> list[str]:
        """Return the plans that come with the package and that no own file takes the name of."""
        own = set(self.names())
        there = shipped() / "params" / "plans"
        return sorted(p.name for p in there.glob("*.yaml") if p.name not in own)

    def offered(self, lang: str) -> list[tuple[str, str]]:
        """Return what can be opened, (as shown, file name): own plans, then those supplied."""
        own = [(name, name) for name in self.names()]
        more = [(label("planner.supplied", lang, name=n), n) for n in self.supplied()]
        return [*own, *more]

    def read(self, name: str) -> Plan:
        """Read a plan of the folder, or one that comes with the package.

        Raises
        ------
        ContractError
            A name that leads out of the folder, a file that is not there.
        ParamError
            The file is no plan: every problem with its line.
        """
        if name in self.supplied():
            return Plan.from_yaml(shipped() / "params" / "plans" / name)
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
            words = {"name": repr(name), "folder": shown_place(self.path)}
            raise refusal("name", where="planner", code="outside-folder", **words)
        if there and not path.is_file():
            raise refusal("gone", where=str(self.path), code="no-input", name=name)
        return path


def shown_place(path: Path) -> str:
    """Return where a file lies as somebody would say it: from the folder they work in, or home.

    Examples
    --------
    >>> shown_place(Path("params/plans/mine.yaml")).endswith("/params/plans/mine.yaml")
    True
    """
    full = path.absolute()
    for base, name in ((Path.cwd(), Path.cwd().name), (Path.home(), "~")):
        if base in full.parents and name:
            return f"{name}/{full.relative_to(base).as_posix()}"
    return full.as_posix()


def free_name(path: Path, content: bytes) -> Path:
    """Return the file to write: itself where it is new or the same, else the next free number.

    Examples
    --------
    >>> free_name(Path("nowhere/standard.xlsx"), b"").name
    'standard.xlsx'
    """
    tried, n = path, 1
    while tried.exists() and (tried.is_symlink() or tried.read_bytes() != content):
        n += 1
        tried = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return tried


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
