"""The published JSON Schema: current, true to the reader, and good for every ready plan."""

import copy
import json
from functools import cache

import pytest
from paytools import PLANS
from test_pay_worked import EXAMPLE

from salesanalysis import strictyaml
from salesanalysis.incentives.language.kinds import TYPES
from salesanalysis.incentives.language.published import json_schema
from salesanalysis.incentives.language.reader import Reader
from salesanalysis.incentives.language.schema import read_plan

READY = sorted(p for p in PLANS.glob("*.yaml"))


@cache
def schema():
    """Return what checks by the schema; nbformat brings it, and it takes seconds to import."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json_schema())


def faults(value) -> list[str]:
    """Return where a value is not what the schema asks for."""
    return sorted("plan" + error.json_path[1:] for error in schema().iter_errors(value))


def document(text: str) -> dict:
    # dates are dates in YAML and texts in JSON
    return json.loads(json.dumps(strictyaml.parse(text, name="plan.yaml").data, default=str))


def reads(data) -> bool:
    """Tell whether the reader takes a plan, without writing and parsing it as text."""
    reader = Reader(strictyaml.Document(data, "plan.yaml"))
    read_plan(reader)
    return not reader.problems


def test_the_published_file_is_the_schema_of_this_version() -> None:
    published = json.loads((PLANS / "plan.schema.json").read_text("utf-8"))
    assert published == json_schema()


@pytest.mark.parametrize("path", READY, ids=lambda p: p.stem)
def test_every_ready_plan_fits_the_schema(path) -> None:
    assert faults(document(path.read_text("utf-8"))) == []


def test_the_example_plan_fits_the_schema() -> None:
    assert faults(document(EXAMPLE)) == []


def test_the_schema_has_every_key_of_every_component_and_says_something_about_it() -> None:
    parts = [p["then"] for p in json_schema()["properties"]["components"]["items"]["allOf"]]
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


@pytest.mark.parametrize("name", ["example", "team"])
def test_what_the_schema_calls_missing_the_reader_refuses_too(name) -> None:
    """Every key of the plan is taken out once; the schema may know less, never more."""
    text = EXAMPLE if name == "example" else (PLANS / f"{name}.yaml").read_text("utf-8")
    data = document(text)
    assert reads(data)
    changed = {key: _without(data, key) for key in _keys(data)}
    missing = [key for key, plan in changed.items() if not schema().is_valid(plan)]
    assert len(missing) > 50
    assert [key for key in missing if reads(changed[key])] == []


@pytest.mark.parametrize("wrong", ["mod", "closedd", "rates"])
def test_an_unknown_key_is_underlined(wrong) -> None:
    data = document(EXAMPLE)
    data["components"][0][wrong] = "x"
    (found,) = schema().iter_errors(data)
    assert found.json_path == "$.components[0]"
    assert f"'{wrong}' was unexpected" in found.message
