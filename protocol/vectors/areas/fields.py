"""Programmes in canonical form, each the sample with some fields changed: §3.1."""

import copy

from reference import Key, compile, first_round, programme_hash, sample

from .vector import accept, reject


def put(path, value):
    return {"path": path, "value": value}


def drop(path):
    return {"path": path, "remove": True}


def changed(changes):
    fields = copy.deepcopy(SAMPLE)
    for change in changes:
        *parents, last = change["path"]
        place = fields
        for step in parents:
            place = place[step]
        if change.get("remove"):
            del place[last]
        else:
            place[last] = change["value"]
    return fields


SAMPLE = compile(sample())
CLOSES = SAMPLE["window"]["closes_at_unix_s"]
ENDS = SAMPLE["window"]["objection_ends_at_unix_s"]
RANKS = ["mechanism", "rank_costs"]
UNPLACED = ["mechanism", "unplaced_costs"]
KEYS = SAMPLE["witnesses"]["keys"]


def good(fault, comment, *changes):
    return accept("programme", fault, comment, {"fields": list(changes)}, {"hash": programme_hash(changed(changes))})


def bad(fault, comment, label, at, *changes):
    return reject("programme", fault, comment, {"fields": list(changes)}, label, at)


def born(*ranges):
    return [{"from": first, "to": last} for first, last in ranges]


def ended(seconds):
    """The end of the objection period, with the round that follows from it."""
    return put(["window", "objection_ends_at_unix_s"], seconds), put(["beacon", "round"], first_round(seconds))


def mechanism(name, **costs):
    return {"name": name, "rank_costs": [], "unplaced_costs": [], "outsider_cost": 0} | costs


def reserve(id_, cohorts=(), districts=(), release=False):
    title = {"en": "Reserve", "ko": "우선석"}
    return {"id": id_, "title": title, "cohorts": list(cohorts), "districts": list(districts), "release": release}


def seats(session, *kept):
    return put(["sessions", session, "reserves"], [{"reserve": id_, "seats": count} for id_, count in kept])


def table(*rows):
    rows = [dict(zip(("cohort", "district", "site"), row)) for row in rows]
    return put(["reach"], {"rule": "table", "rows": rows})


def witnesses(count, quorum, faults):
    keys = [Key(f"w{place}.example", place + 3, 4).public for place in range(1, count + 1)]
    return put(["witnesses"], {"keys": keys, "quorum": quorum, "faults": faults})


def vectors():
    yield from accepted()
    yield from rejected_values()
    yield from rejected_cohorts()
    yield from rejected_lists()
    yield from rejected_keys()
    yield from accepted_conditions()
    yield from rejected_districts()
    yield from rejected_reserves()
    yield from rejected_reach()
    yield from apportioned()


def accepted():
    yield good("unchanged", "The sample's canonical form is read as it is.")
    yield good("between-cohorts", "A cohort's two ranges may have another cohort between them.",
               put(["cohorts", 0, "born"], born(("1943-09-01", "1953-08-31"), ("1963-09-01", "1973-08-31"))))
    yield good("leap-day", "One cohort ends on a leap day, the other begins on the day after.",
               put(["cohorts", 1, "born"], born(("1953-09-01", "1964-02-29"))),
               put(["cohorts", 0, "born"], born(("1964-03-01", "1973-08-31"))))
    yield good("born-one-day", "A range of a single day.", put(["cohorts", 1, "born"], born(("1963-08-31", "1963-08-31"))))
    yield good("one-tier", "Two cohorts in one tier.", put(["cohorts", 0, "tier"], 1), put(UNPLACED, [7]))
    yield good("window-of-a-second", "Open for a second; an hour for objections.",
               put(["window"], {"opens_at_unix_s": ENDS - 3601, "closes_at_unix_s": ENDS - 3600, "objection_ends_at_unix_s": ENDS}))
    yield good("round-a-second-late", "The period ends a second after a round: the next round counts.", *ended(ENDS + 1))
    yield good("round-one", "The period ends before the chain begins.", put(["window"],
               {"opens_at_unix_s": 1, "closes_at_unix_s": 2, "objection_ends_at_unix_s": 3602}), put(["beacon", "round"], 1))
    yield good("largest-costs", "Costs at their largest, all choices but the first alike.",
               put(RANKS, [0] + [1_000_000] * 4), put(UNPLACED, [1_000_000, 1_000_000]))
    yield good("free", "All costs zero: only the lottery decides.", put(RANKS, [0] * 5), put(UNPLACED, [0, 0]))
    yield good("64-choices", "The longest list.", put(["max_choices"], 64), put(RANKS, list(range(64))))
    yield good("largest-capacity", "A million seats.", put(["sessions", 0, "capacity"], 1_000_000))
    yield good("poles", "The ends of the globe.", put(["sites", 0, "latitude_microdeg"], -90_000_000),
               put(["sites", 0, "longitude_microdeg"], 180_000_000))
    yield good("site-without-sessions", "The sessions of a site in the middle are gone.", put(["sessions"],
               [session for session in SAMPLE["sessions"] if session["site"] != "c002"]))
    yield good("longest-identifier", "32 characters, ending in a hyphen.", put(["sessions", 0, "id"], "0" * 31 + "-"))
    yield good("title-of-a-byte-order-mark", "U+FEFF is no white space, though some readers take it for that.", put(["title", "en"], "\ufeff"))
    yield good("one-witness", "One witness, who is not faulty.", witnesses(1, 1, 0))
    yield good("quorum-with-a-fault", "Three of four tolerate one that is faulty: 6 > 5.", witnesses(4, 3, 1))
    binding = Key("draws.example/sample", 2).public
    yield good("binding", "No rehearsal: the origin has no such ending.", put(["rehearsal"], False),
               put(["log"], {"origin": "draws.example/sample", "key": binding}))


