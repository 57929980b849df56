"""Bundles whose log, heads, freeze or witnesses are wrong: §8."""

from dataclasses import replace

import cast
import publish
from entries import b64, hash_of, made, signed
from publish import OPERATOR, RECEIPTS, WITNESSES, Event, Key, cosign, time_of_round
from reference import leaf_hash, root

from . import bundle
from .fault import at, bad, changed, put, replaced, swap

OPENS, CLOSES, APPEARS = cast.OPENS, cast.CLOSES, time_of_round(1000)
FREEZE, BEACON, RESULT = -3, -2, -1


def vectors():
    yield from events()
    yield from order()
    yield from times()
    yield from heads()
    yield from tiles()
    yield from freezes()
    yield from quorum()


def event(place, **changes):
    return at(place, lambda one: replace(one, **changes))


def fields(place, **changes):
    return at(place, lambda one: replace(one, changed=changes))


def events():
    sign = "R-NOTE-SIGNATURE"
    yield bad(
        "freeze-signed-by-receipts", "The receipts key signed the freeze.", sign, events=event(FREEZE, key=RECEIPTS)
    )
    yield bad("anchor-signed-by-operator", "The operator's key signed an anchor.", sign, events=event(1, key=OPERATOR))
    yield bad(
        "beacon-signed-by-impostor",
        "A key of the operator's name that the programme does not name signed the beacon.",
        sign,
        events=event(BEACON, key=Key(OPERATOR.name, 9)),
    )
    other = hash_of(cast.programme("serial")).hex()
    title = {"en": "Another draw", "ko": cast.SAMPLE["title"]["ko"]}
    yield bad("event-title", "The log announces another title.", "R-PROGRAMME-HASH", events=fields(0, title=title))
    listed = fields(0, title=[cast.SAMPLE["title"]["en"], cast.SAMPLE["title"]["ko"]])
    yield bad("event-list-for-fields", "The title's values without their names.", "R-JSON-FIELDS", events=listed)
    yield bad(
        "event-of-another",
        "The result is another programme's.",
        "R-PROGRAMME-HASH",
        events=fields(RESULT, programme=other),
    )
    yield bad(
        "mark-of-an-event",
        "The freeze is marked as binding.",
        "R-REHEARSAL-MARK",
        events=fields(FREEZE, rehearsal=False),
    )
    for kind, what in {
        "approval": "An approval",
        "correction": "A correction",
        "annulment": "An annulment",
        "refill": "A refill",
        "lottery": "A kind that nobody knows",
    }.items():
        stray = lambda old, kind=kind: [*old, Event(kind, APPEARS + 90, {})]
        yield bad(f"event-{kind}", f"{what} follows the result.", "R-LOG-KIND", events=stray)
    approval = lambda old: [*old[:1], Event("approval", OPENS, {}), *old[1:]]
    yield bad("event-approval-first", "An approval follows the programme.", "R-LOG-KIND", events=approval)
    yield bad("event-field-unknown", "The result has a field more.", "R-JSON-FIELDS", events=fields(RESULT, comment=""))
    yield bad(
        "event-of-version-1",
        "The freeze is of another version.",
        "R-JSON-FIELDS",
        events=fields(FREEZE, format="jebi/v1/event"),
    )
    missing = at(FREEZE, lambda one: replace(one, fields={k: v for k, v in one.fields.items() if k != "batches"}))
    yield bad(
        "event-field-missing", "The freeze does not say how many batches there are.", "R-JSON-FIELDS", events=missing
    )
    two = lambda leaf: signed(leaf.decode().split("\n\n")[0] + "\n\n", OPERATOR).encode()
    yield bad("event-two-lines", "An empty line follows the result's object.", "R-JSON-CANONICAL", log=at(RESULT, two))
    bare = lambda leaf: leaf.split(b"\n\n")[0] + b"\n"
    yield bad("event-unsigned", "The result is no note.", "R-NOTE-FORM", log=at(RESULT, bare))


