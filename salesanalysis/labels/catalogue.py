"""The catalogue of words and sentence templates, read once from YAML."""

from functools import cache
from pathlib import Path

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError, unknown_name

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parent / "words"


def check_lang(lang: str) -> str:
    """Return `lang`, or refuse a language there is no catalogue for."""
    if lang not in LANGUAGES:
        raise unknown_name(
            lang, LANGUAGES, kind="language", where="lang=...", error=ContractError
        )
    return lang


@cache
def entries() -> dict[str, dict[str, str]]:
    """Return every entry: key -> language -> text."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        doc = strictyaml.read(path)
        for key, texts in doc.data.items():
            if key in found or set(texts) != set(LANGUAGES):
                raise ContractError(
                    f"label {key!r} stands twice or lacks one of {LANGUAGES}.",
                    where=doc.where(key),
                    fix="give each key once, with en and zh",
                    code="bad-yaml",
                )
            found[key] = {lang: str(text) for lang, text in texts.items()}
    return found


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

    Examples
    --------
    >>> label("column.region", "zh")
    '区域'
    """
    check_lang(lang)
    known = entries()
    if key not in known:
        raise unknown_name(
            key, list(known), kind="label", where="labels/words/", error=ContractError
        )
    text = known[key][lang]
    return text.format(**values) if values else text
