"""A folder that holds a plan: its version, card, choices, edits, and a table of each part."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ContractError, ParamError

if TYPE_CHECKING:
    from salesanalysis.book.results import Company
    from salesanalysis.targets.card.table import TargetCard
    from salesanalysis.targets.card.versions import Version

#: Results a plan is judged by.
JUDGED = ("fairness", "smart")
_PLAN, _CARD, _EDITED, _CHOICES, _SOURCE = "plan", "card", "edited", "choices", "source"


def refuse_foreign(folder: Path) -> None:
    """Refuse to write over a plan that is frozen, or over files of somebody else."""
    if (folder / _PLAN / "result.json").is_file():
        if read_version(folder).status != "frozen":
            return
        raise ParamError(
            f"The plan in {folder} is frozen.",
            where="salesanalysis targets build --out",
            fix="write into another folder, and compare the two with targets diff",
            code="bad-choice",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParamError(
            f"{folder} exists and holds no plan.",
            where="salesanalysis targets build --out",
            fix="choose a new folder",
            code="bad-choice",
        )


def read_version(folder: str | Path) -> "Version":
    """Read the version of a plan folder."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.card.versions import Version  # noqa: PLC0415

    home = Path(folder) / _PLAN
    found = store.read(home) if store.is_stored(home) else None
    if isinstance(found, Version):
        return found
    raise ParamError(
        f"{folder} holds no plan.",
        where=str(home),
        fix=f"write one: salesanalysis targets build demo --out {folder}",
        code="no-input",
    )


def read_card(folder: str | Path) -> "TargetCard":
    """Read the card of a plan folder."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.card.table import TargetCard  # noqa: PLC0415

    read_version(folder)
    home = Path(folder) / _CARD
    found = store.read(home) if store.is_stored(home) else None
    if isinstance(found, TargetCard):
        return found
    raise ParamError(
        f"{folder} holds a plan without its card.",
        where=str(home),
        fix="build the plan again",
        code="no-input",
    )


def read_why(folder: str | Path) -> Any:
    """Read why the cells of a plan are what they are, by its edits; None where it has none."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.card.why import edit_reasons  # noqa: PLC0415

    home = Path(folder) / _EDITED
    return edit_reasons(store.read(home)) if store.is_stored(home) else None


def read_origin(folder: Path, source: str | None) -> tuple[Any, dict[str, str]]:
    """Read the choices a plan was made by and where its data came from.

    Raises
    ------
    ParamError
        A plan whose data came from a database: addresses are not kept.
    """
    from salesanalysis import store  # noqa: PLC0415

    read_version(folder)
    if not store.is_stored(folder / _CHOICES) or not store.is_stored(folder / _SOURCE):
        raise ParamError(
            f"{folder} does not say what its plan was made by.",
            where=str(folder / _CHOICES),
            fix="build the plan again, then edit it",
            code="no-input",
        )
    origin = store.read(folder / _SOURCE)
    origin["source"] = source or origin["source"]
    if not origin["source"]:
        raise ParamError(
            f"{folder} does not say where its data came from: addresses of databases are not kept.",
            where="salesanalysis targets edit",
            fix="write --source and the address",
            code="no-input",
        )
    return store.read(folder / _CHOICES), origin


def open_company(origin: dict[str, str], choices: Any, previous: Any = None) -> "Company":
    """Load the data of a plan and return the results of its company."""
    from salesanalysis.book.results import Company  # noqa: PLC0415
    from salesanalysis.data import load  # noqa: PLC0415

    data = load(origin["source"], origin["mapping"] or None, as_of=origin["as_of"] or None)
    return Company(data, choices, previous)


def origin_of(source: str, mapping: str | None, as_of: str | None) -> dict[str, str]:
    """Return where data came from, to be kept; not the address of a database."""
    is_path = Path(source).exists()
    kept = "" if "://" in source else str(Path(source).resolve()) if is_path else source
    home = str(Path(mapping).resolve()) if mapping else ""
    return {"source": kept, "mapping": home, "as_of": as_of or ""}


