"""Values of a YAML file replaced in its text: comments, order and layout stay as they are."""

from collections.abc import Mapping

from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import Key, Span, key_text, spans


def replaced(text: str, values: Mapping[Key, str], *, name: str = "the text") -> str:
    r"""Return the text with other values at some keys, in double quotes.

    Parameters
    ----------
    text : str, one strict YAML document
    values : mapping from key path to the new value, plain text without quotes or backslashes
    name : str, the file, for messages

    Raises
    ------
    ContractError
        A key that holds no single value; one value written twice by an alias with two new ones.

    Examples
    --------
    >>> replaced('# ours\nrate: "0.04"  # of sales\n', {("rate",): "0.05"})
    '# ours\nrate: "0.05"  # of sales\n'
    """
    places = spans(text)
    unknown = [key for key in values if key not in places]
    if unknown:
        raise ContractError(
            f"{name} has no single value at {key_text(unknown[0])}.",
            where=name,
            fix="name a key that holds one number or text",
            code="unknown-name",
        )
    new: dict[Span, str] = {}
    for key, value in values.items():
        at = places[key]
        if new.get(at, value) != value:
            raise ContractError(
                f"{key_text(key)} is an alias: one value in the file, two new ones given.",
                where=name,
                fix="write the values out instead of using & and *",
                code="bad-choice",
            )
        new[at] = value
    for (start, end), value in sorted(new.items(), reverse=True):
        text = f'{text[:start]}"{value}"{text[end:]}'
    return text
