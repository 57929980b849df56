"""Bundles whose files, manifest or marks are wrong: §2.7, §14, step 1 of §15."""

import cast
from entries import hash_of, heading, signed
from publish import OPERATOR, RECEIPTS
from reference import Key, canonical

from . import bundle
from .fault import bad, put, raw, replaced

OTHER = hash_of(cast.programme("serial")).hex()
MINE = hash_of(cast.programme("optimal")).hex()


def vectors():
    yield from manifests()
    yield from programmes()
    yield from marks()
    yield from texts()


def manifests():
    rule, files = "R-MANIFEST-FILE", bundle.base("optimal")
    seeds = files["seed.json"]
    yield raw("file-missing", "A listed file is missing.", rule, {"seed.json": None}, at="seed.json")
    yield raw("file-unlisted", "A file that nobody signed.", rule, {"notes.txt": b"hello\n"}, at="notes.txt")
    yield raw(
        "file-different", "One byte of a file is another.", rule, {"seed.json": seeds[:-1] + b"]"}, at="seed.json"
    )
    yield raw("file-longer", "A file has a line feed more.", rule, {"seed.json": seeds + b"\n"}, at="seed.json")
    yield raw("manifest-missing", "The manifest is missing.", rule, {"manifest.note": None}, at="manifest.note")
    size = f" {len(seeds)} seed.json"
    wrong = replaced(size, f" {len(seeds) + 1} seed.json")
    yield bad("file-size-wrong", "The size that was signed is another.", rule, at="seed.json", manifest_text=wrong)
    zeros = replaced(size, f" 0{len(seeds)} seed.json")
    yield bad("file-size-with-zero", "A size with a leading zero.", rule, at="seed.json", manifest_text=zeros)
    for name, what in {
        "sessions.json": "A file that the verifier reads is neither there nor listed: the sessions.",
        "seed.json": "Neither there nor listed: the seed.",
        "receipts.bin": "Neither there nor listed: the batches.",
        "acknowledged.bin": "Neither there nor listed: the acknowledged leaves.",
        "runs/0000.bin": "Neither there nor listed: the only run.",
        "log/checkpoint-freeze": "Neither there nor listed: the head of the freeze.",
        "programme.note": "Neither there nor listed: the programme's signature.",
    }.items():
        absent = lambda old, name=name: {path: data for path, data in old.items() if path != name}
        yield bad(f"without-{name.replace('/', '-').replace('.', '-')}", what, rule, at=name, files=absent)
    for fault, path, what in [
        ("path-upwards", "runs/../seed.txt", "A path that leads upwards."),
        ("path-absolute", "/seed.txt", "A path from the root."),
        ("path-space", "seed 2.txt", "A path with a space."),
        ("path-capitals", "Seed.json", "Two paths that are one to some file systems."),
        ("path-hangul", "씨앗.txt", "A path with letters outside ASCII."),
    ]:
        yield bad(fault, what, rule, files=lambda old, path=path: old | {path: b"a\n"})
    lines = lambda text: text.splitlines(keepends=True)
    unsorted = lambda text: "".join(lines(text)[:3] + lines(text)[:2:-1])
    yield bad("manifest-unsorted", "The manifest's lines are in another order.", rule, manifest_text=unsorted)
    twice = lambda text: text + lines(text)[-1]
    yield bad("manifest-line-twice", "The last file is listed twice.", rule, manifest_text=twice)
    own = lambda text: "".join(
        lines(text)[:3] + sorted([*lines(text)[3:], f"{'0' * 64} 0 manifest.note\n"], key=lambda line: line.split()[2])
    )
    yield bad("manifest-of-itself", "The manifest lists itself.", rule, manifest_text=own)

    text = files["manifest.note"].decode().rpartition("\n\n")[0] + "\n"
    other = {"manifest.note": signed(text, RECEIPTS).encode()}
    yield raw("manifest-signed-by-another", "The receipts key signed the manifest.", "R-NOTE-SIGNATURE", other)
    yield raw("manifest-unsigned", "The manifest is no note.", "R-NOTE-FORM", {"manifest.note": text.encode()})
    cut = replaced(size, f" {len(seeds)}")
    yield bad("manifest-line-cut", "A line of the manifest has no path.", "R-NOTE-FORM", manifest_text=cut)


