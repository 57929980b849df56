"""Solves one minimum-cost flow with OR-tools' SimpleMinCostFlow and says how long that took.

    python min_cost_flow.py FOLDER

FOLDER holds little-endian arrays: tail, head, capacity (int32) and cost (int64), one item per arc, and supply (int64),
one item per node. Writes flow (int64), one item per arc, and prints one JSON object: status, objective, seconds of
processor and wall time of the solve alone, and the most memory the process held, in KiB.
"""

import json
import pathlib
import resource
import sys
import time

import numpy as np
from ortools.graph.python import min_cost_flow


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    read = lambda name, kind: np.fromfile(folder / name, kind)
    graph = min_cost_flow.SimpleMinCostFlow()
    arcs = graph.add_arcs_with_capacity_and_unit_cost(
        read("tail", "<i4"), read("head", "<i4"), read("capacity", "<i4").astype(np.int64), read("cost", "<i8")
    )
    supply = read("supply", "<i8")
    graph.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    cpu, wall = time.process_time(), time.perf_counter()
    status = graph.solve()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    graph.flows(arcs).astype("<i8").tofile(folder / "flow")
    print(
        json.dumps(
            {
                "status": status.name if hasattr(status, "name") else int(status),
                "objective": int(graph.optimal_cost()),
                "cpu_s": cpu,
                "wall_s": wall,
                "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )


main()
