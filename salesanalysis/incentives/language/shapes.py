"""The small shapes that the JSON Schema of plans is put together from."""

from typing import Any

Schema = dict[str, Any]


def numbers(pattern: str, **whole: int) -> Schema:
    """Return an exact decimal in quotes, or a whole number, of a range."""
    return {
        "description": 'an exact decimal in quotes, such as "0.06"',
        "anyOf": [{"type": "string", "pattern": f"^{pattern}$"}, {"type": "integer", **whole}],
    }


#: Shapes that stand in many places: the schema writes each once and points at it.
DEFINITIONS: Schema = {
    "number": numbers(r"[-+]?[0-9]+(\.[0-9]+)?"),
    "positive": numbers(r"\+?[0-9]+(\.[0-9]+)?", minimum=0),
    "share": numbers(r"\+?0*(0(\.[0-9]+)?|1(\.0+)?)", minimum=0, maximum=1),
    "factor": numbers(r"\+?0*([0-9](\.[0-9]+)?|10(\.0+)?)", minimum=0, maximum=10),
    # where a completion is meant: 80 would be 8,000 %
    "completion": numbers(r"(-[0-9]+(\.[0-9]+)?|\+?0*([0-9](\.[0-9]+)?|10(\.0+)?))", maximum=10),
}
NUMBER, POSITIVE, SHARE, FACTOR, COMPLETION = ({"$ref": f"#/$defs/{name}"} for name in DEFINITIONS)
TEXT: Schema = {"type": "string", "minLength": 1}
ID: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]*$"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {
    "type": "string",
    "format": "date",
    "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
}


def one(*options: str) -> Schema:
    """Return a choice of words."""
    return {"enum": list(options)}


def block(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> Schema:
    """Return a mapping with no other keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def list_of(items: Schema, least: int = 1) -> Schema:
    """Return a list."""
    return {"type": "array", "items": items, "minItems": least}


def or_null(schema: Schema) -> Schema:
    """Return a shape that may also be left null."""
    return {"anyOf": [schema, {"type": "null"}]}


def need(*names: str, **shapes: Any) -> Schema:
    """Return that keys are there and look so; `False` for a key that must not be there."""
    return {"required": list(names), "properties": shapes}


def holds(**values: Any) -> Schema:
    """Return that keys have these values, for conditions."""
    found = {k: v if isinstance(v, dict) else {"const": v} for k, v in values.items()}
    return {"properties": found, "required": list(values)}


def when(condition: Schema, then: Schema, other: Schema | None = None) -> Schema:
    """Return what follows from a condition, and what holds without it."""
    return {"if": condition, "then": then} | ({} if other is None else {"else": other})


DEFINITIONS["both"] = block({"en": TEXT, "zh": TEXT}, ("en", "zh"))
DEFINITIONS["who"] = or_null({"type": "object", "additionalProperties": list_of(TEXT)})
BOTH, WHO = ({"$ref": f"#/$defs/{name}"} for name in ("both", "who"))
