"""The vectors, area by area. Each area's `vectors()` gives (folder, name, fields)."""

from . import bundle, certificate, fields, json_text, merkle, note, receipt, source, ticket
from . import fault_files, fault_log, fault_register, fault_result

AREAS = [json_text, ticket, fields, source, note, merkle, certificate, bundle, receipt]
FAULTS = [fault_files, fault_log, fault_register, fault_result]


def all_vectors():
    for area in AREAS + FAULTS:
        yield from area.vectors()
