"""The bundles beside the SPEC: the notebook accepts what holds and refuses each with one fault.

The notebook is run whole for each, without its plots. A beacon's signature that was found good is not computed again.
"""

import base64
import functools
import io
import json
import os
import sys
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import beacon
from formats import Rejected

VECTORS = Path(__file__).parent.parent / "protocol" / "vectors"
NOTEBOOK = compile((Path(__file__).parent / "check_a_draw.py").read_text(), "check_a_draw.py", "exec")
PLOTS = mock.MagicMock()
PLOTS.subplots.return_value = mock.MagicMock(), (mock.MagicMock(), mock.MagicMock())


class Bundles(unittest.TestCase):
    def test_accepted(self):
        for name, given in self.each("accept"):
            with self.subTest(name):
                self.assertIn("everything that was computed here is as published", run_notebook(given))

    def test_rejected(self):
        for name, given in self.each("reject"):
            with self.subTest(name), self.assertRaises(Rejected):
                run_notebook(given)

    def each(self, folder):
        files = sorted((VECTORS / folder).glob("bundle-*.json"))
        self.assertGreater(len(files), 5)
        for file in files:
            yield file.name, json.loads(file.read_text())["input"]


def run_notebook(given):
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files_of(given).items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        modules = {"matplotlib": mock.MagicMock(pyplot=PLOTS), "matplotlib.pyplot": PLOTS}
        checked_once = mock.patch.object(beacon, "check_signature", check_signature_once)
        environment = mock.patch.dict(os.environ, JEBI_BUNDLE=folder)
        with environment, checked_once, mock.patch.dict(sys.modules, modules), redirect_stdout(io.StringIO()) as printed:
            exec(NOTEBOOK, {"__name__": "notebook"})
        return printed.getvalue()


check_signature_once = functools.cache(beacon.check_signature)


def files_of(given):
    if "files" in given:
        return {path: bytes_of(content) for path, content in given["files"].items()}
    files = dict(accepted(given["base"]))
    for path, content in given["patch"].items():
        if content is None:
            del files[path]
        elif "at" in content:
            at, data = content["at"], bytes_of(content)
            files[path] = files[path][:at] + data + files[path][at + len(data) :]
        else:
            files[path] = bytes_of(content)
    return files


@functools.cache
def accepted(name):
    return files_of(json.loads((VECTORS / "accept" / f"{name}.json").read_text())["input"])


def bytes_of(content):
    return content["text"].encode() if "text" in content else base64.b64decode(content["base64"])


if __name__ == "__main__":
    unittest.main()
