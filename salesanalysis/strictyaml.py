"""The one YAML reader: what it accepts means the same to every other YAML reader.

YAML 1.1 turns `NO` into False, `012` into 10, `1:30` into 90 and leaves `1e6` a text. A value
that two readers would read differently is refused here, with file, line, key and the fix.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from salesanalysis.errors import ContractError, ParamError, nearest

Key = tuple[str | int, ...]

_TRUTHY = re.compile(r"(yes|no|on|off|y|n)", re.IGNORECASE)
_TRAPS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_TRUTHY, "is a yes/no word to some readers and text to others", 'quote it: "{raw}"'),
    (
        re.compile(r"[-+]?0[0-9]+"),
        "is octal to some readers and text to others",
        'quote it as "{raw}", or write {plain}',
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9]*)?"),
        "is a base-60 number to some readers",
        'quote it: "{raw}"',
    ),
    (
        re.compile(r"[-+]?[0-9][0-9.]*[eE][-+]?[0-9]+"),
        "is text to some readers and a number to others",
        "write it out, such as 1000000.0",
    ),
    (
        re.compile(r"[-+]?(0[xXbo][0-9a-fA-F_]+|[0-9]+_[0-9_.]*)"),
        "is not plain decimal",
        "write a plain decimal number",
    ),
    (
        re.compile(r"[-+]?\.(nan|inf)", re.IGNORECASE),
        "is not a finite number",
        "write a finite number, or leave the key out",
    ),
)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+|[-+]?(0|[1-9][0-9]*)\.")
MAX_NODES = 100_000


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
    """

    data: Any
    name: str
    lines: Mapping[Key, int] = field(repr=False, default_factory=dict)
    quoted: frozenset[Key] = field(repr=False, default=frozenset())

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
    """Read strict YAML from text; see `read`.

    Examples
    --------
    >>> parse("cap: 0.30\\nareas: [North, 'NO']", name="growth.yaml").data
    {'cap': 0.3, 'areas': ['North', 'NO']}
    >>> parse("area: NO", name="growth.yaml")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ParamError: growth.yaml has 1 value that readers read differently.
      where: growth.yaml:1: area
      fix:   'NO' is a yes/no word to some readers and text to others; quote it: "NO"
    """
    try:
        roots = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        what = str(getattr(error, "problem", None) or "it cannot be parsed")
        raise ParamError(
            f"{name} is not YAML: {what}.",
            where=place,
            fix="check indentation, colons and quotes there",
            code="bad-yaml",
        ) from None
    if len(roots) > 1:
        raise _bad([f"{name}: {len(roots)} documents"], "keep one document per file")
    builder = _Builder(name)
    data = builder.build(roots[0], ()) if roots and roots[0] is not None else {}
    if builder.problems:
        places = [f"{name}:{line}: {key_text(key)}" for line, key, _ in builder.problems]
        fixes = [fix for _, _, fix in builder.problems]
        n = len(fixes)
        raise ParamError(
            f"{name} has {n} value{'s' if n > 1 else ''} that readers read differently.",
            where="\n         ".join(places),
            fix="\n         ".join(fixes),
            code="bad-yaml",
        )
    return Document(data, name, builder.lines, frozenset(builder.quoted))


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

    def build(self, node: yaml.Node, key: Key) -> Any:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise _bad([self.name], f"aliases expand to more than {MAX_NODES:,} values; write less")
        line = node.start_mark.line + 1
        self.lines.setdefault(key, line)
        if node.tag.startswith("tag:yaml.org,2002:python") or node.tag.startswith("!"):
            self.problems.append((line, key, f"tag {node.tag!r} is not allowed; write plain values"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*key, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, key, line)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        out: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for knode, vnode in node.value:
            line = knode.start_mark.line + 1
            if knode.tag == "tag:yaml.org,2002:merge":
                for source in vnode.value if isinstance(vnode, yaml.SequenceNode) else [vnode]:
                    merged.update({k: v for k, v in self.build(source, key).items() if k not in merged})
                continue
            name = str(knode.value)
            text_key = isinstance(knode, yaml.ScalarNode) and (
                knode.style in ("'", '"')
                or (knode.tag == "tag:yaml.org,2002:str" and not _TRUTHY.fullmatch(name))
            )
            if not text_key:
                fix = f'the key {name!r} is not text to every reader; quote it: "{name}"'
                self.problems.append((line, (*key, name), fix))
            if name in seen:
                fix = f"the key {name!r} stands on lines {seen[name]} and {line}; keep one"
                self.problems.append((line, (*key, name), fix))
            seen[name] = line
            out[name] = self.build(vnode, (*key, name))
            self.lines[(*key, name)] = line
        return {**merged, **out}

    def _scalar(self, node: yaml.ScalarNode, key: Key, line: int) -> Any:
        raw = node.value
        if node.style in ("'", '"', "|", ">"):
            self.quoted.add(key)
            return raw
        if raw in ("", "~") or raw.lower() == "null":
            return None
        if raw in ("true", "false"):
            return raw == "true"
        for pattern, what, fix in _TRAPS:
            if pattern.fullmatch(raw):
                plain = raw.lstrip("+-0") or "0"
                advice = fix.format(raw=raw, plain=plain)
                self.problems.append((line, key, f"{raw!r} {what}; {advice}"))
                return raw
        if raw.lower() in ("true", "false"):
            self.problems.append((line, key, f"{raw!r}: write {raw.lower()}"))
            return raw
        if _INT.fullmatch(raw):
            return int(raw)
        if _FLOAT.fullmatch(raw):
            return float(raw)
        return raw


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
