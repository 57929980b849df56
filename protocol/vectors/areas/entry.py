"""Entries: §5. What a body's bytes say, and what they commit to."""

from dataclasses import replace

import cast
from entries import Revision, change_key, first, later, made
from reference import leaf_hash

from .fields import SAMPLE, changed, put
from .vector import accept, reject

MINE = cast.programme()
CHANNELS = ["self", "assisted", "paper"]


def given(one: Revision, changes=()) -> dict:
    fields = {"fields": list(changes)} if changes else {}
    return fields | {
        "ticket": one.name,
        "revision": one.revision,
        "status": one.status,
        "blinding": one.blinding.hex(),
        "body": one.body().hex(),
    }


def good(fault, comment, one: Revision, *changes):
    """An entry of the sample, or of the sample with changes as for `programme`."""
    programme = changed(changes)
    fields = {
        "cohort": one.cohort,
        "district": one.district,
        "channel": CHANNELS[one.channel],
        "person": one.person.hex(),
        "next": one.next.hex(),
        "changes": [key and key.hex() for key in one.changes],
        "choices": [[kind, index] for kind, index in one.choices],
    }
    leaf = one.leaf(programme)
    hashes = {"commitment": one.commitment(programme).hex(), "leaf": leaf.hex(), "leaf_hash": leaf_hash(leaf).hex()}
    return accept("entry", fault, comment, given(one, changes), fields | hashes)


def bad(fault, comment, label, one: Revision, body: bytes | None = None, changes=()):
    return reject("entry", fault, comment, given(replace(one, altered_body=body or b""), changes), label)


ONE = first(cast.ticket(1), 0, *cast.session(1, 3))
TWO = later(ONE, *cast.session(2))
OFFICE = later(ONE, *cast.site(1), office=True)
GONE = later(ONE)


def many(revision: int) -> Revision:
    """A revision so late, by keys alone."""
    changes = tuple(change_key(ONE.ticket, number) for number in range(1, revision))
    return replace(ONE, revision=revision, changes=changes)


def vectors():
    yield good("registered", "A first revision.", ONE)
    yield good("changed", "A second revision, made with the key of the first.", TWO)
    yield good("changed-by-the-office", "A second revision, made without the key.", OFFICE)
    yield good(
        "changed-after-the-office", "The office changed it, then the applicant did.", later(OFFICE, *cast.session(0))
    )
    yield good("withdrawn", "Withdrawn with the key: no choices.", GONE)
    yield good("withdrawn-by-the-office", "Withdrawn without the key.", later(ONE, office=True))
    yield good("back-again", "A withdrawn entry becomes active again.", later(GONE, *cast.session(7)))
    yield good("paper", "Written on paper, in the second cohort.", first(cast.ticket(2), 1, *cast.site(2), channel=2))
    yield good(
        "session-and-its-site",
        "A session, then all of its site: two different choices.",
        first(cast.ticket(3), 0, *cast.session(1), *cast.site(0)),
    )
    yield good(
        "five-choices",
        "As many choices as the programme allows; index 0 of both kinds.",
        first(cast.ticket(4), 0, *cast.session(0, 7), *cast.site(0), *cast.site(2), *cast.session(5)),
    )
    yield good("revision-256", "The last revision there can be.", many(256))
    yield good(
        "second-district", "Somebody of the second district.", first(cast.ticket(5), 0, *cast.session(0), district=1)
    )
    yield from bodies()
    yield from rules()
    yield from districts()
    yield from reach()


def bodies():
    rule, body = "R-ENTRY-BODY", ONE.body()
    splice = lambda at, new, old=body: old[:at] + new + old[at + len(new) :]
    count = 7 + 32 + 32
    yield bad("version-1", "A body of version 1.", rule, ONE, splice(0, b"\1"))
    yield bad("no-seats", "No seats.", rule, ONE, splice(5, b"\0"))
    yield bad("two-seats", "Two seats.", rule, ONE, splice(5, b"\2"))
    yield bad("channel-unknown", "A fourth channel.", rule, ONE, splice(6, b"\3"))
    yield bad("choice-kind-unknown", "A third kind of choice.", rule, ONE, splice(count + 2, b"\2"))
    yield bad("extensions", "Extensions, of which version 0 has none.", rule, ONE, splice(len(body) - 1, b"\1"))
    yield bad("left-over", "A byte follows the extensions.", rule, ONE, body + b"\0")
    yield bad("without-extensions", "The body ends with the choices.", rule, ONE, body[:-2])
    yield bad("cut-short", "The body ends within a choice.", rule, ONE, body[: count + 5])
    yield bad("without-district", "The seats follow the cohort.", rule, ONE, body[:3] + body[5:])
    yield bad("one-byte", "Nothing but a version.", rule, ONE, b"\0")
    yield bad("more-choices-than-there-are", "The body counts a choice more.", rule, ONE, splice(count + 1, b"\3"))
    yield bad("fewer-choices-than-there-are", "The body counts a choice less.", rule, ONE, splice(count + 1, b"\1"))
    yield bad(
        "little-endian",
        "A session's index from the other end would be a kind and bytes left over.",
        rule,
        ONE,
        body[:-2] + b"\0" + body[-2:],
    )
    changed = TWO.body()
    yield bad("change-kind-unknown", "A third kind of change.", rule, TWO, splice(count + 1, b"\2", changed))
    yield bad("change-cut-short", "The body ends within a change.", rule, TWO, changed[: count + 20])
    filled = splice(count + 1, b"\0" + made("x"), changed)
    yield bad("office-with-a-key", "A change by the office holds a key.", rule, OFFICE, filled)


