"""Comparisons that a mapping declares, and the line a page prints about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.data.mapping.shape import keyed, misfit
from salesanalysis.data.sources import Place, inside
from salesanalysis.data.verify.comparing import verify
from salesanalysis.data.verify.result import Verification
from salesanalysis.data.verify.spans import FREQ
from salesanalysis.data.verify.tolerance import read_tolerance
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import label
from salesanalysis.results import column_label
from salesanalysis.strictyaml import Document, check_keys

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset

_PLACE = ("sheet", "table", "encoding", "delimiter", "header")
_KEYS = {
    "file",
    *_PLACE,
    "by",
    "value",
    "other_value",
    "columns",
    "values",
    "freq",
    "first",
    "last",
    "where",
    "tolerance",
    "source",
    "confirmed_by",
    "explanations",
}


@dataclass(frozen=True)
class Check:
    """One comparison a mapping declares.

    Attributes
    ----------
    name : str
    file : str
        Of the other side, beside the tables.
    place : dict
        How the file is written: ``sheet``, ``table``, ``encoding``, ``delimiter``, ``header``.
    options : dict
        What `verify` is called with.
    """

    name: str
    file: str
    place: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def settings(doc: Document, data: Any, *place: str | int) -> tuple[Check, ...]:
    """Read the section ``verify:`` of a mapping: name -> file and options of `verify`.

    Raises
    ------
    ContractError
        Unknown keys with the nearest, a check without a file, values of another type.

    Examples
    --------
    >>> section = {"ledger": {"file": "ledger.csv", "by": ["region", "period"]}}
    >>> settings(Document({}, "shop.yaml"), section, "verify")[0].file
    'ledger.csv'
    """
    section = keyed(doc, data or {}, *place)
    return tuple(_check(doc, name, spec, *place, name) for name, spec in section.items())


def _check(doc: Document, name: str, data: Any, *place: str | int) -> Check:
    spec = keyed(doc, data, *place)
    check_keys(doc, spec, _KEYS, *place)
    if not spec.get("file"):
        raise ContractError(
            f"The check {name!r} has no 'file'.",
            where=doc.where(*place),
            fix='add "file:" with the figures of the other side',
            code="missing-column",
        )
    if "tolerance" in spec:
        spec["tolerance"] = read_tolerance(spec["tolerance"], doc.where(*place, "tolerance"))
    for key in ("columns", "values", "where"):
        if key in spec:
            spec[key] = keyed(doc, spec[key], *place, key)
    for key in ("by", "explanations"):
        if key in spec and not isinstance(spec[key], list):
            raise misfit(doc, "a list", spec[key], *place, key)
    if spec.get("freq", "M") not in FREQ:
        where = doc.where(*place, "freq")
        raise unknown_name(spec["freq"], list(FREQ), kind="freq", where=where, error=ContractError)
    written = {key: spec.pop(key) for key in _PLACE if key in spec}
    return Check(name, str(spec.pop("file")), written, spec)


def declared(data: "Dataset", checks: Sequence[Check], folder: str | Path) -> list[Verification]:
    """Run the checks of a mapping on the files in `folder`, in their order.

    Raises
    ------
    ContractError
        Of `verify`; a file that lies outside the folder.
    """
    home = Path(folder)
    places = [Place(path=inside(home, check.file), **check.place) for check in checks]
    return [
        verify(data, place, **check.options) for place, check in zip(places, checks, strict=True)
    ]


def statement(
    data: "Dataset",
    verifications: Sequence[Verification],
    lang: str = "en",
    *,
    values: Sequence[str] = ("revenue",),
) -> str:
    """Return one line for a page: every verdict, and the figures nobody else has confirmed.

    Raises
    ------
    ContractError
        A comparison that was made when other months were over.

    Examples
    --------
    >>> from salesanalysis.data.loading import load
    >>> statement(load("demo"), [])
    'Unverified: no third party figure was given for revenue'
    """
    for result in verifications:
        _require_same_months(data, result)
    said = [_verdict(v, lang) for v in verifications]
    compared = {v.value for v in verifications}
    missing = [_word(value, lang) for value in values if value not in compared]
    if missing:
        what = label("verify.comma", lang).join(missing)
        said.append(label("verify.none", lang, what=what))
    return label("verify.semicolon", lang).join(said)


def _require_same_months(data: "Dataset", result: Verification) -> None:
    if result.closed_through != data.closed_through:
        raise ContractError(
            f"A comparison was made when {result.closed_through:%Y-%m} was closed; "
            f"{data.name} is closed through {data.closed_through:%Y-%m}.",
            where="statement(verifications=...)",
            fix="compare again with the data as they are seen now",
            code="bad-choice",
        )


def _word(value: str, lang: str) -> str:
    word = column_label(value, lang)
    return word.lower() if lang == "en" else word


def _verdict(result: Verification, lang: str) -> str:
    what = column_label(result.value, lang)
    return label("verify.statement", lang, what=what, verdict=result.verdict(lang))