def rejected_values():
    value = "R-PROGRAMME-VALUE"
    yield bad("field-missing", "A field that is null may not be left out.", "R-JSON-FIELDS", None, drop(["refill"]))
    yield bad("field-unknown", "A field that nobody defined.", "R-JSON-FIELDS", None, put(["motto"], "luck"))
    yield bad("mechanism-unknown", "There is no such mechanism.", "R-JSON-FIELDS", None, put(["mechanism", "name"], "random"))
    yield bad("format-of-version-1", "Another version.", "R-JSON-FIELDS", "format", put(["format"], "jebi/v1/programme"))
    yield bad("day-unknown", "1963 had no leap day.", "R-JSON-FIELDS", None, put(["cohorts", 1, "born", 0, "to"], "1963-02-29"))
    yield bad("day-short", "A day without its zeros.", "R-JSON-FIELDS", None, put(["cohorts", 1, "born", 0, "to"], "1963-8-31"))
    yield bad("title-empty", "No title in English.", value, "title.en", put(["title", "en"], ""))
    yield bad("title-wide-space", "A title of an ideographic space, U+3000.", value, "title.ko", put(["title", "ko"], "\u3000"))
    yield bad("title-blank", "A cohort's title of one space.", value, "cohorts[0].title.ko", put(["cohorts", 0, "title", "ko"], " "))
    yield bad("name-in-two-lines", "A line feed in a site's name.", value, "sites[1].name", put(["sites", 1, "name"], "D동\n2층"))
    yield bad("time-zone-spelling", "A space in the time zone's name.", value, "time_zone", put(["time_zone"], "Asia/ Seoul"))
    yield bad("time-zone-offset", "An offset is not a zone's name.", value, "time_zone", put(["time_zone"], "+09:00"))
    yield bad("no-choices", "Lists without a choice.", value, "max_choices", put(["max_choices"], 0), put(RANKS, []))
    yield bad("65-choices", "Lists longer than the longest.", value, "max_choices", put(["max_choices"], 65),
              put(RANKS, list(range(65))))
    yield bad("latitude-beyond", "One microdegree beyond the pole.", value, "sites[2].latitude_microdeg",
              put(["sites", 2, "latitude_microdeg"], 90_000_001))
    yield bad("longitude-beyond", "One microdegree too far west.", value, "sites[0].longitude_microdeg",
              put(["sites", 0, "longitude_microdeg"], -180_000_001))
    yield bad("no-sessions", "Nothing to draw for.", value, "sessions", put(["sessions"], []))
    yield bad("no-operators", "Nobody could sign the programme.", value, "operators", put(["operators"], []))

    window = "R-PROGRAMME-WINDOW"
    yield bad("window-empty", "It closes in the second it opens.", window, "window.closes_at_unix_s",
              put(["window", "opens_at_unix_s"], CLOSES))
    yield bad("window-backwards", "It opens after it closes.", window, "window.closes_at_unix_s",
              put(["window", "opens_at_unix_s"], CLOSES + 1))
    yield bad("no-objections", "The objection period ends as the window closes.", window, "window.objection_ends_at_unix_s",
              *ended(CLOSES))
    yield bad("objections-short", "A second less than an hour for objections.", window, "window.objection_ends_at_unix_s",
              *ended(CLOSES + 3599))
    yield bad("beacon-chain", "drand's default chain instead of quicknet.", "R-BEACON-CHAIN", "beacon.chain_hash",
              put(["beacon", "chain_hash"], "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"))
    late = "R-BEACON-ROUND", "beacon.round"
    yield bad("round-before", "The round before the end of the objection period.", *late, put(["beacon", "round"], 999))
    yield bad("round-after", "A round later than the first.", *late, put(["beacon", "round"], 1001))
    yield bad("round-a-second-early", "The round's time is a second before the end.", *late,
              put(["window", "objection_ends_at_unix_s"], ENDS + 1))

    cost = "R-PROGRAMME-COSTS"
    yield bad("costs-too-few", "Five choices, four costs.", cost, RANKS_AT, put(RANKS, [0, 1, 2, 4]))
    yield bad("costs-too-many", "Five choices, six costs.", cost, RANKS_AT, put(RANKS, [0, 1, 2, 4, 8, 16]))
    yield bad("costs-from-one", "The first choice costs something.", cost, RANKS_AT, put(RANKS, [1, 1, 2, 4, 8]))
    yield bad("costs-falling", "The third choice costs less than the second.", cost, RANKS_AT, put(RANKS, [0, 2, 1, 4, 8]))
    yield bad("cost-too-large", "One more than a million.", cost, RANKS_AT, put(RANKS, [0, 1, 2, 4, 1_000_001]))
    yield bad("unplaced-too-few", "Two tiers, one cost.", cost, UNPLACED_AT, put(UNPLACED, [64]))
    yield bad("unplaced-too-large", "One more than a million.", cost, UNPLACED_AT, put(UNPLACED, [64, 1_000_001]))
    yield bad("serial-with-costs", "The serial lottery has no use for costs.", cost, RANKS_AT,
              put(["mechanism"], mechanism("serial", rank_costs=[0, 1, 2, 4, 8])))
    yield bad("priority-with-unplaced", "Nobody weighs the unplaced under priority.", cost, UNPLACED_AT,
              put(["mechanism", "name"], "priority"))
    yield bad("priority-without-costs", "Priority needs costs of ranks.", cost, RANKS_AT,
              put(["mechanism"], mechanism("priority")))