def order():
    rule = "R-LOG-ORDER"
    late = lambda old: [*old[:FREEZE], replace(old[FREEZE], time=APPEARS + 30), *old[FREEZE + 1 :]]
    after = lambda old: swap(FREEZE, BEACON)(late(old))
    yield bad("freeze-after-beacon", "The freeze follows the beacon.", rule, events=after)
    again = lambda old: [*old[:FREEZE], old[FREEZE], *old[FREEZE:]]
    yield bad("freeze-twice", "The same freeze twice.", rule, events=again)
    other = put(register_root=made("another register").hex())
    second = lambda old: [*old[:FREEZE], replace(old[FREEZE], fields=other(old[FREEZE].fields)), *old[FREEZE:]]
    yield bad("freeze-of-two-registers", "Two registers were frozen; the second counts.", rule, events=second)
    refrozen = lambda old: [*old[:RESULT], replace(old[FREEZE], time=APPEARS + 40), old[RESULT]]
    yield bad("freeze-again-after-beacon", "A second freeze follows the beacon.", rule, events=refrozen)
    yield bad("freeze-missing", "Nothing was frozen.", rule, events=lambda old: [*old[:FREEZE], *old[BEACON:]])
    yield bad("programme-event-missing", "The log does not begin with the programme.", rule, events=lambda old: old[1:])
    yield bad("programme-event-twice", "The programme is announced twice.", rule, events=lambda old: [old[0], *old])
    anchor = lambda old: [*old[:2], *old[3:RESULT], replace(old[2], time=APPEARS + 40), old[RESULT]]
    yield bad("anchor-after-freeze", "An anchor follows the freeze.", rule, events=anchor)
    yield bad("beacon-twice", "The beacon twice.", rule, events=lambda old: [*old[:RESULT], *old[BEACON:]])
    yield bad("beacon-missing", "The log has no beacon.", rule, events=lambda old: [*old[:BEACON], old[RESULT]])
    yield bad("result-missing", "The log ends with the beacon.", rule, events=lambda old: old[:RESULT])
    yield bad("result-twice", "The result twice.", rule, events=lambda old: [*old, old[RESULT]])
    yield bad("log-empty", "Nothing was logged.", rule, events=lambda old: [])


def times():
    rule = "R-LOG-TIME"
    yield bad("time-backwards", "The result is dated before the beacon.", rule, events=event(RESULT, time=APPEARS + 29))
    yield bad(
        "time-programme-late",
        "The programme is dated in the second in which the window opens.",
        rule,
        events=event(0, time=OPENS),
    )
    yield bad(
        "time-freeze-early",
        "The register was frozen a second before the window closed.",
        rule,
        events=lambda old: event(FREEZE, time=CLOSES - 1)(event(1, time=CLOSES - 1)(event(2, time=CLOSES - 1)(old))),
    )
    yield bad(
        "time-beacon-early",
        "The beacon is dated a second before its round.",
        rule,
        events=event(BEACON, time=APPEARS - 1),
    )


