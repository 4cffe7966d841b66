"""The one YAML reader: what it accepts means the same to every other YAML reader.

YAML 1.1 turns `NO` into False, `012` into 10, `1:30` into 90 and leaves `1e6` a text. A value
that two readers would read differently is refused here, with file, line, key and the fix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from salesanalysis.errors import ContractError, ParamError, nearest
from salesanalysis.yamlnodes import nodes
from salesanalysis.yamltraps import is_text, plain_value, trap

Key = tuple[str | int, ...]
Span = tuple[int, int]

MAX_NODES = 100_000
MAX_DEPTH = 50
_MERGE = "tag:yaml.org,2002:merge"
_QUOTES = ("'", '"', "|", ">")
_SEQ, _MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("seq", "map"))


@dataclass(frozen=True)
class Document:
    """A YAML file as plain Python values, with the line of every key.

    Attributes
    ----------
    data : dict, list, str, int, float, bool or None
    name : str
        File name for messages.
    lines : mapping from key path to line number (1 = first)
    quoted : set of key paths whose value stands in quotes
    text : str, the file as it was read
    """

    data: Any
    name: str
    lines: Mapping[Key, int] = field(repr=False, default_factory=dict)
    quoted: frozenset[Key] = field(repr=False, default=frozenset())
    text: str = field(repr=False, default="")

    def where(self, *key: str | int) -> str:
        """Return file, line and key path: what a message calls the place."""
        path: Key = tuple(key)
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path, 1)
        return f"{self.name}:{line}: {key_text(key)}" if key else f"{self.name}:{line}"


def key_text(key: Key) -> str:
    """Write a key path the way people do.

    Examples
    --------
    >>> key_text(("tiers", 2, "from"))
    'tiers[2].from'
    """
    out = ""
    for part in key:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def read(path: str | Path) -> Document:
    """Read a strict YAML file.

    Raises
    ------
    ParamError
        Not found, not UTF-8, not YAML, or a value other readers would read differently;
        every problem of the file is listed at once.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad([f"{path}: byte {error.start} is not UTF-8"], "save the file as UTF-8") from None
    except OSError as error:
        raise ParamError(
            f"{path} cannot be read: {error.strerror}.",
            where=str(path),
            fix="check the path",
            code="bad-yaml",
        ) from None
    return parse(text, name=str(path))


def parse(text: str, *, name: str) -> Document:
    r"""Read strict YAML from text; see `read`.

    Examples
    --------
    >>> parse("cap: 0.30\nareas: [North, 'NO']", name="growth.yaml").data
    {'cap': 0.3, 'areas': ['North', 'NO']}
    >>> parse("area: NO", name="growth.yaml")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ParamError: growth.yaml has 1 value that readers read differently.
      where: growth.yaml:1: area
      fix:   'NO' is a yes/no word to some readers and text to others; quote it: "NO"
    """
    roots = _compose(text, name)
    if len(roots) > 1:
        raise _bad([f"{name}: {len(roots)} documents"], "keep one document per file")
    builder = _Builder(name)
    data = builder.build(roots[0], ()) if roots and roots[0] is not None else {}
    if builder.problems:
        places = [
            f"{name}:{line}: {key_text(key)}".removesuffix(": ")
            for line, key, _ in builder.problems
        ]
        fixes = [fix for _, _, fix in builder.problems]
        n = len(fixes)
        raise ParamError(
            f"{name} has {n} value{'s' if n > 1 else ''} that readers read differently.",
            where="\n         ".join(places),
            fix="\n         ".join(fixes),
            code="bad-yaml",
        )
    return Document(data, name, builder.lines, frozenset(builder.quoted), text)


def _compose(text: str, name: str) -> list[yaml.Node | None]:
    """Parse to nodes, one root per document."""
    try:
        return nodes(text)
    except RecursionError:
        raise _bad([name], f"nest at most {MAX_DEPTH} levels") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what, fix = f"character {error.character:#06x} is not allowed", "remove it"
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = error.problem or error.context or "it cannot be parsed"
        fix = "check indentation, colons and quotes there"
    raise ParamError(
        f"{name} is not YAML: {what}.", where=f"{name}:{line}", fix=fix, code="bad-yaml"
    )


def _bad(places: list[str], fix: str) -> ParamError:
    return ParamError(
        "The file is not strict YAML.", where="; ".join(places), fix=fix, code="bad-yaml"
    )


