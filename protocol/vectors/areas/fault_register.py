"""Bundles whose register, runs or batches are wrong: §5 to §7, §14, steps 3 and 4 of §15."""

from dataclasses import replace

import cast
from entries import acknowledged_bin, anchor, first, later, made, receipts_bin
from publish import RECEIPTS, Draw, Event

from . import bundle
from .fault import at, bad, changed, put, swap

OPENS, CLOSES = cast.OPENS, cast.CLOSES


def vectors():
    yield from runs()
    yield from entries()
    yield from published()
    yield from batches()
    yield from totals()
    yield from leaves()


def runs():
    rule, head = "R-REGISTER-RUN", len(b"jebi/v0/register-run\n") + 33
    place = {"at": "runs/0000.bin"}
    splice = lambda begin, new: lambda run: run[:begin] + new + run[begin + len(new) :]
    yield bad("run-number", "Run 0 says it is run 1.", rule, **place, register_run_0=splice(head, (1).to_bytes(4)))
    yield bad(
        "run-of-another",
        "The run's header has another programme's hash.",
        rule,
        **place,
        register_run_0=splice(head - 32, made("x")),
    )
    yield bad(
        "run-version",
        "The run's first line is of version 1.",
        rule,
        **place,
        register_run_0=lambda run: run.replace(b"v0", b"v1", 1),
    )
    yield bad(
        "run-counts-less",
        "The run counts an entry less than it has.",
        rule,
        **place,
        register_run_0=splice(head + 4, (17).to_bytes(2)),
    )
    yield bad(
        "run-counts-more",
        "The run counts an entry more than it has.",
        rule,
        **place,
        register_run_0=splice(head + 4, (19).to_bytes(2)),
    )
    yield bad(
        "run-counts-too-many",
        "The run counts more than 1,024 entries.",
        rule,
        **place,
        register_run_0=splice(head + 4, (1025).to_bytes(2)),
    )
    yield bad(
        "run-empty", "A run without entries.", rule, **place, register_run_0=lambda run: run[: head + 4] + bytes(2)
    )
    yield bad("run-left-over", "A byte follows the last entry.", rule, **place, register_run_0=lambda run: run + b"\0")
    yield bad("run-cut-short", "The last byte is missing.", rule, **place, register_run_0=lambda run: run[:-1])
    split = Draw(cast.programme("optimal"), cast.acknowledged(), cast.ANCHORED, run_size=16)
    yield changed(
        "run-too-short",
        "Runs of sixteen entries, where only the last may be shorter than 1,024.",
        rule,
        "optimal",
        split.files,
    )


def entries():
    rule = "R-REGISTER-ORDER"
    yield bad("order-swapped", "Two neighbours have changed places.", rule, register=swap(4, 5))
    twice = lambda old: [*old[:4], old[3], *old[4:]]
    yield bad("order-ticket-twice", "One ticket stands twice.", rule, register=twice)
    yield bad(
        "order-across-runs",
        "The last of run 0 and the first of run 1 have changed places.",
        rule,
        "two-runs",
        register=swap(1023, 1024),
    )
    same = lambda old: [*old[:9], replace(old[9], person=old[2].person), *old[10:]]
    yield bad("person-twice", "Two tickets belong to one person.", "R-REGISTER-PERSON", register=same)
    rule = "R-REGISTER-COMMITMENT"
    programme = cast.programme()
    entry = bundle.draw("optimal").register[2]
    leaf, body = entry.leaf(programme), entry.body()
    place = {"at": "runs/0000.bin"}
    as_leaf = lambda new: at(2, lambda one: replace(one, altered_leaf=new))
    yield bad(
        "leaf-of-another-body",
        "The leaf is that of other choices.",
        rule,
        **place,
        register=as_leaf(replace(entry, choices=(("session", 4),)).leaf(programme)),
    )
    yield bad(
        "leaf-of-another-programme",
        "The leaf is that of the same entry in another programme.",
        rule,
        **place,
        register=as_leaf(entry.leaf(cast.programme("serial"))),
    )
    yield bad("leaf-version", "A leaf of version 1.", rule, **place, register=as_leaf(b"\1" + leaf[1:]))
    yield bad(
        "leaf-revision",
        "The leaf counts a revision more than was committed to.",
        rule,
        **place,
        register=as_leaf(leaf[:16] + bytes([leaf[16] + 1]) + leaf[17:]),
    )
    blinded = lambda run: run.replace(entry.blinding, made("another blinding"))
    yield bad("blinding-of-another", "The blinding is not the one of the leaf.", rule, **place, register_run_0=blinded)
    moved = lambda run: run.replace(body, body[:-3] + bytes([body[-3] ^ 1]) + body[-2:])
    yield bad(
        "choice-altered",
        "A choice was changed in the body after the leaf was made.",
        rule,
        **place,
        register_run_0=moved,
    )
    yield from broken_entries()


