"""The catalogue of words and sentence templates, read once from YAML."""

import re
from functools import cache
from pathlib import Path
from string import Formatter

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError, unknown_name

#: One of something, said as many: sentences with a count are written for many.
_NOUNS = (
    "line|row|name|order|value|file|rule|origin|month|unit|source|cell|deal|draw|edit|target|page|"
    "group|number|finding|period|year|quarter|day|forecast|method|quota|outcome|growth|"
    "pair|budget|condition|assumption|factor|window|result|part|commit|error|return|attainment|"
    "piece|round|start|step|point|tier|problem|set|future|sheet|observation"
)
#: What may stand between the count and the noun.
_BETWEEN = (
    "order |blank |more |further |closed |open |working |yearly |past |earlier |later |complete |"
    "product |smaller |undone |drawn |year-end |cancelled |simulated |simple |possible |crossed |"
    "such |filled |data |percentage "
)
_MANY = re.compile(
    rf"\{{(\w+)\}} ((?:{_BETWEEN}){{0,2}})(?:({_NOUNS})s|(people|currencies|bonuses))\b"
    r"( below| of the file)?( (?:are|were|have|do|lie|hold|stand|come|need|look|count))?\b"
)
_IRREGULAR = {"people": "person", "currencies": "currency", "bonuses": "bonus"}
_VERBS = {" are": " is", " were": " was", " have": " has", " do": " does"}

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
    if lang == "en" and (ones := frozenset(p for p, v in values.items() if str(v) == "1")):
        text = _of_one(text, ones)
    return text.format(**values)


@cache
def _of_one(text: str, ones: frozenset[str]) -> str:
    """Return a template with one of what stands behind some of its places.

    Examples
    --------
    >>> _of_one("{n} order lines have no {column}; {k} rows were read", frozenset({"n"}))
    '{n} order line has no {column}; {k} rows were read'
    """

    def singular(many: re.Match[str]) -> str:
        place, between, noun, odd, where, verb = many.groups(default="")
        if place not in ones:
            return many[0]
        one = _VERBS.get(verb, f"{verb}s" if verb else "")
        return f"{{{place}}} {between}{noun or _IRREGULAR[odd]}{where}{one}"

    return _MANY.sub(singular, text)


def places(text: str) -> list[str]:
    """Return the names in braces of a template, in order.

    Examples
    --------
    >>> places("{amount} from {first}")
    ['amount', 'first']
    """
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