def rules():
    rule = "R-ENTRY-STATUS"
    yield bad("first-by-the-office", "A first revision by the office.", rule, replace(ONE, status=2))
    yield bad("first-withdrawn", "A first revision that withdraws.", rule, replace(ONE, status=1, choices=()))
    yield bad(
        "office-unsaid", "The office changed it, and the status does not say so.", rule, replace(OFFICE, status=0)
    )
    yield bad(
        "office-said-wrongly",
        "The applicant changed it, and the status says the office did.",
        rule,
        replace(TWO, status=2),
    )
    earlier = later(OFFICE, *cast.session(0))
    yield bad(
        "office-said-late", "The office changed the revision before, not this one.", rule, replace(earlier, status=2)
    )
    yield bad("status-4", "A status that does not exist.", rule, replace(TWO, status=4))
    rule = "R-ENTRY-CHOICES"
    yield bad("active-without-choices", "An active entry wants nothing.", rule, replace(ONE, choices=()))
    yield bad("withdrawn-with-choices", "A withdrawn entry wants something.", rule, replace(GONE, choices=ONE.choices))
    yield bad(
        "six-choices",
        "One choice more than the programme allows.",
        rule,
        replace(ONE, choices=tuple(cast.session(0, 1, 2, 3, 4, 5))),
    )
    yield bad(
        "choice-twice",
        "The same session at both ends of the list.",
        rule,
        replace(ONE, choices=tuple(cast.session(1, 3, 1))),
    )
    rule = "R-ENTRY-INDEX"
    yield bad("cohort-unknown", "A third cohort of two.", rule, replace(ONE, cohort=2))
    yield bad("district-unknown", "A third district of two.", rule, replace(ONE, district=2))
    yield bad("district-of-16-bits", "The largest index there is.", rule, replace(ONE, district=2**16 - 1))
    yield bad("session-unknown", "A ninth session of eight.", rule, replace(ONE, choices=tuple(cast.session(1, 8))))
    yield bad("site-unknown", "A fourth site of three.", rule, replace(ONE, choices=(("site", 3),)))
    yield bad(
        "session-of-32-bits", "The largest index there is.", rule, replace(ONE, choices=(("session", 2**32 - 1),))
    )
    rule = "R-ENTRY-REVISION"
    yield bad("revision-0", "Revisions count from 1.", rule, replace(ONE, revision=0))
    yield bad("change-missing", "A third revision with one change.", rule, replace(TWO, revision=3))
    yield bad("change-too-many", "A first revision with a change.", rule, replace(TWO, revision=1))
    yield bad("revision-257", "One revision too many.", rule, replace(many(256), revision=257))
    yield bad("revision-beyond-8-bits", "Revision 258 counted modulo 256.", rule, replace(TWO, revision=258))


# Who is 60 to 69 is one cohort, who is younger is in another by district.
LOCAL = [
    {**SAMPLE["cohorts"][0], "districts": ["11010"]},
    SAMPLE["cohorts"][1],
    {**SAMPLE["cohorts"][0], "id": "50-59-junggu", "districts": ["11020"]},
]


def districts():
    rule, local = "R-ENTRY-DISTRICT", put(["cohorts"], LOCAL)
    yield good("admitted", "A cohort for residents of the first district.", ONE, local)
    other = first(cast.ticket(6), 2, *cast.session(1), district=1)
    yield good("admitted-elsewhere", "The cohort of the same birth dates for the second district.", other, local)
    yield bad("district-not-admitted", "A cohort that does not admit the district.", rule, replace(ONE, district=1), changes=[local])
    yield bad("district-of-another-cohort", "The district of the other cohort.", rule, replace(other, district=0), changes=[local])
    gone = replace(GONE, district=1)
    yield bad("withdrawn-of-another-district", "Nor may a withdrawn entry be of it.", rule, gone, changes=[local])


def reach():
    rule = "R-ENTRY-REACH"
    row = lambda cohort, district, site: {"cohort": cohort, "district": district, "site": site}
    table = lambda *rows: put(["reach"], {"rule": "table", "rows": list(rows)})
    mixed = table(row(None, None, "c001"), row(None, "11020", None), row("60-69", "11010", "c003"))
    near = first(cast.ticket(1), 0, *cast.session(0, 2), *cast.site(0))
    yield good("in-reach-of-all", "Sessions of a site that everybody may list, and the site.", near, mixed)
    here = replace(near, district=1, choices=tuple(cast.session(7, 3) + cast.site(2)))
    yield good("in-reach-of-a-district", "Who lives in the second district may list every site.", here, mixed)
    older = replace(near, cohort=1, choices=tuple(cast.session(6)))
    yield good("in-reach-of-a-cohort", "A site for one cohort of one district.", older, mixed)
    yield good("withdrawn-in-a-table", "Who lists nothing is within reach.", GONE, table(row("60-69", "11020", "c002")))
    far = [
        ("site", "A site of another district.", replace(near, choices=tuple(cast.site(1)))),
        ("session", "A session of a site of another district.", replace(near, choices=tuple(cast.session(3)))),
        ("session-first", "The first session of a site that begins where another ends.", replace(near, choices=tuple(cast.session(6)))),
        ("last-choice", "All choices but the last are in reach.", replace(near, choices=tuple(cast.session(0, 1, 2) + cast.site(2)))),
        ("cohort", "A site for another cohort of the district.", replace(near, choices=tuple(cast.site(2)))),
        ("other-district", "A cohort's site, from another district.", replace(older, cohort=0)),
    ]
    for fault, comment, one in far:
        yield bad(f"out-of-reach-{fault}", comment, rule, one, changes=[mixed])
    nobody = table(row("60-69", None, None))
    yield bad("out-of-reach-nothing", "A cohort that no row is for.", rule, near, changes=[nobody])