def programmes():
    sign = "R-NOTE-SIGNATURE"
    note = lambda text, key=OPERATOR: lambda old: old | {"programme.note": signed(text, key).encode()}
    own = heading("programme", cast.programme())
    impostor = Key(OPERATOR.name, 9)
    yield bad("programme-signed-by-another", "The receipts key signed the programme.", sign, files=note(own, RECEIPTS))
    yield bad(
        "programme-signed-by-impostor",
        "Another key of the operator's name signed the programme.",
        sign,
        files=note(own, impostor),
    )
    rule = "R-PROGRAMME-HASH"
    yield bad("programme-note-of-another", "The note has another hash.", rule, files=note(own.replace(MINE, OTHER)))
    yield bad(
        "programme-note-capitals", "The hash is in capital letters.", rule, files=note(own.replace(MINE, MINE.upper()))
    )
    yield bad("programme-note-longer", "A line follows the hash.", "R-NOTE-FORM", files=note(own + "and more\n"))
    manifest = heading("manifest", cast.programme())
    yield bad(
        "programme-note-of-another-kind",
        "The note is the beginning of a manifest.",
        "R-NOTE-FORM",
        files=note(manifest),
    )
    yield bad(
        "manifest-of-another", "The manifest has another programme's hash.", rule, manifest_text=replaced(MINE, OTHER)
    )
    for tap, what in {"seed": "seed.json", "sessions": "sessions.json", "runs": "runs.json"}.items():
        yield bad(
            f"{tap}-of-another", f"{what} has another programme's hash.", rule, at=what, **{tap: put(programme=OTHER)}
        )
    changed = canonical(cast.programme() | {"time_zone": ""})
    value = lambda old: old | {"programme.json": changed}
    yield bad("programme-invalid", "The programme names no time zone.", "R-PROGRAMME-VALUE", files=value)


def marks():
    """Everything of a rehearsal says so."""
    rule = "R-REHEARSAL-MARK"
    real = replaced("\nrehearsal\n", "\nbinding\n")
    yield bad("mark-of-the-manifest", "The manifest is marked as binding.", rule, manifest_text=real)
    note = signed(real(heading("programme", cast.programme())), OPERATOR).encode()
    yield bad(
        "mark-of-the-programme",
        "The programme's note is marked as binding.",
        rule,
        files=put(**{"programme.note": note}),
    )
    for tap, what in {"seed": "seed.json", "sessions": "sessions.json", "runs": "runs.json"}.items():
        yield bad(f"mark-of-{tap}", f"{what} is marked as binding.", rule, at=what, **{tap: put(rehearsal=False)})
    flag = lambda name: lambda data: data.replace(name + b"\n\1", name + b"\n\0", 1)
    receipts = lambda old: old | {"receipts.bin": flag(b"receipt-batches")(old["receipts.bin"])}
    yield bad("mark-of-receipts", "The batches are flagged as binding.", rule, at="receipts.bin", files=receipts)
    yield bad(
        "mark-of-a-run",
        "The run is flagged as binding.",
        rule,
        at="runs/0000.bin",
        register_run_0=flag(b"register-run"),
    )
    leaves = lambda old: old | {"acknowledged.bin": flag(b"acknowledged")(old["acknowledged.bin"])}
    yield bad(
        "mark-of-leaves", "The acknowledged leaves are flagged as binding.", rule, at="acknowledged.bin", files=leaves
    )
    real_one = lambda old: old | {"seed.json": old["seed.json"].replace(b"false", b"true")}
    yield bad(
        "mark-of-a-rehearsal", "A binding draw's seed is marked as a rehearsal's.", rule, "binding", files=real_one
    )


def texts():
    edit = lambda path, change: lambda old: old | {path: change(old[path])}
    for path in ["programme.json", "seed.json", "sessions.json", "runs.json"]:
        name = path.removesuffix(".json")
        yield bad(
            f"{name}-line-feed",
            f"{path} ends in a line feed.",
            "R-JSON-CANONICAL",
            at=path,
            files=edit(path, lambda data: data + b"\n"),
        )
    for tap in ["seed", "sessions", "runs"]:
        later = put(format=f"jebi/v1/{tap}")
        yield bad(
            f"{tap}-of-version-1",
            f"{tap}.json is of another version.",
            "R-JSON-FIELDS",
            at=f"{tap}.json",
            **{tap: later},
        )
        more = put(comment="")
        yield bad(
            f"{tap}-field-unknown",
            f"{tap}.json has a field that the text does not name.",
            "R-JSON-FIELDS",
            at=f"{tap}.json",
            **{tap: more},
        )
    yield bad(
        "runs-size-as-text", "The size is a text of digits.", "R-JSON-FIELDS", at="runs.json", runs=put(size="18")
    )
    loud = lambda old: old | {"signature": old["signature"].upper()}
    yield bad("seed-signature-capitals", "The beacon's signature in capital letters.", "R-JSON-FIELDS", at="seed.json", seed=loud)
    named = lambda old: old | {"mechanism": "lottery"}
    yield bad("sessions-mechanism-unknown", "A mechanism that nobody knows.", "R-JSON-FIELDS", at="sessions.json", sessions=named)
    ticket = lambda old: old | {"first": [old["first"][0].lower()]}
    yield bad(
        "runs-ticket-lower-case",
        "A ticket in another than the canonical spelling.",
        "R-JSON-FIELDS",
        at="runs.json",
        runs=ticket,
    )
    jamo = "\u110c\u1166"
    yield bad(
        "sessions-jamo",
        "A session's identifier in conjoining letters.",
        "R-JSON-NFC",
        at="sessions.json",
        sessions=lambda old: old | {"sessions": [old["sessions"][0] | {"id": jamo}, *old["sessions"][1:]]},
    )
