"""What a public function says when it is handed the wrong kind of thing.

A room ends its table of contents with ``guard(globals(), __all__)``. From then on its functions,
called with a path where a plan belongs or with a table where a panel belongs, refuse it by name
instead of failing deep inside. Nothing that works is refused: the kinds are looked at only after a
function has failed, so a call that goes well costs nothing, and errors that know better pass.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from numbers import Number
from types import FunctionType, UnionType
from typing import Any, Union, get_args, get_origin

from salesanalysis.errors import ContractError

#: How the kinds that are made by another call are come by.
_MADE_BY = {
    "Panel": "data.panel(by=[...], value=...) makes one",
    "Basis": "salesanalysis.targets.growth(panel, ...) makes one",
    "targets.Plan": "salesanalysis.targets.cascade(total, basis, ...) makes one",
    "incentives.Plan": "salesanalysis.incentives.Plan.from_yaml(path) reads one",
    "planner.Plan": "salesanalysis.incentives.Plan.from_yaml(path) reads one",
    "Compiled": "salesanalysis.incentives.compile_plan(plan) makes one",
    "World": "salesanalysis.incentives.draw_world(...) makes one",
    "Bridge": "salesanalysis.variance.explain(actual, base, ...) makes one",
    "DataFrame": "pandas.read_csv(path), or .to_frame() of a result, makes one",
}
_CONTAINERS = (list, tuple, dict, set)


def guard(namespace: dict[str, Any], names: Sequence[str]) -> None:
    """Let the functions `names` of a room's `namespace` name what they cannot work with.

    Parameters
    ----------
    namespace : dict
        ``globals()`` of the room's table of contents; its functions are replaced in place.
    names : sequence of str
        The public names; classes and constants among them are left as they are.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.incentives.lint("params/plans/standard.yaml")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: lint(plan=...) is a str; it must be a Plan.
      where: salesanalysis.incentives.lint
      fix:   hand in a Plan: salesanalysis.incentives.Plan.from_yaml(path) reads one
    """
    for name in names:
        if isinstance(namespace[name], FunctionType):
            namespace[name] = _guarded(namespace[name], namespace["__name__"])


def _guarded(function: Callable[..., Any], room: str) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            refusal = None if hasattr(error, "code") else _refusal(function, room, args, kwargs)
            if refusal is None:
                raise
            raise refusal from error

    return call


def _refusal(
    function: Callable[..., Any], room: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> ContractError | None:
    """Name the first argument that is not of the kind declared, or None where all are."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:  # a missing or unknown argument: Python says it best
        return None
    for name, value in bound.arguments.items():
        parameter = signature.parameters[name]
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if not _fits(value, parameter.annotation):
            return _wrong_kind(function, room, parameter, value)
    return None


def _wrong_kind(
    function: Callable[..., Any], room: str, parameter: inspect.Parameter, value: object
) -> ContractError:
    wanted = " or ".join(_words(parameter.annotation))
    article = "an" if wanted[0] in "aeiou" else "a"
    made = [_made_by(kind, room) for kind in _alternatives(parameter.annotation)]
    hint = next((words for words in made if words), f"help({room}.{function.__name__}) shows one")
    asked = f"{function.__name__}({parameter.name}=...)"
    return ContractError(
        f"{asked} is {_shown(value)}; it must be {article} {wanted}.",
        where=f"{room}.{function.__name__}",
        fix=f"hand in {article} {wanted}: {hint}",
        code="wrong-kind",
    )


def _shown(value: object) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _alternatives(annotation: Any) -> list[Any]:
    """List what an annotation allows: the members of a union, the names of one in quotes."""
    if isinstance(annotation, str):
        return [part.strip() for part in annotation.split("|")]
    if get_origin(annotation) in (Union, UnionType):
        return [part for member in get_args(annotation) for part in _alternatives(member)]
    return [annotation]


def _fits(value: object, annotation: Any) -> bool:
    return any(_is_one(value, kind) for kind in _alternatives(annotation))


def _is_one(value: object, kind: Any) -> bool:
    """Tell whether `value` can be what `kind` names; what cannot be judged fits."""
    if isinstance(kind, str):  # a name in quotes, or the word None
        return (
            (kind == "None")
            if value is None
            else kind in {base.__name__ for base in type(value).__mro__}
        )
    origin = get_origin(kind) or kind
    if origin in _JUDGES:
        return _JUDGES[origin](value)
    if not isinstance(origin, type):
        return True
    if origin in (Sequence, Iterable, tuple, list):
        return hasattr(value, "__iter__") and not _is_table(value)
    return _is_abstract(origin) or isinstance(value, origin)


def _is_number(value: object) -> bool:
    return isinstance(value, Number) or (hasattr(value, "dtype") and not _is_table(value))


def _is_text(value: object) -> bool:
    """Dates and numbers go for text: many a period is written as one."""
    return value is not None and not _is_table(value) and not isinstance(value, _CONTAINERS)


#: What is asked of a value besides being an instance; `True` where only the function can tell.
_JUDGES: dict[Any, Callable[[Any], bool]] = {
    type(None): lambda value: value is None,
    Any: lambda _: True,
    object: lambda _: True,
    bool: lambda _: True,
    int: _is_number,
    float: _is_number,
    str: _is_text,
    Mapping: lambda value: isinstance(value, Mapping),
}


def _is_abstract(kind: type) -> bool:
    """Tell kinds that only say what a thing can do: nobody can look at these from outside."""
    return getattr(kind, "_is_protocol", False) or inspect.isabstract(kind)


def _is_table(value: object) -> bool:
    return hasattr(value, "columns") and hasattr(value, "iloc")


def _words(annotation: Any) -> list[str]:
    names = [_name(kind) for kind in _alternatives(annotation)]
    return list(dict.fromkeys(n for n in names if n))


def _name(kind: Any) -> str:
    if isinstance(kind, str):
        return kind
    if kind in (None, type(None)):
        return "None"
    plain = {float: "number", int: "whole number", str: "text"}
    origin = get_origin(kind) or kind
    return plain.get(kind) or {"Mapping": "mapping", "Sequence": "list"}.get(
        getattr(origin, "__name__", ""), getattr(origin, "__name__", str(origin))
    )


def _made_by(kind: Any, room: str) -> str:
    name = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
    return _MADE_BY.get(f"{room.rsplit('.', maxsplit=1)[-1]}.{name}") or _MADE_BY.get(name, "")