RANKS_AT, UNPLACED_AT = "mechanism.rank_costs", "mechanism.unplaced_costs"


def rejected_cohorts():
    cohorts = "R-PROGRAMME-COHORTS"
    younger, older = ["cohorts", 0, "born"], ["cohorts", 1, "born"]
    yield bad("overlap-of-one-day", "Who was born on 1963-09-01 is in both cohorts.", cohorts, "cohorts[0].born",
              put(older, born(("1953-09-01", "1963-09-01"))))
    yield bad("gap-of-one-day", "Who was born on 1963-08-31 is in no cohort.", cohorts, "cohorts[0].born",
              put(older, born(("1953-09-01", "1963-08-30"))))
    yield bad("gap-on-a-leap-day", "Who was born on 29 February 1964 is in no cohort.", cohorts, "cohorts[0].born",
              put(older, born(("1953-09-01", "1964-02-28"))), put(younger, born(("1964-03-01", "1973-08-31"))))
    yield bad("gap-within-a-cohort", "Its two ranges leave out a day that no other cohort has.", cohorts, "cohorts[1].born",
              put(older, born(("1953-09-01", "1960-01-01"), ("1960-01-03", "1963-08-31"))))
    yield bad("overlap-within-a-cohort", "Its two ranges share a day.", cohorts, "cohorts[1].born",
              put(older, born(("1953-09-01", "1960-01-01"), ("1960-01-01", "1963-08-31"))))
    yield bad("overlap-inside", "One cohort lies within the other.", cohorts, "cohorts[1].born",
              put(older, born(("1965-01-01", "1965-12-31"))))
    yield bad("born-backwards", "The range ends before it begins.", cohorts, "cohorts[1].born",
              put(older, born(("1963-08-31", "1953-09-01"))))
    yield bad("born-unsorted", "The later range stands first.", cohorts, "cohorts[1].born",
              put(older, born(("1960-01-01", "1963-08-31"), ("1953-09-01", "1959-12-31"))))
    yield bad("nobody-born", "A cohort without birth dates.", cohorts, "cohorts[1].born", put(older, []))
    yield bad("tier-missing", "Tiers 1 and 3, but no 2.", cohorts, "cohorts", put(["cohorts", 0, "tier"], 3), put(UNPLACED, [3, 2, 1]))
    yield bad("tier-zero", "Tiers count from 1.", cohorts, "cohorts[1].tier", put(["cohorts", 1, "tier"], 0),
              put(["cohorts", 0, "tier"], 1), put(UNPLACED, [1]))
    yield bad("lots-zero", "Nobody has no lot.", cohorts, "cohorts[0].lots", put(["cohorts", 0, "lots"], 0))
    yield bad("lots-nine", "More lots than the format allows.", cohorts, "cohorts[0].lots", put(["cohorts", 0, "lots"], 9))

    missing = "R-PROGRAMME-NOT-BUILT"
    yield bad("cohort-with-attributes", "A cohort for carers.", missing, "cohorts[1].attributes",
              put(["cohorts", 1, "attributes"], ["carer"]))
    yield bad("refill", "Seats that were given back.", missing, "refill", put(["refill"], {}))
    yield bad("disclosure", "Entries that only auditors see.", missing, "disclosure", put(["disclosure"], "sealed"))
    yield bad("supersedes", "A programme that replaces another.", missing, "supersedes", put(["supersedes"], "0" * 64))


