"""Tickets: §4.2."""

from reference import spell

from .vector import accept, reject

COUNTING = bytes(range(12))


def written(fault, comment, ticket):
    return accept("ticket", fault, comment, {"bytes": ticket.hex()}, {"ticket": spell(ticket)})


def read(fault, comment, text, ticket=COUNTING):
    return accept("ticket", fault, comment, {"ticket": text}, {"bytes": ticket.hex(), "ticket": spell(ticket)})


def bad(fault, comment, text, label):
    return reject("ticket", fault, comment, {"ticket": text}, label)


def vectors():
    example = spell(COUNTING)
    assert example == "000G40R-40M30E2-09185H1"
    yield written("counting", "The example of the text.", COUNTING)
    yield written("zeros", "All bits zero: what is left are the check bits.", bytes(12))
    yield written("ones", "All bits one.", b"\xff" * 12)
    yield written("last-bit", "The last bit of the ticket stands above the check bits.", bytes(11) + b"\1")
    yield read("canonical", "As it is printed.", example)
    yield read("lower-case", "As it is typed.", example.lower())
    yield read("no-hyphens", "As it comes out of a form.", example.replace("-", ""))
    yield read("spaces", "Spaces and hyphens anywhere.", " 000G 40R-4 0M30E2-0918-5H1 ")
    yield read("letters-for-digits", "O and o for 0, I, l and L for 1.", "oOOG4OR-4OM3OE2-o9I85Hl")

    yield bad("twenty", "A digit is missing.", example[:-1], "R-TICKET-LENGTH")
    yield bad("twenty-two", "A digit too many.", example + "0", "R-TICKET-LENGTH")
    yield bad("empty", "Nothing at all.", "", "R-TICKET-LENGTH")
    yield bad("letter-u", "U is not in the alphabet, lest it be taken for V.", "U" + example[1:], "R-TICKET-CHARACTER")
    yield bad("underscore", "An underscore joins nothing.", example.replace("-", "_"), "R-TICKET-CHARACTER")
    yield bad("tab", "A tab is no space.", example.replace("-", "\t"), "R-TICKET-CHARACTER")
    yield bad("no-break-space", "U+00A0 is no space either; a page may change it into one before it reads.", example.replace("-", "\u00a0"), "R-TICKET-CHARACTER")
    yield bad("kelvin", "U+212A is no letter K, though its small letter is k.", example.replace("G", "\u212a"), "R-TICKET-CHARACTER")
    yield bad("full-width", "A full-width 0 is another character.", "\uff10" + example[1:], "R-TICKET-CHARACTER")
    yield bad("dotless-i", "The Turkish dotless i is not the letter I.", example[:-1] + "\u0131", "R-TICKET-CHARACTER")
    yield bad("digit-wrong", "One digit is another.", "1" + example[1:], "R-TICKET-CHECK")
    yield bad("check-wrong", "The last digit, of check bits only, is another.", example[:-1] + "0", "R-TICKET-CHECK")
    swapped = example[:3] + example[4] + example[3] + example[5:]
    yield bad("swapped", "Two neighbours have changed places.", swapped, "R-TICKET-CHECK")