class _Builder:
    """Turns composed nodes into plain values, collecting every problem."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Key, int] = {}
        self.quoted: set[Key] = set()
        self.problems: list[tuple[int, Key, str]] = []
        self.n_nodes = 0
        self.depth = 0
        self.resolve = yaml.SafeLoader("").resolve

    def build(self, node: yaml.Node, key: Key) -> Any:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise _bad([self.name], f"aliases expand to more than {MAX_NODES:,} values; write less")
        if self.depth > MAX_DEPTH:  # also an alias inside its own anchor
            place = f"{self.name}:{node.start_mark.line + 1}"
            raise _bad([place], f"nest at most {MAX_DEPTH} levels")
        line = node.start_mark.line + 1
        self.lines.setdefault(key, line)
        if node.tag != self._plain_tag(node):
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.append((line, key, f"tag {tag!r} is not allowed; write plain values"))
            return None
        self.depth += 1
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, key)
            if isinstance(node, yaml.SequenceNode):
                return [self.build(child, (*key, i)) for i, child in enumerate(node.value)]
            return self._scalar(node, key, line)
        finally:
            self.depth -= 1

    def _plain_tag(self, node: yaml.Node) -> str:
        """Return the tag the node has where nobody wrote one."""
        if isinstance(node, yaml.MappingNode):
            return _MAP
        if isinstance(node, yaml.SequenceNode):
            return _SEQ
        plain = node.style not in _QUOTES
        return str(self.resolve(yaml.ScalarNode, node.value, (plain, not plain)))

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        own = [(k, v) for k, v in node.value if k.tag != _MERGE]
        # merges first: what the mapping itself says wins, with its own line
        merged = self._merged([v for k, v in node.value if k.tag == _MERGE], key)
        out: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for knode, vnode in own:
            line = knode.start_mark.line + 1
            name = self._key_name(knode, key, line)
            place = (*key, name)
            if name in seen:
                fix = f"the key {name!r} stands on lines {seen[name]} and {line}; keep one"
                self.problems.append((line, place, fix))
            seen[name] = line
            self.quoted.discard(place)
            out[name] = self.build(vnode, place)
            self.lines[place] = line
        return {**merged, **out}

    def _merged(self, sources: list[yaml.Node], key: Key) -> dict[str, Any]:
        """Build the mappings that `<<` takes over; the first one that has a key wins."""
        flat = [
            part for s in sources for part in (s.value if isinstance(s, yaml.SequenceNode) else [s])
        ]
        merged: dict[str, Any] = {}
        for source in reversed(flat):
            values = self.build(source, key)
            if isinstance(values, dict):
                merged = {**merged, **values}
            else:
                line = source.start_mark.line + 1
                fix = "'<<' takes over no mapping; name an anchored one"
                self.problems.append((line, key, fix))
        return merged

    def _key_name(self, node: yaml.Node, key: Key, line: int) -> str:
        """Return a key as text; a key that is not text to every reader is a problem."""
        if not isinstance(node, yaml.ScalarNode):
            fix = "a key is a list or mapping; write a plain name"
            self.problems.append((line, key, fix))
            return "?"
        name = str(node.value)
        if node.style not in _QUOTES and not is_text(name, node.tag):
            fix = f'the key {name!r} is not text to every reader; quote it: "{name}"'
            self.problems.append((line, (*key, name), fix))
        return name

    def _scalar(self, node: yaml.ScalarNode, key: Key, line: int) -> Any:
        raw = node.value
        if node.style in _QUOTES:
            self.quoted.add(key)
            return raw
        why = trap(raw, node.tag)
        if why:
            self.problems.append((line, key, f"{raw!r} {why}"))
            return raw
        return plain_value(raw)


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


def check_keys(doc: Document, data: Mapping[str, Any], known: set[str], *key: str | int) -> None:
    """Refuse keys nobody declared, each with the nearest that is.

    Raises
    ------
    ContractError
        Listing every unknown key of the mapping at `key`.
    """
    unknown = [k for k in data if k not in known]
    if not unknown:
        return
    fixes = []
    for name in unknown:
        close = nearest(name, known)
        fixes.append(f"{name!r}: did you mean {close!r}?" if close else f"remove {name!r}")
    shown = ", ".join(repr(k) for k in unknown)
    raise ContractError(
        f"unknown key{'s' if len(unknown) > 1 else ''} {shown}; known: {', '.join(sorted(known))}.",
        where=doc.where(*key, unknown[0]),
        fix="; ".join(fixes),
        code="unknown-name",
    )