def rejected_lists():
    ids = "R-PROGRAMME-ID"
    for fault, comment, text in [
        ("empty", "No identifier.", ""),
        ("capital", "A capital letter.", "C001-1"),
        ("hyphen-first", "A hyphen at the beginning.", "-c001"),
        ("underscore", "An underscore.", "c001_1"),
        ("33-characters", "One character too many.", "0" * 33),
        ("hangul", "A letter outside ASCII.", "종로-1"),
    ]:
        yield bad(f"id-{fault}", comment, ids, "sessions[0].id", put(["sessions", 0, "id"], text))
    yield bad("id-twice", "Two sessions of one identifier.", ids, "sessions[7].id", put(["sessions", 7, "id"], "c001-1"))
    yield bad("cohort-twice", "Two cohorts of one identifier.", ids, "cohorts[1].id", put(["cohorts", 1, "id"], "50-59"))
    again = SAMPLE["districts"] + [SAMPLE["districts"][0]]
    yield bad("district-twice", "Two districts of one code.", ids, "districts[2].code", put(["districts"], again))
    sites = SAMPLE["sites"] + [SAMPLE["sites"][1]]
    yield bad("site-twice", "Two sites of one identifier.", ids, "sites[3].id", put(["sites"], sites))

    unknown = "R-PROGRAMME-REFERENCE"
    yield bad("district-unknown", "A site in a district that is not listed.", unknown, "sites[0].district",
              put(["sites", 0, "district"], "11030"))
    yield bad("site-unknown", "A session at a site that is not listed.", unknown, "sessions[7].site",
              put(["sessions", 7, "site"], "c004"))
    yield bad("sessions-unsorted", "A session of the first site after those of the second.", "R-PROGRAMME-ORDER",
              "sessions[5].site", put(["sessions", 5, "site"], "c001"))
    for fault, comment, capacity in [("zero", "No seats.", 0), ("too-large", "One more than a million.", 1_000_001)]:
        yield bad(f"capacity-{fault}", comment, "R-PROGRAMME-CAPACITY", "sessions[3].capacity",
                  put(["sessions", 3, "capacity"], capacity))