def heads():
    rule = "R-LOG-HEAD"
    log = [leaf_hash(leaf) for leaf in bundle.draw("optimal").log]
    head = lambda hashes: publish.checkpoint(cast.programme(), hashes)
    yield bad(
        "freeze-head-too-long", "The first head covers the beacon too.", rule, freeze_head=lambda _: head(log[:5])
    )
    yield bad(
        "freeze-head-too-short", "The first head ends before the freeze.", rule, freeze_head=lambda _: head(log[:3])
    )
    yield bad("freeze-head-is-the-last", "The first head covers the whole log.", rule, freeze_head=lambda _: head(log))
    wrong = replaced(b64(root(log[:4])), b64(made("another root")))
    yield bad("freeze-head-root", "The first head has another root.", rule, freeze_head=wrong)
    wrong = replaced(b64(root(log)), b64(made("another root")))
    yield bad("head-root", "The last head has another root.", rule, last_head=wrong)
    origin = replaced("draws.example/sample/rehearsal\n", "draws.example/another/rehearsal\n")
    for which in ["freeze_head", "last_head"]:
        name = which.replace("_", "-")
        yield bad(f"{name}-of-another-log", "The log's key signed a head of another origin.", rule, **{which: origin})
        yield bad(
            f"{name}-extension", "A head with a line after the root.", rule, **{which: lambda old: old + "extension\n"}
        )
    padded = replaced(f"\n{len(log)}\n", f"\n0{len(log)}\n")
    yield bad("head-leading-zero", "A size with a leading zero is no checkpoint.", rule, last_head=padded)
    text = lambda note: note.rpartition("\n\n")[0] + "\n"
    sign = "R-NOTE-SIGNATURE"
    by_operator = lambda note: signed(text(note), OPERATOR)
    yield bad(
        "head-signed-by-operator",
        "The operator signed the head, the log's key did not.",
        sign,
        last_head_note=by_operator,
    )
    other = Key("draws.example/sample/rehearsal", 9)
    yield bad(
        "freeze-head-signed-by-impostor",
        "Another key of the log's name signed the head.",
        sign,
        freeze_head_note=lambda note: signed(text(note), other),
    )
    forged = lambda note: note + WITNESSES[1].line((CLOSES + 121).to_bytes(8) + bytes(64))
    yield bad("cosignature-forged", "A third witness's cosignature is 64 zeros.", sign, freeze_head_note=forged)
    moved = lambda note: note + cosign(text(note).replace("\n4\n", "\n5\n"), WITNESSES[1], CLOSES)
    yield bad("cosignature-of-another-head", "A third witness cosigned another size.", sign, freeze_head_note=moved)
    backdated = lambda note: (
        note
        + WITNESSES[1].line(
            CLOSES.to_bytes(8) + WITNESSES[1].secret.sign(f"cosignature/v1\ntime {CLOSES + 1}\n{text(note)}".encode())
        )
    )
    yield bad(
        "cosignature-backdated",
        "The time of a cosignature is not the one that was signed.",
        sign,
        freeze_head_note=backdated,
    )
    plain = lambda note: note + WITNESSES[1].line(WITNESSES[1].secret.sign(text(note).encode()))
    yield bad(
        "cosignature-without-time", "A witness signed as if its key were of type 0x01.", sign, freeze_head_note=plain
    )


def tiles():
    rule = "R-LOG-TILES"
    size = len(bundle.draw("optimal").log)
    entries, hashes = f"log/tile/entries/000.p/{size}", f"log/tile/0/000.p/{size}"
    edit = lambda path, change: lambda old: old | {path: change(old[path])}
    gone = lambda path: lambda old: {name: data for name, data in old.items() if name != path}
    yield bad("tile-missing", "The tile of hashes is missing.", rule, at=hashes, files=gone(hashes))
    yield bad("tile-entries-missing", "The tile of entries is missing.", rule, at=entries, files=gone(entries))
    flip = lambda data: data[:-1] + bytes([data[-1] ^ 1])
    yield bad("tile-hash-wrong", "One bit of a hash is another.", rule, at=hashes, files=edit(hashes, flip))
    yield bad(
        "tile-entries-cut-short",
        "The last entry is cut short.",
        rule,
        at=entries,
        files=edit(entries, lambda data: data[:-1]),
    )
    yield bad(
        "tile-entry-more",
        "An entry more than the head covers.",
        rule,
        at=entries,
        files=edit(entries, lambda data: data + b"\0\1x"),
    )
    yield bad(
        "tile-extra",
        "A tile of a higher level, which so small a tree does not have.",
        rule,
        at="log/tile/1/000",
        files=put(**{"log/tile/1/000": bytes(32)}),
    )
    yield bad(
        "log-other-file",
        "A file below log/ that is neither a head nor a tile.",
        rule,
        at="log/notes.txt",
        files=put(**{"log/notes.txt": b"hello\n"}),
    )
    narrow = f"log/tile/0/000.p/{size - 1}"
    yield bad(
        "tile-partial-extra",
        "A partial tile of an earlier size was left.",
        rule,
        at=narrow,
        files=lambda old: old | {narrow: old[hashes][:-32]},
    )
    yield bad(
        "head-beyond-the-log",
        "The last head covers more than there is.",
        rule,
        last_head=replaced(f"\n{size}\n", f"\n{size + 1}\n"),
    )
    endless = replaced(f"\n{size}\n", "\n18446744073709551615\n")
    yield bad("head-of-2-64", "The last head claims 2^64 - 1 leaves.", rule, last_head=endless)


