"""Runs a notebook from its text and keeps it with all outputs: execute.py check_a_draw.py check_a_draw.ipynb

A cell that fails is printed with its error, and the exit status is 1.
"""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def main(source, target):
    notebook = jupytext.read(source)
    folder = {"metadata": {"path": Path(source).parent}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=folder)
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        nbformat.write(notebook, target)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            print(output.get("text", ""), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
