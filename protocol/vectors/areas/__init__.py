"""The vectors, area by area. Each area's `vectors()` gives (folder, name, fields)."""

from . import bundle, fields, json_text, merkle, note, source, ticket


def all_vectors():
    for area in (json_text, ticket, fields, source, note, merkle, bundle):
        yield from area.vectors()
