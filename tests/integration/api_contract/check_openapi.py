#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_openapi.py DOCUMENT: is it a valid OpenAPI 3.1 document? The published JSON schema of the specification stands beside
this file; what a JSON schema cannot say is checked here. Prints every problem; ends with 1 when there is one."""

import json
import os
import re
import sys

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
METHODS = {"get", "put", "post", "delete", "patch", "options", "head", "trace"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def against_specification(document):
    validator = jsonschema.Draft202012Validator(read(os.path.join(HERE, "openapi-3.1.schema.json")))
    for error in validator.iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def schemas(value, place=""):
    """Every schema object: what stands under `schema`, and below components.schemas."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "schema" or place.endswith("components/schemas"):
                yield f"{place}/{key}", inner
            yield from schemas(inner, f"{place}/{key}") if key != "schema" else ()
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from schemas(inner, f"{place}/{index}")


def schema_problems(document):
    for place, schema in schemas(document):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            yield f"{place}: {error.message[:300]}"
        missing = set(schema.get("required", [])) - set(schema.get("properties", {}))
        if missing:
            yield f"{place}: requires {sorted(missing)} and does not describe them"


def reference_problems(document, value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            target = document
            for step in value["$ref"].removeprefix("#/").split("/"):
                target = target.get(step, {}) if isinstance(target, dict) else {}
            if not target:
                yield f"{value['$ref']} leads nowhere"
        for inner in value.values():
            yield from reference_problems(document, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from reference_problems(document, inner)


def operation_problems(document):
    seen = set()
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            operation = item[method]
            if operation["operationId"] in seen:
                yield f"operationId {operation['operationId']} twice"
            seen.add(operation["operationId"])
            named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            if named != set(re.findall(r"{(.*?)}", path)):
                yield f"{method} {path}: path parameters {named}"
            known = set(document["components"]["securitySchemes"])
            for need in operation["security"]:
                if not set(need) <= known:
                    yield f"{method} {path}: unknown security scheme {need}"


def main():
    document = read(sys.argv[1])
    problems = [*against_specification(document), *schema_problems(document), *reference_problems(document, document),
                *operation_problems(document)]
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