def broken_conditions():
    draw = bundle.draw("by-district")
    programme, place = draw.programme, {"at": "runs/0000.bin"}
    bodied = lambda who, **what: at(who, lambda one: replace(one, altered_body=replace(one, **what).body()))
    local = next(index for index, one in enumerate(draw.register) if one.cohort == 0)
    yield bad(
        "entry-of-another-district",
        "A cohort that does not admit the entry's district.",
        "R-ENTRY-DISTRICT",
        "by-district",
        **place,
        register=bodied(local, district=1),
    )
    reached = {(row["cohort"], row["district"], row["site"]) for row in programme["reach"]["rows"]}
    cohorts, districts = programme["cohorts"], programme["districts"]
    is_out = lambda one: (cohorts[one.cohort]["id"], districts[one.district]["code"], "c003") not in reached
    who = next(index for index, one in enumerate(draw.register) if one.active and is_out(one))
    for kind, index in [("site", 2), ("session", 7)]:
        yield bad(
            f"entry-{kind}-out-of-reach",
            f"A choice is a {kind} that the table has for others.",
            "R-ENTRY-REACH",
            "by-district",
            **place,
            register=bodied(who, choices=((kind, index),)),
        )


def broken_entries():
    """One of each rule; all others are of the area `entry`."""
    yield from broken_conditions()
    change = lambda **what: at(2, lambda one: replace(one, **what))
    bodied = lambda **what: at(2, lambda one: replace(one, altered_body=replace(one, **what).body()))
    place = {"at": "runs/0000.bin"}
    yield bad(
        "entry-session-unknown",
        "A choice is a session that the programme does not have.",
        "R-ENTRY-INDEX",
        **place,
        register=bodied(choices=(("session", 8),)),
    )
    yield bad(
        "entry-without-choices",
        "An active entry wants nothing.",
        "R-ENTRY-CHOICES",
        **place,
        register=bodied(choices=()),
    )
    yield bad("entry-status-unknown", "A fifth status.", "R-ENTRY-STATUS", **place, register=change(status=4))
    yield bad("entry-revision-zero", "Revision 0.", "R-ENTRY-REVISION", **place, register=change(revision=0))
    yield bad(
        "entry-left-over",
        "A byte follows the body.",
        "R-ENTRY-BODY",
        **place,
        register=at(2, lambda one: replace(one, altered_body=one.body() + b"\0")),
    )


def published():
    rule, place = "R-BUNDLE-RUN", {"at": "runs/0000.bin"}
    yield bad(
        "published-version",
        "The published run's first line is of version 1.",
        rule,
        **place,
        run_0=lambda run: run.replace(b"v0/run", b"v1/run"),
    )
    yield bad("published-left-over", "A byte follows the paths.", rule, **place, run_0=lambda run: run + b"\0")
    yield bad("published-cut-short", "The second path is missing.", rule, **place, run_0=lambda run: run[:-1])
    yield bad(
        "published-path-of-one",
        "The only run is the root: its path is empty.",
        rule,
        **place,
        leaf_path_0=lambda path: [made("x")],
    )
    yield bad(
        "published-path-to-records",
        "The only run's records are the root: their path is empty.",
        rule,
        **place,
        record_path_0=lambda path: [made("x")],
    )
    place, wrong = {"at": "runs/0001.bin"}, lambda path: [made("x")]
    yield bad(
        "published-path-wrong",
        "Run 1's path does not lead to the register's root.",
        rule,
        "two-runs",
        **place,
        leaf_path_1=wrong,
    )
    yield bad(
        "published-record-path-wrong",
        "Run 1's path does not lead to the allocation root.",
        rule,
        "two-runs",
        **place,
        record_path_1=wrong,
    )
    yield bad(
        "published-path-too-long",
        "Run 1's path has a hash too many.",
        rule,
        "two-runs",
        **place,
        leaf_path_1=lambda path: path + wrong(path),
    )
    yield bad("published-path-missing", "Run 1 has no path.", rule, "two-runs", **place, leaf_path_1=lambda path: [])

    rule, place = "R-BUNDLE-RUNS", {"at": "runs.json"}
    yield bad("runs-size", "The index has another size.", rule, **place, runs=put(size=17))
    second = bundle.draw("optimal").register[1].name
    yield bad("runs-first", "The index begins with the second ticket.", rule, **place, runs=put(first=[second]))
    extra = lambda old: old | {"runs/0001.bin": old["runs/0000.bin"]}
    yield bad("runs-extra", "A run that the index does not have.", rule, at="runs/0001.bin", files=extra)
    third = lambda old: old | {"runs/0002.bin": old["runs/0000.bin"]}
    yield bad(
        "runs-extra-further",
        "A run that the index does not have, with a gap before it.",
        rule,
        at="runs/0002.bin",
        files=third,
    )
    none = lambda old: old | {"runs/0000.bin": bundle.base("optimal")["runs/0000.bin"]}
    yield bad("runs-of-nobody", "A run of an empty register.", rule, "empty", at="runs/0000.bin", files=none)


