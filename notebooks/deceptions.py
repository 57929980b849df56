"""An operator who cheats, and signs what he made: the notebook must refuse, for the right reason.

JEBI_DRAW is the folder of a finished rehearsal, keys included. Each deception changes a copy of its bundle and signs a
fitting manifest with the operator's own key, so that only the computations can find it.

    JEBI_DRAW=demo python -m unittest notebooks/deceptions.py
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOTEBOOK = Path(__file__).parent / "check_a_draw.py"
sys.path.insert(0, str(NOTEBOOK.parent))

import formats  # noqa: E402


class Deceptions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.draw = Path(os.environ["JEBI_DRAW"])
        self.bundle = Path(folder.name) / "bundle"
        shutil.copytree(self.draw / "bundle", self.bundle)

    def test_an_honest_copy_is_accepted(self):
        self.sign_manifest()
        self.assertEqual(self.check(), "")

    def test_a_file_is_changed_and_nothing_signed(self):
        self.change_json("seed.json", lambda seed: seed.update(round=seed["round"] + 1))
        self.assertIn("seed.json is not the file that the manifest lists", self.check())

    def test_a_title_is_mended_after_the_announcement(self):
        self.change_json("programme.json", lambda programme: programme["title"].update(en="Another draw"))
        self.refused("the note is about another programme")

    def test_a_seed_is_chosen(self):
        self.change_json("seed.json", lambda seed: seed.update(seed="00" * 32))
        self.refused("seed.json has another beacon or seed")

    def test_a_beacon_is_made_up(self):
        self.change_json("seed.json", lambda seed: seed.update(signature=seed["signature"][:-2] + "00"))
        self.refused("the beacon's signature|did not sign round")

    def test_a_batch_of_receipts_is_forgotten(self):
        path = self.bundle / "receipts.bin"
        data = path.read_bytes()
        at = len(b"jebi/v0/receipt-batches\n") + 1 + 32
        count = int.from_bytes(data[at : at + 4], "big") - 1
        path.write_bytes(data[:at] + formats.u(32, count) + data[at + 4 : -44])
        self.refused("anchor")

    def test_a_choice_is_altered(self):
        path = self.bundle / "runs/0000.bin"
        data = bytearray(path.read_bytes())
        first_entry = 12 + 4 + 21 + 1 + 32 + 4 + 2
        length_at = first_entry + 50 + 32
        last_choice = length_at + 2 + int.from_bytes(data[length_at : length_at + 2], "big") - 3
        data[last_choice] ^= 1
        path.write_bytes(data)
        self.refused("the entry is not the one that the leaf commits to")

    def test_the_office_hides_its_hand(self):
        path = self.bundle / "runs/0000.bin"
        data = bytearray(path.read_bytes())
        at = 12 + 4 + 21 + 1 + 32 + 4 + 2
        for _ in range(int.from_bytes(data[at - 2 : at], "big")):
            body = at + 50 + 32 + 2
            changes = range(body + 72, body + 72 + 33 * data[body + 71], 33)
            office = [change for change in changes if data[change] == 0]
            if office:
                break
            at = body + int.from_bytes(data[body - 2 : body], "big")
        data[office[0]] = 1
        path.write_bytes(data)
        self.refused("the entry is not the one that the leaf commits to")

    def test_a_lottery_number_is_improved(self):
        path = self.bundle / "runs/0000.bin"
        data = bytearray(path.read_bytes())
        records = 12 + 4 + int.from_bytes(data[12:16], "big")
        data[records + 13] ^= 1
        path.write_bytes(data)
        self.refused(r"run \d+ does not lead to the root|a record that says more|lottery number")

    def test_a_price_is_rounded(self):
        def raise_one(sessions):
            pool = next(s["pools"][0] for s in sessions["sessions"] if s["pools"][0]["price"] != "0")
            pool["price"] = str(int(pool["price"]) + 1)

        self.change_json("sessions.json", raise_one)
        self.refused("better off|not the least ones|cannot have the price")

    def test_seats_appear_from_nowhere(self):
        def add_one(sessions):
            for part in (sessions["sessions"][0], sessions["sessions"][0]["pools"][0]):
                part["capacity"] += 1

        self.change_json("sessions.json", add_one)
        self.refused("sessions.json lists others")

    def test_the_log_loses_an_event(self):
        head = self.bundle / "log/checkpoint"
        text, _, signatures = head.read_text().partition("\n\n")
        origin, size, root = text.split("\n")
        head.write_text(f"{origin}\n{int(size) - 1}\n{root}\n\n{signatures}")
        self.refused("a head of .*: the signature")

    def change_json(self, name, change):
        path = self.bundle / name
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")))

    def refused(self, reason):
        self.sign_manifest()
        self.assertRegex(self.check(), reason)

    def check(self):
        """What the notebook refuses with; nothing if it accepts."""
        environment = os.environ | {"JEBI_BUNDLE": str(self.bundle), "MPLBACKEND": "agg"}
        run = subprocess.run([sys.executable, NOTEBOOK], env=environment, capture_output=True, text=True)
        refusal = re.search(r"^formats\.Rejected: (.*)$", run.stderr, re.MULTILINE)
        self.assertEqual(run.returncode, 1 if refusal else 0, run.stderr)
        return refusal[1] if refusal else ""

    def sign_manifest(self):
        _, _, name, id_, seed = (self.draw / "keys/operator.key").read_text().strip().split("+", 4)
        files = sorted(path for path in self.bundle.rglob("*") if path.is_file() and path.name != "manifest.note")
        head = (self.bundle / "manifest.note").read_text().split("\n")[:3]
        by_path = {path.relative_to(self.bundle).as_posix(): path.read_bytes() for path in files}
        lines = [f"{formats.sha256(data).hex()} {len(data)} {path}" for path, data in sorted(by_path.items())]
        text = "\n".join(head + lines) + "\n"
        signature = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)[1:]).sign(text.encode())
        line = f"\u2014 {name} {base64.b64encode(bytes.fromhex(id_) + signature).decode()}\n"
        (self.bundle / "manifest.note").write_text(f"{text}\n{line}")