def rejected_keys():
    key, mark, quorum = "R-PROGRAMME-KEY", "R-REHEARSAL-MARK", "R-PROGRAMME-QUORUM"
    yield bad("mark-missing", "A rehearsal whose origin does not say so.", mark, "log.origin",
              put(["log"], {"origin": "draws.example/sample", "key": Key("draws.example/sample", 2).public}))
    yield bad("mark-false", "A binding draw whose origin says that it is a rehearsal.", mark, "log.origin", put(["rehearsal"], False))
    good = SAMPLE["operators"][0]
    name, number, point = good.split("+", 2)
    yield bad("key-id-wrong", "The identifier is not the key's.", key, "operators[0]",
              put(["operators", 0], f"{name}+00000000+{point}"))
    yield bad("key-id-capital", "The identifier in capital digits.", key, "operators[0]",
              put(["operators", 0], f"{name}+{number.upper()}+{point}"))
    yield bad("key-cut", "The last characters are missing.", key, "operators[0]", put(["operators", 0], good[:-4]))
    weak = Key("operator.example/jebi", 1, material=b"\1\1" + bytes(31))
    yield bad("key-small-order", "The neutral element as a key: it signs everything.", key, "operators[0]",
              put(["operators", 0], weak.public))
    yield bad("log-name", "The log's key has another name than its origin.", key, "log.key",
              put(["log", "key"], Key("draws.example/other/rehearsal", 2).public))
    yield bad("witness-of-type-1", "A witness's key that signs notes.", key, "witnesses.keys[0]",
              put(["witnesses", "keys", 0], Key("w1.example", 4).public))
    yield bad("operator-of-type-4", "An operator's key that cosigns.", key, "operators[0]",
              put(["operators", 0], Key("operator.example/jebi", 1, 4).public))
    yield bad("receipts-key-of-operator", "One secret for receipts and for the operator.", key, "operators[0]",
              put(["receipts", "key"], Key("receipts.example/jebi", 1).public))
    yield bad("witness-twice", "A witness would count twice.", key, "witnesses.keys[2]", put(["witnesses", "keys", 2], KEYS[0]))
    yield bad("witness-of-two-names", "One secret under two names would count twice.", key, "witnesses.keys[2]",
              put(["witnesses", "keys", 2], Key("w3.example", 4, 4).public))
    yield bad("witness-of-two-keys", "One name with two keys would count twice.", key, "witnesses.keys[2]",
              put(["witnesses", "keys", 2], Key("w1.example", 6, 4).public))
    yield bad("quorum-of-half", "Two of four: two heads could each have a quorum.", quorum, "witnesses.quorum", witnesses(4, 2, 0))
    yield bad("quorum-with-a-fault", "Two of three do not tolerate a faulty one: 4 is not more than 4.", quorum,
              "witnesses.quorum", put(["witnesses", "faults"], 1))
    yield bad("quorum-beyond", "Four of three.", quorum, "witnesses.quorum", put(["witnesses", "quorum"], 4))
    yield bad("quorum-overflow", "Sums that do not fit 32 bits.", quorum, "witnesses.quorum",
              put(["witnesses", "faults"], 4294967295), put(["witnesses", "quorum"], 4294967295))


SECOND = {**SAMPLE["cohorts"][0], "id": "50-59-junggu", "districts": ["11020"]}
FIRST = {**SAMPLE["cohorts"][0], "districts": ["11010"]}
OLDER = SAMPLE["cohorts"][1]
BOTH = put(["reserves"], [reserve("older", ["60-69"]), reserve("jongno", districts=["11010"])])


def accepted_conditions():
    yield good("outsider-cost", "The largest cost of using another's reserve.", put(["mechanism", "outsider_cost"], 1_000_000))
    yield good("eight-lots", "As many lots as there can be.", put(["cohorts", 0, "lots"], 8))
    yield good("cohorts-of-districts", "The same birth dates in another cohort for each district.",
               put(["cohorts"], [FIRST, OLDER, SECOND]))
    yield good("district-without-cohort", "Nobody of the second district may take part.",
               put(["cohorts"], [FIRST, {**OLDER, "districts": ["11010"]}]))
    yield good("district-with-less", "In the second district the years end earlier than in the first.",
               put(["cohorts"], [FIRST, OLDER]))
    yield good("district-other-gap", "What is a gap in one district is where another cohort of the other one is.",
               put(["cohorts"], [{**FIRST, "born": born(("1963-09-01", "1973-08-31"))}, OLDER,
                                 {**SECOND, "born": born(("1963-09-01", "1968-12-31"), ("1969-01-01", "1970-01-01"))}]))
    yield good("reserves", "Seats for one cohort and for one district, in the programme's order.", BOTH,
               seats(0, ("older", 1), ("jongno", 1)), seats(4, ("jongno", 1)))
    yield good("reserve-for-all", "A reserve without conditions, that keeps every seat.", put(["reserves"], [reserve("all")]),
               seats(2, ("all", 3)))
    yield good("reserve-released", "A reserve that is opened to others.", put(["reserves"], [reserve("older", ["60-69"], release=True)]),
               seats(0, ("older", 2)))
    yield good("reserve-nobody", "A reserve for a district that its cohort does not admit: nobody's, and no fault.",
               put(["cohorts"], [FIRST, OLDER, SECOND]), put(["reserves"], [reserve("none", ["50-59"], ["11020"])]))
    yield good("reserve-serial", "Under the serial lottery seats can be kept, not released.", put(["mechanism"], mechanism("serial")),
               BOTH, seats(0, ("older", 1)))
    yield good("reach", "Rows of every kind, null first.",
               table((None, None, "c001"), (None, "11010", None), (None, "11020", "c002"), ("50-59", None, "c003"),
                     ("60-69", None, None), ("60-69", "11010", "c001"), ("60-69", "11020", None), ("60-69", "11020", "c002")))
    yield good("reach-of-all", "One row that fits everybody and every site.", table((None, None, None)))


