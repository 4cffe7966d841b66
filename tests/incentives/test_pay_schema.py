"""The published JSON Schema: current, true to the reader, and good for every ready plan."""

import copy
import json
import re

import pytest
from paytools import PLANS
from test_pay_worked import EXAMPLE

from salesanalysis import strictyaml
from salesanalysis.errors import ParamError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.language.kinds import TYPES
from salesanalysis.incentives.language.published import json_schema

READY = sorted(p for p in PLANS.glob("*.yaml"))
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def faults(value, schema, at="plan") -> list[str]:
    """Return where a value is not what the part of JSON Schema that we use asks for."""
    if "const" in schema:
        return [] if value == schema["const"] else [at]
    if "enum" in schema:
        return [] if value in schema["enum"] else [at]
    for word, n in (("anyOf", None), ("oneOf", 1)):
        if word in schema:
            good = sum(not faults(value, part, at) for part in schema[word])
            return [] if (good >= 1 if n is None else good == n) else [at]
    kind = schema.get("type")
    if kind == "integer":
        is_good = isinstance(value, int) and not isinstance(value, bool)
        return [] if is_good and value >= schema.get("minimum", value) else [at]
    if kind and not isinstance(value, KINDS[kind]):
        return [at]
    return [*_inside(value, schema, at)]


def _inside(value, schema, at) -> list[str]:
    if isinstance(value, str):
        found = re.search(schema.get("pattern", ""), value)
        return [] if found and len(value) >= schema.get("minLength", 0) else [at]
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**6):
            return [at]
        return [
            f for i, v in enumerate(value) for f in faults(v, schema.get("items", {}), f"{at}[{i}]")
        ]
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        out = [f"{at}.{k}" for k in schema.get("required", []) if k not in value]
        for name, inner in value.items():
            part = known.get(name, more)
            out += [f"{at}.{name}"] if part is False else faults(inner, part, f"{at}.{name}")
        return out
    return []


def document(text: str) -> dict:
    # dates are dates in YAML and texts in JSON
    return json.loads(json.dumps(strictyaml.parse(text, name="plan.yaml").data, default=str))


def test_the_published_file_is_the_schema_of_this_version() -> None:
    published = json.loads((PLANS / "plan.schema.json").read_text("utf-8"))
    assert published == json_schema()


@pytest.mark.parametrize("path", READY, ids=lambda p: p.stem)
def test_every_ready_plan_fits_the_schema(path) -> None:
    assert faults(document(path.read_text("utf-8")), json_schema()) == []


def test_the_example_plan_fits_the_schema() -> None:
    assert faults(document(EXAMPLE), json_schema()) == []


def test_the_schema_has_every_key_of_every_component_and_says_something_about_it() -> None:
    parts = json_schema()["properties"]["components"]["items"]["oneOf"]
    assert {p["properties"]["type"]["const"] for p in parts} == set(TYPES)
    for part in parts:
        kind = part["properties"]["type"]["const"]
        assert set(TYPES[kind][1]) <= set(part["properties"])
        assert all(part["properties"][name] for name in TYPES[kind][1])


def _keys(node, at=()):
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for name, inner in pairs:
        yield (*at, name)
        if isinstance(inner, dict | list):
            yield from _keys(inner, (*at, name))


def _without(data, key):
    changed = copy.deepcopy(data)
    node = changed
    for part in key[:-1]:
        node = node[part]
    del node[key[-1]]
    return changed


@pytest.mark.parametrize("name", ["example", "team", "multi-level"])
def test_what_the_schema_calls_missing_the_reader_refuses_too(name) -> None:
    """Every key of the plan is taken out once; the schema may know less, never more."""
    text = EXAMPLE if name == "example" else (PLANS / f"{name}.yaml").read_text("utf-8")
    data, schema = document(text), json_schema()
    accepted = []
    for key in _keys(data):
        changed = _without(data, key)
        if faults(changed, schema):
            try:
                Plan.from_text(json.dumps(changed, ensure_ascii=False))
            except ParamError:
                continue
            accepted.append(key)
    assert accepted == []


@pytest.mark.parametrize("wrong", ["mod", "closedd", "rates"])
def test_an_unknown_key_is_underlined(wrong) -> None:
    data = document(EXAMPLE)
    data["components"][0][wrong] = "x"
    assert faults(data, json_schema()) == ["plan.components[0]"]
