"""Receipts against bundles, and refusals: §7, §5.4."""

import json

import cast
import entries
from entries import hash_of, later, made, receipt, refusal, signed
from publish import OPERATOR, RECEIPTS, Key
from reference import canonical, leaf_hash, root

from .vector import accept, reject

MINE = cast.programme()


def of(number: int, index: int, programme=MINE) -> dict:
    """The receipt for a revision, by batch and place in it."""
    time, batch = cast.acknowledged()[number]
    return receipt(programme, RECEIPTS, number, time, batch, index)


def alone(revision, number=0, time=cast.OPENS, programme=MINE) -> dict:
    """A receipt for a batch of this revision alone."""
    return receipt(programme, RECEIPTS, number, time, [revision], 0)


def given(fields, base="optimal", register=None):
    text = fields if isinstance(fields, str) else canonical(fields).decode()
    return {"bundle": f"bundle-{base}", "receipt": text} | ({"register": f"bundle-{register}"} if register else {})


def good(fault, comment, fields, finding, base="optimal"):
    batch = fields["batch"].rpartition("\n\n")[0] + "\n"
    leaf = next(
        one.leaf(MINE)
        for _, revisions in cast.acknowledged()
        for one in revisions
        if (one.name, one.revision) == (fields["ticket"], fields["revision"])
    )
    expect = {"finding": finding, "leaf": leaf.hex(), "leaf_hash": leaf_hash(leaf).hex(), "batch_text": batch}
    return accept("receipt", fault, comment, given(fields, base), expect)


def bad(fault, comment, label, fields, base="optimal", register=None):
    return reject("receipt", fault, comment, given(fields, base, register), label)


def vectors():
    yield good("the-very-one", "The first of five in a batch; the register has this revision.", of(0, 0), "same")
    yield good("the-last-of-five", "The last leaf of five hangs at the root.", of(0, 4), "same")
    yield good(
        "alone-in-its-batch",
        "A batch of one: the path is empty. The entry was changed once more, with its key.",
        of(1, 0),
        {"changed_with_key": 3},
    )
    yield good(
        "two-revisions-old",
        "The first of three revisions: its key stands first in the list.",
        of(0, 2),
        {"changed_with_key": 3},
    )
    yield good(
        "changed-by-the-office",
        "The office changed the entry, and the register says so.",
        of(2, 3),
        {"changed_by_office": 2},
    )
    yield good("withdrawn-since", "Withdrawn with the key.", of(2, 5), {"changed_with_key": 2})
    yield good(
        "changed-and-changed-by-the-office",
        "The first change was made with the key, the next without it.",
        of(2, 6),
        {"changed_by_office": 3},
    )
    last = len(cast.acknowledged()[3][1]) - 1
    yield good("withdrawn-by-the-office", "The receipt for a withdrawal by the office.", of(3, last), "same")
    yield good(
        "beside-the-forgery",
        "In the bundle with the forgery, the receipt of somebody else.",
        of(0, 1),
        "same",
        "forged",
    )
    yield from against_the_bundle()
    yield from by_itself()
    yield from texts()
    yield from refusals()


def against_the_bundle():
    """A register that lacks what its batches have is refused as a whole, so that one from elsewhere takes its place."""
    anew = {"register": "anew"}
    yield bad("omitted", "Acknowledged, and not in the register.", "R-RECEIPT-OMITTED", of(2, 1), **anew)
    last = len(cast.registrations()) - 5
    yield bad(
        "older",
        "The third revision was acknowledged, the register has the second.",
        "R-RECEIPT-OLDER",
        of(2, last),
        **anew,
    )
    yield bad("other-leaf", "The same revision in the register has other choices.", "R-RECEIPT-LEAF", of(0, 4), **anew)
    forged = "The register has a change with a key that is not the applicant's."
    yield bad("forged-change", forged, "R-RECEIPT-CHANGE-KEY", of(0, 0), "forged")
    rule, one = "R-RECEIPT-BATCH", cast.acknowledged()[1][1][0]
    time = cast.acknowledged()[1][0]
    yield bad("batch-unknown", "A batch was signed that the bundle does not list.", rule, alone(one, 4, time))
    yield bad("batch-beyond-64-bits", "A batch number as large as can be.", rule, alone(one, 2**64 - 1, time))
    yield bad("batch-time", "The batch was signed with another time than is listed.", rule, alone(one, 1, time + 1))
    yield bad(
        "batch-root",
        "The batch was signed with another root than is listed.",
        rule,
        alone(later(one, *cast.session(1)), 1, time),
    )
    yield bad("batch-number", "The batch stands at another number.", rule, alone(one, 2, time))
    time, batch = cast.acknowledged()[0]
    fields = receipt(MINE, RECEIPTS, 0, time, batch[:4], 0)
    yield bad("batch-smaller", "The batch was signed with fewer leaves than are listed.", rule, fields)