def batches():
    rule = "R-RECEIPTS-ANCHOR"
    anchored = lambda place, **fields: at(place, lambda one: replace(one, changed=fields))
    yield bad("anchor-root", "An anchor has another root.", rule, events=anchored(1, root=made("x").hex()))
    yield bad("anchor-begins-later", "The second anchor claims to begin at batch 2.", rule, events=anchored(2, first=2))
    yield bad(
        "anchor-of-fewer",
        "The second anchor covers a batch less than it has the root of.",
        rule,
        events=anchored(2, count=2),
    )
    yield bad(
        "anchor-of-more", "The second anchor covers a batch more than there is.", rule, events=anchored(2, count=4)
    )
    yield bad("anchors-swapped", "The anchors stand in the other order.", rule, events=swap(1, 2))
    yield bad("anchor-twice", "The second anchor stands twice.", rule, events=lambda old: [*old[:2], old[2], *old[2:]])
    yield bad("anchor-missing", "The last three batches have no anchor.", rule, events=lambda old: [*old[:2], *old[3:]])
    nothing = {"first": 1, "count": 0, "root": anchor([]).hex()}
    yield bad(
        "anchor-of-nothing",
        "An anchor covers no batch.",
        rule,
        events=lambda old: [*old[:2], Event("receipts", CLOSES, nothing, RECEIPTS), *old[2:]],
    )
    yield bad("freeze-batches", "The freeze counts a batch less.", rule, freeze=put(batches=3))
    early = at(1, lambda one: replace(one, time=OPENS - 1))
    yield bad(
        "anchor-before-its-batch", "An anchor is dated before the batch that it covers.", "R-LOG-TIME", events=early
    )
    place = {"at": "receipts.bin"}
    edit = lambda change: lambda old: old | {"receipts.bin": change(old["receipts.bin"])}
    yield bad(
        "receipts-left-over", "A byte follows the last batch.", rule, **place, files=edit(lambda data: data + b"\0")
    )
    yield bad("receipts-cut-short", "The last batch is cut short.", rule, **place, files=edit(lambda data: data[:-1]))
    own = bundle.draw("optimal").batches
    other = lambda old: old | {"receipts.bin": receipts_bin(cast.programme("serial"), own)}
    yield bad("receipts-of-another", "The batches are headed by another programme's hash.", rule, **place, files=other)
    time = lambda place, when: at(place, lambda batch: (batch[0], when, batch[2]))
    rule = "R-RECEIPTS-TIME"
    yield bad("batch-too-early", "A batch a second before the window opens.", rule, **place, batches=time(0, OPENS - 1))
    yield bad(
        "batch-too-late", "A batch in the second in which the window closes.", rule, **place, batches=time(-1, CLOSES)
    )
    swapped = lambda old: [(two[0], one[1], two[2]) for one, two in zip([old[0], old[2], old[1], old[3]], old)]
    yield bad("batch-times-swapped", "The second batch is dated after the third.", rule, **place, batches=swapped)


def totals():
    rule = "R-RECEIPTS-TOTAL"
    yield bad(
        "total-left-out",
        "An acknowledged entry was left out; everything else follows.",
        rule,
        register=lambda old: old[:4] + old[5:],
    )
    stranger = first(made("stranger")[:12], 0, *cast.session(1))
    sneaked = lambda old: sorted([*old, stranger], key=lambda one: one.ticket)
    yield bad("total-sneaked-in", "An entry was added that nobody acknowledged.", rule, register=sneaked)
    changed_late = at(0, lambda one: later(one, *cast.session(2)))
    yield bad(
        "total-changed-late", "An entry was changed once more than was acknowledged.", rule, register=changed_late
    )
    more = at(0, lambda batch: (batch[0] + 1, *batch[1:]))
    yield bad("total-of-batches", "A batch counts a leaf more.", rule, batches=more)
    yield bad(
        "total-of-the-freeze",
        "The freeze counts a revision less.",
        rule,
        freeze=lambda old: old | {"revisions": old["revisions"] - 1},
    )