def freezes():
    rule = "R-FREEZE-ROOT"
    other = bundle.draw("serial", register=[]).freeze
    yield bad(
        "freeze-of-nothing",
        "The empty register was frozen, with the totals of this one.",
        rule,
        freeze=put(register_root=other["register_root"]),
    )
    yield bad(
        "freeze-of-another-register",
        "Manifest, log and cosignatures hold, and another register's root was frozen.",
        rule,
        freeze=put(register_root=made("another register").hex()),
    )
    yield bad("freeze-size", "The freeze has another size.", rule, freeze=put(size=17))
    rule = "R-FREEZE-TOTALS"
    yield bad("freeze-active", "One active entry more.", rule, freeze=put(active=17))
    yield bad("freeze-withdrawn", "One withdrawn entry less.", rule, freeze=put(withdrawn=1))
    crossed = lambda old: (
        old
        | {
            "cohorts": [
                old["cohorts"][0] | {"active": old["cohorts"][0]["active"] + 1},
                old["cohorts"][1] | {"active": old["cohorts"][1]["active"] - 1},
            ]
        }
    )
    yield bad("freeze-of-cohorts", "One entry is counted in the other cohort.", rule, freeze=crossed)
    yield bad(
        "freeze-cohort-order",
        "The cohorts are in another order than the programme's.",
        rule,
        freeze=lambda old: old | {"cohorts": old["cohorts"][::-1]},
    )
    yield bad(
        "freeze-cohort-missing",
        "One cohort is not counted.",
        rule,
        freeze=lambda old: old | {"cohorts": old["cohorts"][:1]},
    )


def quorum():
    rule, limit = "R-LOG-QUORUM", APPEARS - 600

    def cosigned(fault, comment, **witnesses):
        return changed(fault, comment, rule, "binding", bundle.draw("binding", witnesses=witnesses).files)

    yield cosigned("quorum-missing", "One witness of two cosigned the freeze.", freeze_head={1: CLOSES + 120})
    yield cosigned("quorum-nobody", "Nobody cosigned the freeze.", freeze_head={})
    yield cosigned(
        "quorum-too-late",
        "The second witness signed the freeze a second too late.",
        freeze_head={0: CLOSES + 120, 1: limit + 1},
    )
    yield cosigned(
        "quorum-after-beacon",
        "All witnesses signed the freeze after the beacon.",
        freeze_head={place: APPEARS + 1 for place in range(3)},
    )
    before = {0: CLOSES + 120, 1: CLOSES + 60 - 601}
    yield cosigned(
        "quorum-too-early", "The second witness signed more than 600 s before the freeze.", freeze_head=before
    )
    yield cosigned(
        "quorum-of-the-last-head", "One witness of two cosigned the last head.", last_head={1: APPEARS + 120}
    )
    again = lambda note: note + cosign(note.rpartition("\n\n")[0] + "\n", WITNESSES[1], CLOSES + 130)
    early = bundle.draw("binding", witnesses={"freeze_head": before}, taps={"freeze_head_note": again})
    yield changed(
        "quorum-earliest-counts",
        "The second witness signed too early, and then once more in time: the earlier time counts.",
        rule,
        "binding",
        early.files,
    )
    same = lambda note: note + cosign(note.rpartition("\n\n")[0] + "\n", WITNESSES[1], CLOSES + 130)
    one = bundle.draw("binding", witnesses={"freeze_head": {1: CLOSES + 120}}, taps={"freeze_head_note": same})
    yield changed("quorum-one-twice", "One witness cosigned the freeze twice.", rule, "binding", one.files)