def by_itself():
    rule = "R-RECEIPT-PATH"
    fields = of(0, 1)
    yield bad("path-index", "The index is that of a neighbour.", rule, fields | {"index": 0})
    yield bad("path-index-beyond", "The index is beyond the batch.", rule, fields | {"index": 5})
    yield bad("path-short", "The last hash of the path is missing.", rule, fields | {"path": fields["path"][:-1]})
    yield bad(
        "path-long", "The path has a hash more.", rule, fields | {"path": [*fields["path"], entries.b64(made("x"))]}
    )
    yield bad(
        "path-swapped", "Two hashes of the path have changed places.", rule, fields | {"path": fields["path"][::-1]}
    )
    yield bad(
        "path-31-bytes",
        "A hash of the path is a byte short.",
        rule,
        fields | {"path": [entries.b64(bytes(31)), *fields["path"][1:]]},
    )
    yield bad(
        "path-not-base64",
        "A hash of the path is in hexadecimal digits.",
        rule,
        fields | {"path": ["00" * 32, *fields["path"][1:]]},
    )
    yield bad("blinding", "Another blinding.", rule, fields | {"blinding": made("x").hex()})
    yield bad("other-ticket", "Another ticket.", rule, fields | {"ticket": of(0, 0)["ticket"]})
    yield bad("other-body", "The body of a neighbour.", rule, fields | {"body": of(0, 0)["body"]})
    other = cast.programme("serial")
    rule = "R-RECEIPT-PROGRAMME"
    yield bad("of-another-draw", "A receipt of another programme.", rule, of(0, 1, other))
    moved = of(0, 1, other) | {"programme": hash_of(MINE).hex()}
    yield bad("batch-of-another-draw", "The batch was signed for another programme.", rule, moved)
    rule = "R-REHEARSAL-MARK"
    yield bad(
        "marked-as-binding", "The receipt of a rehearsal is marked as binding.", rule, fields | {"rehearsal": False}
    )
    text = fields["batch"].rpartition("\n\n")[0] + "\n"
    real = signed(text.replace("rehearsal", "binding"), RECEIPTS)
    yield bad(
        "batch-marked-as-binding", "The batch of a rehearsal is marked as binding.", rule, fields | {"batch": real}
    )
    rule = "R-NOTE-SIGNATURE"
    yield bad(
        "batch-signed-by-operator",
        "The operator's key signed the batch.",
        rule,
        fields | {"batch": signed(text, OPERATOR)},
    )
    impostor = Key(RECEIPTS.name, 9)
    yield bad(
        "batch-signed-by-impostor",
        "Another key of the same name signed the batch.",
        rule,
        fields | {"batch": signed(text, impostor)},
    )
    yield bad(
        "batch-altered",
        "The batch's time was changed after it was signed.",
        rule,
        fields | {"batch": fields["batch"].replace("\n5\n", "\n6\n")},
    )
    office = of(3, len(cast.acknowledged()[3][1]) - 1)
    said = office["batch"].rpartition("\n\n")[0] + "\n"
    yield bad(
        "by-the-office-signed-by-operator",
        "The office withdrew the entry, and the operator's key signed the batch.",
        rule,
        office | {"batch": signed(said, OPERATOR)},
    )
    yield bad(
        "by-the-office-unsaid",
        "The office withdrew the entry, and the receipt says that the applicant did.",
        "R-ENTRY-STATUS",
        office | {"status": "withdrawn"},
    )
    rule = "R-NOTE-FORM"
    yield bad("batch-unsigned", "The batch is a text without a signature.", rule, fields | {"batch": text})
    rewritten = lambda old, new: fields | {"batch": signed(text.replace(old, new), RECEIPTS)}
    yield bad("batch-leading-zero", "A number with a leading zero.", rule, rewritten("\n5\n", "\n05\n"))
    yield bad("batch-line-more", "A line follows the time.", rule, fields | {"batch": signed(text + "0\n", RECEIPTS)})
    yield bad(
        "batch-line-missing",
        "The time is missing.",
        rule,
        fields | {"batch": signed(text.rsplit("\n", 2)[0] + "\n", RECEIPTS)},
    )
    yield bad("batch-of-another-kind", "The first line is a refusal's.", rule, rewritten("receipts", "refusal"))
    digits = root(entries.leaf_hashes(MINE, cast.acknowledged()[0][1]))
    yield bad(
        "batch-root-in-digits", "The root is in hexadecimal digits.", rule, rewritten(entries.b64(digits), digits.hex())
    )


def texts():
    fields = of(0, 1)
    text = canonical(fields).decode()
    rule = "R-JSON-CANONICAL"
    yield bad(
        "indented",
        "The receipt as a person would write it.",
        rule,
        json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False),
    )
    yield bad("line-feed", "The file ends in a line feed.", rule, text + "\n")
    rule = "R-JSON-FIELDS"
    yield bad(
        "field-missing",
        "The receipt has no index.",
        rule,
        {key: value for key, value in fields.items() if key != "index"},
    )
    yield bad("field-unknown", "The receipt has a field more.", rule, fields | {"comment": ""})
    yield bad(
        "ticket-without-hyphens",
        "A ticket in another than the canonical spelling.",
        rule,
        fields | {"ticket": fields["ticket"].replace("-", "")},
    )
    yield bad("version-1", "A receipt of another version.", rule, fields | {"format": "jebi/v1/receipt"})
    yield bad(
        "status-unknown", "A status that the text does not name.", "R-ENTRY-STATUS", fields | {"status": "pending"}
    )
    yield bad(
        "status-withdrawn",
        "A first revision cannot be a withdrawal.",
        "R-ENTRY-STATUS",
        fields | {"status": "withdrawn"},
    )
    yield bad("revision-beyond", "A second revision without a change.", "R-ENTRY-REVISION", fields | {"revision": 2})
    padded = of(0, 0)
    assert padded["body"].endswith("=")
    yield bad(
        "body-unpadded",
        "The body's base64 has no padding.",
        "R-ENTRY-BODY",
        padded | {"body": padded["body"].rstrip("=")},
    )
    yield bad(
        "body-cut-short", "The body's last bytes are missing.", "R-ENTRY-BODY", fields | {"body": fields["body"][:-4]}
    )


def refusals():
    request, time = '{"cohort":0}', cast.OPENS - 1
    note = refusal(MINE, RECEIPTS, "too-early", request.encode(), time)
    what = {"programme": "optimal", "code": "too-early", "request": request, "time_unix_s": time}
    yield accept("receipt", "refused", "A refusal is a note, too.", {"refusal": what}, {"note": note})