def rejected_districts():
    cohorts, unknown = "R-PROGRAMME-COHORTS", "R-PROGRAMME-REFERENCE"
    cost = "R-PROGRAMME-COSTS", "mechanism.outsider_cost"
    yield bad("outsider-too-large", "One more than a million.", *cost, put(["mechanism", "outsider_cost"], 1_000_001))
    yield bad("outsider-under-priority", "Nobody weighs outsiders under priority.", *cost,
              put(["mechanism"], mechanism("priority", rank_costs=[0, 1, 2, 4, 8], outsider_cost=1)))
    yield bad("outsider-under-serial", "Nor under the serial lottery.", *cost, put(["mechanism"], mechanism("serial", outsider_cost=1)))
    yield bad("outsider-missing", "It is 0 where it is not needed, never left out.", "R-JSON-FIELDS", None, drop(["mechanism", "outsider_cost"]))
    at = "cohorts[2].born"
    yield bad("overlap-in-a-district", "In one of the two districts everybody under sixty is in two cohorts.", cohorts, at,
              put(["cohorts"], [SAMPLE["cohorts"][0], OLDER, SECOND]))
    late = {**SECOND, "born": born(("1963-09-02", "1973-08-31"))}
    yield bad("gap-in-a-district", "In one district nobody has a day that the other one has.", cohorts, at,
              put(["cohorts"], [FIRST, OLDER, late]))
    yield bad("gap-between-districts", "Cohorts of other districts do not close a gap.", cohorts, "cohorts[0].born",
              put(["cohorts"], [{**FIRST, "born": born(("1964-01-01", "1973-08-31"))}, OLDER,
                                {**SECOND, "born": born(("1963-09-01", "1963-12-31"))}]))
    yield bad("cohort-district-unknown", "A cohort of a district that is not listed.", unknown, "cohorts[0].districts",
              put(["cohorts", 0, "districts"], ["11010", "11030"]))
    yield bad("cohort-district-twice", "A cohort that names a district twice.", unknown, "cohorts[0].districts",
              put(["cohorts", 0, "districts"], ["11010", "11020", "11010"]))


