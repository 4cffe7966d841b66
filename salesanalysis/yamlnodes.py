"""YAML text to nodes: by libyaml where it is there, with the words of the reader in Python."""

from contextlib import suppress
from typing import Any

import yaml

#: What two good readers take differently: a tab before a value, a question mark or a tag within
#: brackets, a byte order mark after the first character; the line of a document that is empty.
_TAKEN_OTHERWISE = ("\t", "?", "!", "\ufeff", "---")


def _libyaml() -> Any:
    """Return a loader whose text is cut up by libyaml; None where that is not there."""
    if not yaml.__with_libyaml__:
        return None

    # composing stays in Python: nested without end, the composer in C ends the process
    class Loader(
        yaml.composer.Composer,  # type: ignore[misc]
        yaml.cyaml.CParser,  # type: ignore[misc]
        yaml.resolver.Resolver,  # type: ignore[misc]
    ):
        def __init__(self, text: str) -> None:
            yaml.cyaml.CParser.__init__(self, text)
            yaml.composer.Composer.__init__(self)
            yaml.resolver.Resolver.__init__(self)

    return Loader


_LOADER = _libyaml()


def nodes(text: str) -> list[yaml.Node | None]:
    """Compose `text`, one root per document.

    What libyaml refuses, or might take where the reader in Python does not or takes otherwise, is
    read by the latter: nodes, lines and refusals are the same with and without libyaml.

    Raises
    ------
    yaml.YAMLError, RecursionError

    Examples
    --------
    >>> (root,) = nodes("cap: 0.30")
    >>> [(key.value, value.value) for key, value in root.value]
    [('cap', '0.30')]
    """
    if _LOADER is not None and not any(mark in text for mark in _TAKEN_OTHERWISE):
        with suppress(yaml.YAMLError, UnicodeError):
            return list(yaml.compose_all(text, Loader=_LOADER))
    return list(yaml.compose_all(text, Loader=yaml.SafeLoader))
