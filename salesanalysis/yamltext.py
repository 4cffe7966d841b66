"""Values of a YAML file replaced in its text: comments, order and layout stay as they are."""

from collections.abc import Mapping

import yaml

from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import Key, key_text

Span = tuple[int, int]


def spans(text: str) -> dict[Key, Span]:
    """Return where the value of every key that is a single value stands, as characters.

    Examples
    --------
    >>> spans('tiers: [{from: "0.8"}]')
    {('tiers', 0, 'from'): (15, 20)}
    """
    found: dict[Key, Span] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    waiting: list[tuple[Key, yaml.Node]] = [((), root)] if root is not None else []
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            waiting += [((*key, str(k.value)), v) for k, v in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*key, i), v) for i, v in enumerate(node.value)]
        else:
            found[key] = (node.start_mark.index, node.end_mark.index)
    return found


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