def rejected_reserves():
    kept, unknown, ids = "R-PROGRAMME-RESERVES", "R-PROGRAMME-REFERENCE", "R-PROGRAMME-ID"
    yield bad("reserve-released-serial", "The serial lottery releases nothing.", kept, "reserves[0].release",
              put(["mechanism"], mechanism("serial")), put(["reserves"], [reserve("older", ["60-69"], release=True)]))
    yield bad("reserve-without-a-seat", "No seats are no reserve.", kept, "sessions[0].reserves[0]", BOTH, seats(0, ("older", 0)))
    yield bad("reserves-unsorted", "Another order than the programme's.", kept, "sessions[0].reserves[1]", BOTH,
              seats(0, ("jongno", 1), ("older", 1)))
    yield bad("reserve-of-a-session-twice", "One reserve twice.", kept, "sessions[0].reserves[1]", BOTH,
              seats(0, ("older", 1), ("older", 1)))
    yield bad("reserved-beyond", "One seat more than there are.", kept, "sessions[1].reserves", BOTH, seats(1, ("older", 1), ("jongno", 1)))
    yield bad("reserved-beyond-32-bits", "Seats whose sum does not fit 32 bits.", kept, "sessions[0].reserves", BOTH,
              seats(0, ("older", 4294967295), ("jongno", 2)))
    yield bad("reserve-twice", "Two reserves of one identifier.", ids, "reserves[1].id", put(["reserves"], [reserve("older"), reserve("older")]))
    yield bad("reserve-capital", "A capital letter.", ids, "reserves[0].id", put(["reserves"], [reserve("Older")]))
    yield bad("reserve-untitled", "A reserve without a name for people.", "R-PROGRAMME-VALUE", "reserves[0].title.ko",
              put(["reserves"], [reserve("older") | {"title": {"en": "Reserve", "ko": ""}}]))
    yield bad("reserve-cohort-unknown", "A reserve for a cohort that is not listed.", unknown, "reserves[0].cohorts",
              put(["reserves"], [reserve("older", ["70-79"])]))
    yield bad("reserve-cohort-twice", "A reserve that names a cohort twice.", unknown, "reserves[0].cohorts",
              put(["reserves"], [reserve("older", ["60-69", "60-69"])]))
    yield bad("reserve-district-unknown", "A reserve for a district that is not listed.", unknown, "reserves[1].districts",
              put(["reserves"], [reserve("older"), reserve("far", districts=["11030"])]))
    yield bad("reserve-unknown", "Seats for a reserve that is not listed.", unknown, "sessions[3].reserves[0]", BOTH,
              seats(3, ("young", 1)))
    yield bad("reserve-of-another-form", "Seats that name cohorts instead of a reserve.", "R-JSON-FIELDS", None,
              put(["sessions", 0, "reserves"], [{"cohorts": ["60-69"], "release": True, "seats": 1}]))
    yield bad("reserves-missing", "An empty list is written.", "R-JSON-FIELDS", None, drop(["reserves"]))


def rejected_reach():
    order, unknown, fields = "R-PROGRAMME-ORDER", "R-PROGRAMME-REFERENCE", "R-JSON-FIELDS"
    yield bad("reach-empty", "A table that allows nothing.", "R-PROGRAMME-VALUE", "reach.rows", table())
    yield bad("reach-twice", "The same row twice.", order, "reach.rows[1]", table((None, None, "c001"), (None, None, "c001")))
    yield bad("reach-null-last", "A row for any cohort after one of a cohort.", order, "reach.rows[1]",
              table(("50-59", None, "c001"), (None, None, "c001")))
    yield bad("reach-unsorted", "Rows go by place in the programme's lists, not by spelling.", order, "reach.rows[1]",
              put(["cohorts", 0, "id"], "z"), table(("60-69", None, None), ("z", None, None)))
    yield bad("reach-sites-unsorted", "The sites of a district in another order.", order, "reach.rows[2]",
              table((None, "11010", "c001"), (None, "11010", "c003"), (None, "11010", "c002")))
    for what, row in [("cohort", ("70-79", None, None)), ("district", (None, "11030", None)), ("site", (None, None, "c004"))]:
        yield bad(f"reach-{what}-unknown", f"A {what} that is not listed.", unknown, f"reach.rows[1].{what}", table((None, None, "c001"), row))
    yield bad("reach-rule-unknown", "There is no such rule.", fields, None, put(["reach"], {"rule": "own-district"}))
    yield bad("reach-anywhere-with-rows", "Rows where none are asked for.", fields, None, put(["reach"], {"rule": "anywhere", "rows": []}))
    yield bad("reach-without-rows", "A table without its rows.", fields, None, put(["reach"], {"rule": "table"}))
    yield bad("reach-row-short", "A row that leaves out what it does not ask for.", fields, None,
              put(["reach"], {"rule": "table", "rows": [{"site": "c001"}]}))


def bound(group, seats, site=None):
    return {"group": group, "site": site, "seats": seats}


def apportionment(groups, permille=500, floors=(), ceilings=()):
    return put(["apportionment"], {"groups": groups, "reserved_permille": permille, "floors": list(floors), "ceilings": list(ceilings)})


