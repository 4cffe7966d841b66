"""The syntax of a module as the tests that read our code look at it."""

import ast
from functools import lru_cache
from pathlib import Path


def walk(tree: ast.AST) -> list[ast.AST]:
    """Every node of a tree as `ast.walk` gives them, but for the marks of reading and writing.

    Those marks (``Load``, ``Store``, ``Del``) are nearly half of the nodes and say nothing here.
    """
    found = [tree]
    for node in found:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


@lru_cache(maxsize=1)
def nodes(source: str) -> list[ast.AST]:
    """Every node of a source; the last one is kept for the next question about it."""
    return walk(ast.parse(source))


def nodes_of(path: Path) -> list[ast.AST]:
    """Every node of a module."""
    return nodes(path.read_text(encoding="utf-8"))