def write_plan(folder: Path, company: "Company", status: str, origin: dict[str, str]) -> "Version":
    """Write everything a plan is: what later steps read back, and a CSV of each part."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.card.versions import STATES  # noqa: PLC0415

    asked = company.asked
    made = asked.version
    for state in STATES[1 : STATES.index(status) + 1]:
        made = made.to(state)
    card = asked.card_of(made)
    store.write(made, folder / _PLAN)
    store.write(card, folder / _CARD)
    store.write(company.choices, folder / _CHOICES)
    store.write({**origin, "as_of": f"{company.data.as_of:%Y-%m-%d}"}, folder / _SOURCE)
    for name in JUDGED:
        store.write(getattr(asked, name), folder / name)
    edited = asked.made[1]
    if edited is not None:
        store.write(edited, folder / _EDITED)
    for name, table in _parts(asked, card).items():
        write_csv(folder / f"{name}.csv", table)
    return made


def _parts(asked: Any, card: "TargetCard") -> dict[str, Any]:
    """Return the tables of a plan by name; those there is nothing for are left out."""
    from salesanalysis.book.planning.measures import metric_months  # noqa: PLC0415

    edited = asked.made[1]
    found = {
        "plan": asked.plan.to_frame(),
        "units": card.to_frame(),
        "basis": asked.company.basis.to_frame(),
        "tiers": asked.tiers.to_frame(),
        "smart": asked.smart.to_frame(),
        "fairness": asked.fairness.to_frame(),
        "log": asked.log(),
    }
    if "proposals" in asked.choices.tables:
        found["gaps"] = asked.gaps.to_frame()
    if asked.over is not None:
        found["assigned"] = asked.over.to_frame()
    if asked.metrics is not None:
        months = metric_months(asked.metrics, asked.plan)
        found |= {"metrics": asked.metrics.to_frame(), "metrics_months": months}
    if asked.days is not None:
        levels = asked.days.levels
        found |= {"days": asked.days.to_frame(), "weeks": asked.days.weeks(*levels)}
    if edited is not None:
        found |= {"edits": asked.ground.edits, "changes": edited.changes()}
    return found


def write_csv(path: Path, frame: Any) -> Path:
    """Write a table as CSV every spreadsheet reads, text kept from running."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.spreadsheet import csv_text  # noqa: PLC0415

    shown = frame.copy()
    for column in shown.select_dtypes("datetime").columns:
        shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    rows = [
        [None if v != v else v for v in row]  # noqa: PLR0124
        for row in shown.itertuples(index=False, name=None)
    ]
    text = csv_text([str(c) for c in shown.columns], rows)
    return write_atomic(path, text.encode("utf-8-sig"))


def refuse_other_data(old: "Version", company: "Company", folder: Path) -> None:
    """Refuse to edit a plan on other ground than it was built on: untouched targets would move."""
    from salesanalysis.targets.card.versions import digest  # noqa: PLC0415

    if old.parameters.get("basis_digest") in (None, digest(company.basis.to_frame())):
        return
    again = "build the plan again with its choices, then edit it"
    what = f"The sales behind the plan in {folder} have changed since it was built."
    if _same_base(old, company):
        what = (
            f"The plan in {folder} rests on another growth: sales of last year are the same, so "
            "older sales or the program have changed since it was built."
        )
        again += "; a plan of before growth was pulled keeps its targets with growth: {pull: 0}"
    raise ContractError(what, where=f"plan {old.plan_id}", fix=again, code="bad-choice")


def _same_base(old: "Version", company: "Company") -> bool:
    """Tell whether last year's sales of every unit are those the plan was built on."""
    now, keys = company.asked.plan, list(old.plan.levels)
    if keys != list(now.levels):
        return False
    before, after = (plan.nodes()[[*keys, "base"]].round(2) for plan in (old.plan, now))
    return bool(before.equals(after))
