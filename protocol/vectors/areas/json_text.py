"""Canonical JSON: §2.4."""

import base64

from .vector import accept, reject


def good(fault, comment, text, **more):
    return accept("json", fault, comment, {"json": text} | more, {"bytes": len(text.encode())})


def bad(fault, comment, text, label="R-JSON-CANONICAL", **more):
    given = {"json": text} if isinstance(text, str) else {"json_base64": base64.b64encode(text).decode()}
    return reject("json", fault, comment, given | more, label)


def vectors():
    yield good("nothing-in-it", "Empty containers have no space in them.", '{"a":[],"b":{}}')
    yield good("integers", "The ends of 53 bits.", "[-9007199254740991,-1,0,1,9007199254740991]")
    yield good("keys-by-bytes", "Capital letters come before small ones, a prefix before the longer key.", '{"B":1,"a":2,"aa":3,"b":4}')
    yield good("escapes", "A quotation mark, a backslash and a line feed are escaped; a slash is not.", r'["\"\\\n/"]')
    yield good("nfc", "Hangul syllables and a composed accent; a line separator is no control character.", '["제비é\u2028"]')
    nested = lambda depth: "[" * depth + "0" + "]" * depth
    yield good("nested-64", "As many arrays within one another as there may be, and a number in the last.", nested(64))
    yield good("noncharacters", "Code points that never become characters are let through as they stand.", '["\ufdd0\uffff\U0010ffff"]')
    yield good("title", "A type with both of its fields.", '{"en":"Draw","ko":"추첨"}', **{"as": "title"})

    yield bad("nested-65", "An array more than may lie within one another.", nested(65))
    deep = lambda depth: '{"a":' * depth + "{}" + "}" * depth
    yield bad("nested-objects", "The same of objects, the last one empty.", deep(64))
    yield bad("nested-deep", "Deeper than many readers' stacks.", nested(5_000))
    yield bad("space", "White space after a comma.", "[1, 2]")
    yield bad("line-feed-at-the-end", "A text editor added a line feed.", "[]\n")
    yield bad("unsorted-keys", "b stands before a.", '{"b":1,"a":2}')
    yield bad("key-twice", "Readers disagree which of the two counts.", '{"a":1,"a":1}')
    yield bad("fraction", "1.0 is an integer in another spelling.", "[1.0]")
    yield bad("exponent", "1e2 is 100 in another spelling.", "[1e2]")
    yield bad("minus-zero", "-0 is 0 in another spelling.", "[-0]")
    yield bad("54-bits", "2^53 is not the same number to every reader.", "[9007199254740992]")
    yield bad("minus-54-bits", "-2^53 is not the same number to every reader.", "[-9007199254740992]")
    yield bad("20-digits", "More than a u64 holds.", "[99999999999999999999]")
    yield bad("escaped-letter", "An escape where none is needed.", r'["\u0061"]')
    yield bad("escaped-slash", "A slash is written as itself.", r'["\/"]')
    yield bad("escaped-hangul", "Letters outside ASCII are written as themselves.", r'["\uc81c"]')
    yield bad("lone-surrogate", "Half of a pair is no character.", r'["\ud800"]')
    yield bad("tab", "A control character, rightly escaped, is refused all the same.", r'["\t"]')
    yield bad("delete", "U+007F is a control character.", '["\u007f"]')
    yield bad("c1-control", "U+0085 is a control character, and a line break to some.", '["\u0085"]')
    yield bad("key-not-ascii", "The order of other keys would depend on the encoding.", '{"키":1}')
    yield bad("byte-order-mark", "A byte order mark is not white space.", "\ufeff[]")
    yield bad("two-values", "Bytes after the value.", "[][]")
    yield bad("cut-short", "The last bracket is missing.", '{"a":[1')
    yield bad("not-utf-8", "EUC-KR bytes.", b'["\xc1\xa6\xba\xf1"]')
    yield bad("utf-16", "UTF-16 with a byte order mark.", b"\xff\xfe[\0]\0")
    yield bad("overlong", "The slash in two bytes, which UTF-8 forbids.", b'["\xc0\xaf"]')

    yield bad("nfd", "A decomposed accent: e and U+0301.", '["e\u0301"]', "R-JSON-NFC")
    yield bad("jamo", "Hangul in conjoining letters, as some file systems write it.", '["\u110c\u1166"]', "R-JSON-NFC")
    yield bad("compatibility-kelvin", "U+212A has the canonical form K.", '["\u212a"]', "R-JSON-NFC")

    title = {"as": "title"}
    yield bad("field-missing", "A title without Korean.", '{"en":"Draw"}', "R-JSON-FIELDS", **title)
    yield bad("field-unknown", "A title with French.", '{"en":"Draw","fr":"Tirage","ko":"추첨"}', "R-JSON-FIELDS", **title)
    yield bad("field-of-another-kind", "A number where a text must be.", '{"en":1,"ko":"추첨"}', "R-JSON-FIELDS", **title)
    yield bad("list-for-fields", "The values without their names.", '["Draw","추첨"]', "R-JSON-FIELDS", **title)
