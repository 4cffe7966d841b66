"""The catalogue of words and sentence templates, read once from YAML."""

import re
from functools import cache
from pathlib import Path
from string import Formatter

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError, unknown_name

#: One of something, said as many: counts are put into sentences that are written for many.
_NOUNS = "line|row|name|order|value|file|rule|origin|month|unit"
_ONE = re.compile(rf"(?<![\d.,-])1 ({_NOUNS})s( are| were| have| lie)?\b")
_VERBS = {" are": " is", " were": " was", " have": " has", " lie": " lies"}

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parent / "words"


def check_lang(lang: str) -> str:
    """Return `lang`, or refuse a language there is no catalogue for."""
    if lang not in LANGUAGES:
        raise unknown_name(lang, LANGUAGES, kind="language", where="lang=...", error=ContractError)
    return lang


@cache
def entries() -> dict[str, dict[str, str]]:
    """Return every entry: key -> language -> text."""
    found: dict[str, dict[str, str]] = {}
    homes: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        doc = strictyaml.read(path)
        for key, texts in doc.data.items():
            place = doc.where(key)
            if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
                raise _broken(f"label {key!r} needs a text in each of {LANGUAGES}.", place)
            if key in found:
                raise _broken(f"label {key!r} stands twice, first in {homes[key]}.", place)
            found[key] = {lang: str(text) for lang, text in texts.items()}
            homes[key] = path.name
    return found


def _broken(what: str, where: str) -> ContractError:
    return ContractError(
        what, where=where, fix="give each key once, with en and zh", code="bad-yaml"
    )


def has_label(key: str) -> bool:
    """Tell whether the catalogue knows `key`."""
    return key in entries()


def label(key: str, lang: str = "en", **values: object) -> str:
    """Return a word or sentence of the catalogue, with `values` put into its places.

    Parameters
    ----------
    key : str
        Such as ``column.region`` or ``plan.headline``.
    lang : {"en", "zh"}
    **values
        Already formatted texts for the places in braces.

    Raises
    ------
    ContractError
        An unknown key or language, or a place in braces that gets no text.

    Examples
    --------
    >>> label("column.region", "zh")
    '区域'
    >>> label("quality.empty", n="1", column="cost")
    '1 line has no cost.'
    """
    check_lang(lang)
    known = entries()
    if key not in known:
        raise unknown_name(
            key, list(known), kind="label", where="labels/words/", error=ContractError
        )
    text = known[key][lang]
    open_places = [place for place in places(text) if place not in values]
    if open_places:
        raise ContractError(
            f"label {key!r} needs {', '.join(map(repr, open_places))}.",
            where=f"label({key!r}, ...) with {sorted(values)}",
            fix=f"pass {open_places[0]}=..., already formatted",
            code="bad-choice",
        )
    filled = text.format(**values)
    return _ONE.sub(_singular, filled) if lang == "en" else filled


def _singular(many: re.Match[str]) -> str:
    """Return "1 line has" for "1 lines have"."""
    noun, verb = many.group(1), many.group(2) or ""
    return f"1 {noun}{_VERBS.get(verb, verb)}"


def places(text: str) -> list[str]:
    """Return the names in braces of a template, in order.

    Examples
    --------
    >>> places("{amount} from {first}")
    ['amount', 'first']
    """
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
