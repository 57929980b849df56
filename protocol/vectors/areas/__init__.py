"""The vectors, area by area. Each area's `vectors()` gives (folder, name, fields)."""

from . import apportionment, bundle, certificate, chance, entry, fields, json_text, log, merkle, note, receipt, source, ticket
from . import fault_certificate, fault_files, fault_log, fault_register, fault_result

AREAS = [json_text, ticket, fields, source, note, merkle, entry, chance, log, certificate, apportionment, bundle, receipt]
FAULTS = [fault_files, fault_log, fault_register, fault_result, fault_certificate]


def all_vectors():
    for area in AREAS + FAULTS:
        yield from area.vectors()