def leaves():
    """The sums hold, but what was acknowledged is not what is in the register."""
    rule, place = "R-RECEIPTS-LEAVES", {"at": "acknowledged.bin"}
    ones, draw = cast.registrations(), bundle.draw("optimal")
    where = {one.ticket: at for at, one in enumerate(draw.register)}
    stranger = first(made("stranger")[:12], 0, *cast.session(1))
    by_ticket = lambda old: sorted(old, key=lambda one: one.ticket)
    instead = lambda old: by_ticket([stranger, *(one for one in old if one.ticket != ones[6].ticket)])
    yield bad("leaf-left-out", "An acknowledged entry was left out for a stranger.", rule, **place, register=instead)
    other = at(where[ones[4].ticket], lambda one: replace(one, choices=(("session", 4),)))
    yield bad("leaf-altered", "An entry has other choices than were acknowledged.", rule, **place, register=other)
    back = at(where[ones[2].ticket], lambda _: later(ones[2], *cast.session(1, 3), *cast.site(2)))
    on = at(where[ones[4].ticket], lambda one: later(one, *cast.session(4)))
    traded = lambda old: on(back(old))
    yield bad("leaf-set-back", "One entry lacks its last change, another has one more.", rule, **place, register=traded)

    items = lambda change: {"acknowledged": change}
    known, written = draw.items[0], draw.items[2]
    assert known[0] == 0 and written[0] == 1
    one = lambda index, new: items(lambda old: [*old[:index], new, *old[index + 1 :]])
    yield bad("item-kind-unknown", "An item of a third kind.", rule, **place, **one(0, b"\2" + known[1:]))
    yield bad("item-beyond", "A place beyond the register.", rule, **place, **one(0, b"\0" + (18).to_bytes(4)))
    yield bad("item-of-another-place", "The place of another entry.", rule, **place, acknowledged=swap(0, 1))
    full = draw.register[where[ones[0].ticket]].leaf(draw.programme)
    yield bad("item-written-out", "The register's own leaf is written out.", rule, **place, **one(0, b"\1" + full))
    yield bad("item-altered", "A replaced leaf has another commitment.", rule, **place, **one(2, written[:-1] + b"\0"))
    yield bad("item-missing", "The last leaf is missing.", rule, **place, acknowledged=lambda old: old[:-1])
    yield bad(
        "item-too-many", "A leaf more than the batches have.", rule, **place, acknowledged=lambda old: [*old, old[0]]
    )
    edit = lambda change: lambda old: old | {"acknowledged.bin": change(old["acknowledged.bin"])}
    yield bad("leaves-left-over", "A byte follows the last leaf.", rule, **place, files=edit(lambda data: data + b"\0"))
    yield bad("leaves-cut-short", "The last byte is missing.", rule, **place, files=edit(lambda data: data[:-1]))
    other = lambda _: acknowledged_bin(cast.programme("serial"), draw.items)
    yield bad(
        "leaves-of-another", "The leaves are headed by another programme's hash.", rule, **place, files=edit(other)
    )

    def acknowledging(fault, comment, batches, anchored, **more):
        made_ = Draw(cast.programme("optimal"), batches, anchored, **more)
        return changed(fault, comment, rule, "optimal", made_.files, "acknowledged.bin")

    batches = cast.acknowledged()
    nothing = [*batches[:1], (OPENS + 1, []), *batches[1:]]
    yield acknowledging("batch-of-nothing", "A batch without leaves.", nothing, [1, 4])
    early = [(batches[0][0], batches[1][1]), (batches[1][0], batches[0][1]), *batches[2:]]
    yield acknowledging(
        "change-before-its-entry", "A change was acknowledged before the entry that it changes.", early, [1, 3]
    )
    time, last = batches[3]
    twice = [*batches[:3], (time, [*last, last[0]])]
    unheard = [(time, [one for one in batch if one != ones[7]]) for time, batch in twice]
    yield acknowledging(
        "leaf-twice",
        "One leaf was acknowledged twice, and a registration never.",
        unheard,
        [1, 3],
        register=draw.register,
    )