def apportioned():
    """§18.1."""
    young, old = (cohort["id"] for cohort in SAMPLE["cohorts"][:2])
    codes = [district["code"] for district in SAMPLE["districts"]]
    sites = [site["id"] for site in SAMPLE["sites"]]
    by_district = put(["reserves"], [reserve("a", districts=[codes[0]]), reserve("b", [old], [codes[1]], release=True)])
    yield good("apportionment", "Two groups share half of every site.", by_district, apportionment(["a", "b"]))
    yield good("apportionment-of-nothing", "No seat of any site.", by_district, apportionment(["b"], 0))
    yield good("apportionment-bounds", "Floors and ceilings, of all sites first.", by_district,
               apportionment(["a", "b"], 1000, [bound("a", 2), bound("a", 1, sites[0]), bound("b", 1, sites[1])],
                             [bound("a", 2**40), bound("b", 0, sites[0])]))
    yield good("apportionment-beside-reserves", "A reserve with seats of its own, and a group.", by_district, seats(1, ("a", 1)),
               apportionment(["b"]))
    some = table((None, codes[0], None), (None, codes[1], sites[0]))
    yield good("apportionment-reach", "A floor at the only site that a group reaches.", by_district, some,
               apportionment(["b"], 500, [bound("b", 1, sites[0])]))
    both = put(["reserves"], [reserve("a", districts=[codes[0]]), reserve("b", [old])])
    cohorts = put(["cohorts"], [SAMPLE["cohorts"][0], {**OLDER, "districts": [codes[1]]}])
    yield good("apportionment-admitted-apart", "Two groups that share only people whom no cohort admits.", both, cohorts, apportionment(["a", "b"]))

    rule, groups = "R-PROGRAMME-APPORTIONMENT", "apportionment.groups"
    yield bad("apportionment-without-groups", "Nobody gets anything.", rule, groups, by_district, apportionment([]))
    yield bad("apportionment-unsorted", "The second reserve first.", rule, f"{groups}[1]", by_district, apportionment(["b", "a"]))
    yield bad("apportionment-group-twice", "A group twice.", rule, f"{groups}[1]", by_district, apportionment(["a", "a"]))
    yield bad("apportionment-with-seats", "A group with a seat of its own.", rule, f"{groups}[0]", by_district, seats(1, ("a", 1)),
              apportionment(["a", "b"]))
    yield bad("apportionment-overlap", "Older people of a district are in two groups.", rule, f"{groups}[1]", both, apportionment(["a", "b"]))
    nobody = put(["cohorts"], [{**SAMPLE["cohorts"][0]}, {**OLDER, "districts": [codes[0]]}])
    yield bad("apportionment-of-nobody", "A group whom no cohort admits.", rule, f"{groups}[1]", by_district, nobody, apportionment(["a", "b"]))
    yield bad("apportionment-permille", "More than all seats.", rule, "apportionment.reserved_permille", by_district, apportionment(["a"], 1001))
    for kind, values in [("floors", (1, 2)), ("ceilings", (0, 1))]:
        given = lambda *bounds: apportionment(["a", "b"], 500, **{kind: bounds})
        low, high = values
        place = f"apportionment.{kind}"
        yield bad(f"apportionment-{kind}-of-none", "A bound of what is no group.", rule, f"{place}[0].group", by_district,
                  apportionment(["a"], 500, **{kind: [bound("b", high)]}))
        yield bad(f"apportionment-{kind}-unsorted", "A site before all sites.", rule, f"{place}[1]", by_district,
                  given(bound("a", low, sites[0]), bound("a", high)))
        yield bad(f"apportionment-{kind}-by-group", "The second group first.", rule, f"{place}[1]", by_district,
                  given(bound("b", high), bound("a", high)))
        yield bad(f"apportionment-{kind}-twice", "A site twice.", rule, f"{place}[1]", by_district,
                  given(bound("a", low, sites[1]), bound("a", high, sites[1])))
        yield bad(f"apportionment-{kind}-huge", "More seats than any draw has.", rule, f"{place}[0].seats", by_district,
                  given(bound("a", 2**40 + 1)))
        yield bad(f"apportionment-{kind}-out-of-reach", "A site that not all of the group reach.", rule, f"{place}[0].site", by_district, some,
                  given(bound("b", high, sites[1])))
        yield bad(f"apportionment-{kind}-site-unknown", "A site that is not listed.", "R-PROGRAMME-REFERENCE", f"{place}[0].site", by_district,
                  given(bound("a", high, "c999")))
    yield bad("apportionment-floor-of-nothing", "A floor without a seat.", rule, "apportionment.floors[0].seats", by_district,
              apportionment(["a"], 500, [bound("a", 0)]))
    yield bad("apportionment-group-unknown", "A group that is no reserve.", "R-PROGRAMME-REFERENCE", f"{groups}[0]", by_district, apportionment(["c"]))
    yield bad("apportionment-field-missing", "No word of ceilings.", "R-JSON-FIELDS", None, by_district,
              put(["apportionment"], {"groups": ["a"], "reserved_permille": 1, "floors": []}))
