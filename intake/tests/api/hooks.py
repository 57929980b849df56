"""Half of what schemathesis makes up is given a real person and real choices, so that it gets past the first refusals."""

import json
import os
import zlib

import schemathesis

PEOPLE = json.loads(os.environ["JEBI_PEOPLE"])
BORN = os.environ["JEBI_BORN"]
TICKET = os.environ["JEBI_TICKET"]
CHOICES = [[{"session": "c001-1"}], [{"site": "c002"}, {"session": "c001-2"}]]


def lot(value, sides):
    """A number below `sides` that depends on the value alone, so that a failure can be repeated."""
    return zlib.crc32(json.dumps(value, sort_keys=True, default=str).encode()) % sides


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict) or not is_well_formed(body) or lot(body, 2):
        return body
    body = {**body, "access_code": PEOPLE[lot(body, len(PEOPLE))], "birth_date": BORN}
    if "choices" in body and lot(body, 3):
        body["choices"] = CHOICES[lot(body, len(CHOICES))]
    return body


def is_well_formed(body):
    """Whether what would be replaced keeps the description: what was made wrong on purpose has to stay wrong."""
    if not all(isinstance(body.get(name), str) for name in ("access_code", "birth_date")):
        return False
    choices = body.get("choices", [])
    return isinstance(choices, list) and all(
        isinstance(choice, dict) and len(choice) == 1 and set(choice) < {"session", "site"} and isinstance(*choice.values(), str)
        for choice in choices
    )


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if path_parameters and "ticket" in path_parameters and lot(path_parameters, 2):
        return {**path_parameters, "ticket": TICKET}
    return path_parameters
