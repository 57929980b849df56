"""The vectors, area by area. Each area's `vectors()` gives (folder, name, fields)."""

from . import bundle, fault_files, fault_log, fault_register, fault_result, fields, json_text, merkle, note, receipt, source, ticket


def all_vectors():
    for area in (json_text, ticket, fields, source, note, merkle, bundle, fault_files, fault_log, fault_register, fault_result, receipt):
        yield from area.vectors()
