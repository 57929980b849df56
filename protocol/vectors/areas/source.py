"""Programmes from source files, each the sample with some text changed: §3.3."""

import unicodedata

from reference import FILES, REACH, RESERVES, canonical, compile, first_round, programme_hash, sample

from .vector import accept, reject

TOML, DISTRICTS, SITES, SESSIONS = FILES


def put(file, replace, text):
    assert sample()[file].count(replace) == 1, (file, replace)
    return {"file": file, "replace": replace, "with": text}


def everywhere(file, replace, text):
    return {"file": file, "replace_all": replace, "with": text}


def append(file, text):
    return {"file": file, "append": text}


def changed(changes):
    files = sample()
    for change in changes:
        text = files.get(change["file"], "")
        old = change.get("replace") or change.get("replace_all")
        files[change["file"]] = text.replace(old, change["with"]) if old else text + change["append"]
    return compile(files)


def same(fault, comment, *changes):
    """Another spelling of the sample."""
    assert changed(changes) == compile(sample()), fault
    return good(fault, comment, *changes)


def good(fault, comment, *changes):
    expect = {"hash": programme_hash(changed(changes))}
    return accept("programme", f"source-{fault}", comment, {"files": list(changes)}, expect)


def bad(fault, comment, at, *changes, label="R-PROGRAMME-SOURCE"):
    return reject("programme", f"source-{fault}", comment, {"files": list(changes)}, label, at)


def line(file, text):
    """Where a text of the sample stands."""
    before = sample()[file].split(text)[0]
    return f"{file}:{before.count(chr(10)) + 1}"


def vectors():
    yield from accepted()
    yield from rejected_toml()
    yield from rejected_tables()
    yield from rejected_conditions()
    yield from rejected_rules()


def accepted():
    fields = compile(sample())
    expect = {"canonical": canonical(fields).decode(), "hash": programme_hash(fields), "round": 1000}
    yield accept("programme", "source-sample", "The sample, and its canonical form in full.", {"files": []}, expect)
    nfd = {text: unicodedata.normalize("NFD", text) for text in ("종로구민회관", "견본 추첨", "종로구,")}
    yield same("nfd", "Hangul in conjoining letters, as some file systems and editors write it.",
               put(SITES, "종로구민회관", nfd["종로구민회관"]), put(TOML, "견본 추첨", nfd["견본 추첨"]),
               put(DISTRICTS, "종로구,", nfd["종로구,"]))
    yield same("offsets", "The same instants with other offsets.",
               put(TOML, "2023-08-07T09:00:00+09:00", "2023-08-07T00:00:00Z"),
               put(TOML, "2023-08-24T00:59:24+09:00", "2023-08-23T11:29:24-04:30"),
               put(SESSIONS, "c001-1,c001,2023-09-04T09:00:00+09:00", "c001-1,c001,2023-09-04T00:00:00Z"))
    yield same("crlf", "Line endings of another system in all files.", *(everywhere(file, "\n", "\r\n") for file in FILES))
    yield same("byte-order-mark", "A byte order mark, as spreadsheets write it.",
               put(SITES, "id,name", "\ufeffid,name"), put(DISTRICTS, "code,", "\ufeffcode,"))
    yield same("no-last-newline", "The last line does not end.", put(DISTRICTS, "Jung-gu\n", "Jung-gu"))
    yield same("blank-lines", "Blank lines in a table.", put(DISTRICTS, "Jongno-gu\n", "Jongno-gu\n\n"), append(SITES, "\n\n"))
    yield same("quoted", "Quotation marks where none are needed.", put(SITES, "종로구민회관", '"종로구민회관"'),
               put(SITES, "127.014445", '"127.014445"'))
    yield same("coordinates-padded", "Zeros at the end of a coordinate.",
               put(SITES, "37.566055,127.0145", "37.566055,127.014500"))
    yield same("key-order", "A cohort's keys in another order.",
               put(TOML, 'id = "50-59"\n', ""), put(TOML, "tier = 2\n", 'tier = 2\nid = "50-59"\n'))
    yield same("defaults-written", "What may be left out is written.",
               put(TOML, "tier = 2\n", "tier = 2\nlots = 1\ndistricts = []\nattributes = []\n"),
               put(TOML, "max_choices = 5\n", 'max_choices = 5\nreserves = []\ndisclosure = "open"\nreach = { rule = "anywhere" }\n'),
               put(TOML, "unplaced_costs = [64, 32]\n", "unplaced_costs = [64, 32]\noutsider_cost = 0\n"),
               append(RESERVES, "session,reserve,seats\n"))
    yield from accepted_conditions()
    yield good("coordinates", "Degrees without decimals, few decimals, the south and the west.",
               put(SITES, "37.573459,127.014445", "-33.9,-70"), put(SITES, "37.567817,127.004501", "0,-0.000001"))
    yield good("comma-in-a-name", "A name with a comma and quotation marks.", put(SITES, "충무스포츠센터", '"충무 ""A"", 2층"'))
    yield good("serial", "A mechanism without costs.", put(TOML, 'name = "optimal"', 'name = "serial"'),
               put(TOML, "rank_costs = [0, 1, 2, 4, 8]\n", ""), put(TOML, "unplaced_costs = [64, 32]\n", ""))
    yield good("priority", "A mechanism with costs of ranks only.", put(TOML, 'name = "optimal"', 'name = "priority"'),
               put(TOML, "unplaced_costs = [64, 32]\n", ""))
    assert first_round(1692806364) == 1000 and first_round(1692806365) == 1001
    yield good("round-a-second-late", "The round is computed from the end of the objection period.",
               put(TOML, "2023-08-24T00:59:24+09:00", "2023-08-24T00:59:25+09:00"))


# Two reserves, one released.
KEPT = """
[[reserves]]
id = "older"
title = { en = "For the older", ko = "고령자용" }
cohorts = ["60-69"]
release = true

[[reserves]]
id = "jongno"
title = { en = "For Jongno-gu", ko = "종로구용" }
districts = ["11010"]
release = false
"""
SEATS = "session,reserve,seats\n"
ROWS = "cohort,district,site\n"


def accepted_conditions():
    yield good("outsider-cost", "What it costs to use another's released reserve.",
               put(TOML, "[64, 32]\n", "[64, 32]\noutsider_cost = 3\n"))
    yield good("lots", "A cohort of eight lots.", put(TOML, "tier = 1\n", "tier = 1\nlots = 8\n"))
    yield good("cohort-of-a-district", "A cohort for residents of one district.",
               put(TOML, "tier = 2\n", 'tier = 2\ndistricts = ["11020"]\n'))
    yield good("reserves-without-seats", "Reserves of which no session has any.", append(TOML, KEPT))
    seats = ["c001-2,jongno,1", "c001-1,jongno,1", "c003-2,older,1", "c001-1,older,1", "c002-1,older,1"]
    given = good("reserves", "Lines in any order: each session's reserves go by the programme's list, some leave no open seat.",
                 append(TOML, KEPT), append(RESERVES, SEATS + "\n".join(seats) + "\n"))
    yield given
    again = good("reserves-sorted", "The same seats in order.", append(TOML, KEPT),
                 append(RESERVES, SEATS + "".join(f"{seats[place]}\n" for place in (3, 1, 0, 4, 2))))
    assert again[2]["expect"] == given[2]["expect"]
    yield again
    rows = [",11020,c002", "50-59,,c003", ",,c001", "60-69,11010,", ",11010,c003", "60-69,11020,"]
    given = good("reach", "Lines in any order, an empty cell for any; the rows go by cohort, district and site.",
                 append(REACH, ROWS + "\n".join(rows)))
    yield given
    again = good("reach-said", "The rule that a table implies, and the lines in order.", append(REACH, ROWS + "\n".join(sorted(rows))),
                 put(TOML, "max_choices = 5\n", 'max_choices = 5\nreach = { rule = "table" }\n'))
    assert again[2]["expect"] == given[2]["expect"]
    yield again


def rejected_toml():
    opens = line(TOML, "opens_at")
    time = "2023-08-07T09:00:00+09:00"
    for fault, comment, text in [
        ("local-time", "No offset: nobody knows which nine o'clock it is.", "2023-08-07T09:00:00"),
        ("fraction", "A fraction of a second.", "2023-08-07T09:00:00.0+09:00"),
        ("no-seconds", "TOML 1.0 has no time without seconds.", "2023-08-07T09:00+09:00"),
        ("leap-second", "A second that Unix time does not have.", "2016-12-31T23:59:60Z"),
        ("only-a-day", "A day where a time must be.", "2023-08-07"),
        ("quoted-time", "A text where a time must be.", f'"{time}"'),
        ("before-1970", "A time before all others.", "1969-12-31T23:59:59Z"),
    ]:
        yield bad(fault, comment, opens, put(TOML, time, text))
    lead = line(TOML, "title")
    yield bad("syntax", "A quotation mark is missing.", lead, put(TOML, '"견본 추첨"', '견본 추첨"'))
    yield bad("key-twice", "Two maxima.", f"{TOML}:9", put(TOML, "max_choices = 5\n", "max_choices = 5\nmax_choices = 6\n"))
    yield bad("key-unknown", "A misspelled key.", line(TOML, "tier = 2"), put(TOML, "tier = 2\n", "teir = 1\ntier = 2\n"))
    yield bad("key-missing", "A cohort without a tier.", line(TOML, '[[cohorts]]\nid = "50-59"'), put(TOML, "tier = 2\n", ""))
    yield bad("format-missing", "Without its format a file may be of any version.", f"{TOML}:1",
              put(TOML, 'format = "jebi/v0/programme"\n', ""))
    yield bad("mechanism-missing", "The mechanism's name is never left out.", line(TOML, "[mechanism]"), put(TOML, 'name = "optimal"\n', ""))
    yield bad("mechanism-unknown", "There is no such mechanism.", line(TOML, 'name = "optimal"'), put(TOML, '"optimal"', '"best"'))
    yield bad("round-written", "The round is computed, never written.", f"{TOML}:19", put(TOML, "[mechanism]", "round = 1000\n\n[mechanism]"))
    yield bad("text-for-number", "A number in quotation marks.", line(TOML, "max_choices"), put(TOML, "max_choices = 5", 'max_choices = "5"'))
    yield bad("float-for-number", "A number with a decimal point.", line(TOML, "max_choices"), put(TOML, "max_choices = 5", "max_choices = 5.0"))
    yield bad("number-too-large", "A number beyond its field.", line(TOML, "max_choices"), put(TOML, "max_choices = 5", "max_choices = 261"))
    yield bad("number-negative", "A number below its field.", line(TOML, "quorum"), put(TOML, "quorum = 2", "quorum = -2"))
    yield bad("born-as-text", "A birth date in quotation marks.", line(TOML, "born = [{ from = 1963"), put(TOML, "from = 1963-09-01", 'from = "1963-09-01"'))
    yield bad("born-with-time", "A birth date with a time.", line(TOML, "born = [{ from = 1963"), put(TOML, "from = 1963-09-01", "from = 1963-09-01T00:00:00"))
    yield bad("no-leap-day", "1963 had no 29 February.", line(TOML, "born = [{ from = 1963"), put(TOML, "from = 1963-09-01", "from = 1963-02-29"))
    yield bad("zone-unknown", "A time zone that does not exist.", line(TOML, "time_zone"), put(TOML, "Asia/Seoul", "Asia/Hanyang"))
    yield bad("zone-lower-case", "A time zone in another spelling.", line(TOML, "time_zone"), put(TOML, "Asia/Seoul", "asia/seoul"))
    yield bad("line-feed-in-a-title", "A title in two lines.", line(TOML, "title"), put(TOML, '"Sample draw"', '"Sample\\ndraw"'))


def rejected_tables():
    yield bad("header-twice", "A column that is there twice.", f"{SITES}:1", put(SITES, "latitude,longitude", "latitude,latitude"))
    yield bad("header-order", "Columns in another order.", f"{SITES}:1", put(SITES, "latitude,longitude", "longitude,latitude"))
    yield bad("header-missing", "No header.", f"{DISTRICTS}:1", put(DISTRICTS, "code,name_ko,name_en\n", ""))
    yield bad("header-space", "A space after a comma.", f"{DISTRICTS}:1", put(DISTRICTS, "code,name_ko", "code, name_ko"))
    yield bad("cell-missing", "Four cells under five columns.", f"{SITES}:3", put(SITES, ",11020,37.567817", ",37.567817"))
    yield bad("cell-too-many", "A comma in a name without quotation marks.", f"{SITES}:3", put(SITES, "D동", "D동, 2층"))
    yield bad("semicolons", "Another separator.", f"{DISTRICTS}:1", everywhere(DISTRICTS, ",", ";"))
    yield bad("quotation-within", "A quotation mark within a cell that has none around it.", f"{SITES}:3", put(SITES, "D동", 'D"동'))
    yield bad("quotation-open", "A quotation mark that is not closed.", f"{SITES}:4", put(SITES, "충무스포츠센터", '"충무스포츠센터'))
    yield bad("quotation-and-more", "Text after a closed quotation mark.", f"{SITES}:4", put(SITES, "충무스포츠센터", '"충무"스포츠센터'))
    yield bad("line-break-in-a-cell", "A cell in two lines.", f"{SITES}:4", put(SITES, "충무스포츠센터", '"충무\n스포츠센터"'))
    yield bad("carriage-return-alone", "A line ending of a system long gone.", f"{SITES}:2", put(SITES, "127.014445\n", "127.014445\r"))
    yield bad("tab", "A tab within a name.", f"{SITES}:3", put(SITES, " D동", "\tD동"))
    for fault, comment, text in [
        ("seven-decimals", "Finer than a microdegree.", "37.5734591"),
        ("comma-decimals", "A decimal comma in quotation marks.", '"37,573459"'),
        ("no-decimals", "A point without decimals.", "37."),
        ("no-degrees", "Decimals without degrees.", ".573459"),
        ("plus", "A plus sign.", "+37.573459"),
        ("exponent", "An exponent.", "3.7e1"),
        ("beyond-the-pole", "North of the pole.", "90.000001"),
        ("latitude-empty", "No latitude.", ""),
        ("huge-latitude", "More digits than any integer holds.", "9" * 40),
    ]:
        yield bad(fault, comment, f"{SITES}:2", put(SITES, "37.573459", text))
    yield bad("longitude-beyond", "East of the date line.", f"{SITES}:2", put(SITES, "127.014445", "180.000001"))
    for fault, comment, text in [
        ("capacity-decimal", "As a spreadsheet shows it.", "3.0"),
        ("capacity-zeros", "A leading zero.", "03"),
        ("capacity-sign", "A sign.", "+3"),
        ("capacity-space", "A space.", " 3"),
        ("capacity-huge", "More than 32 bits.", "4294967296"),
        ("capacity-full-width", "A full-width digit.", "\uff13"),
    ]:
        yield bad(fault, comment, f"{SESSIONS}:4", put(SESSIONS, "11:00:00+09:00,3", f"11:00:00+09:00,{text}"))
    for fault, comment, text in [
        ("starts-local", "No offset.", "2023-09-06T11:00:00"),
        ("starts-with-fraction", "A fraction of a second.", "2023-09-06T11:00:00.5+09:00"),
        ("starts-on-no-day", "September has 30 days.", "2023-09-31T11:00:00+09:00"),
        ("starts-at-24", "An hour that does not exist.", "2023-09-06T24:00:00+09:00"),
        ("starts-in-words", "No date at all.", "tomorrow"),
    ]:
        yield bad(fault, comment, f"{SESSIONS}:4", put(SESSIONS, "2023-09-06T11:00:00+09:00,3", f"{text},3"))


def rejected_conditions():
    reach = put(TOML, "max_choices = 5\n", 'max_choices = 5\nreach = { rule = "table" }\n')
    yield bad("reach-without-table", "A table that is not there.", f"{TOML}:9", reach)
    yield bad("reach-contradiction", "A table beside the rule that needs none.", f"{TOML}:9", append(REACH, ROWS + ",,c001\n"),
              put(TOML, "max_choices = 5\n", 'max_choices = 5\nreach = { rule = "anywhere" }\n'))
    yield bad("reach-rule-unknown", "There is no such rule.", f"{TOML}:9",
              put(TOML, "max_choices = 5\n", 'max_choices = 5\nreach = { rule = "own-district" }\n'))
    yield bad("reach-header", "Columns in another order.", f"{REACH}:1", append(REACH, "district,cohort,site\n,,c001\n"))
    yield bad("reserve-release-missing", "Whether seats are released is never left out.", f"{TOML}:{sample()[TOML].count(chr(10)) + 2}",
              append(TOML, KEPT.replace("release = true\n", "")))
    yield bad("reserve-seats-decimal", "Half a seat.", f"{RESERVES}:2", append(TOML, KEPT), append(RESERVES, SEATS + "c001-1,older,0.5\n"))
    unknown, kept = "R-PROGRAMME-REFERENCE", "R-PROGRAMME-RESERVES"
    yield bad("reserve-session-unknown", "Seats of a session that is not listed.", f"{RESERVES}:3", append(TOML, KEPT),
              append(RESERVES, SEATS + "c001-1,older,1\nc009-1,older,1\n"), label=unknown)
    yield bad("reserve-unknown", "Seats for a reserve that is not listed.", f"{RESERVES}:2", append(TOML, KEPT),
              append(RESERVES, SEATS + "c001-1,young,1\nc001-1,older,1\n"), label=unknown)
    yield bad("reserve-twice", "A session's seats for one reserve in two lines.", f"{RESERVES}:4", append(TOML, KEPT),
              append(RESERVES, SEATS + "c003-2,older,1\nc001-1,older,1\nc003-2,older,1\n"), label=kept)
    yield bad("reserved-beyond", "More seats are reserved than the session has.", f"{RESERVES}:3", append(TOML, KEPT),
              append(RESERVES, SEATS + "c001-2,jongno,1\nc001-2,older,1\n"), label=kept)
    yield bad("reach-site-unknown", "A site that is not listed.", f"{REACH}:3", append(REACH, ROWS + ",,c001\n,,c009\n"), label=unknown)
    yield bad("reach-twice", "The same row again, after a blank line.", f"{REACH}:5",
              append(REACH, ROWS + ",,c001\n,11010,c002\n\n,,c001\n"), label="R-PROGRAMME-ORDER")
    yield bad("reach-empty", "A table that allows nothing.", f"{REACH}:1", append(REACH, ROWS), label="R-PROGRAMME-VALUE")


def rejected_rules():
    """A broken rule is shown at the line that breaks it."""
    yield bad("overlap", "Who was born on 1963-08-31 is in both cohorts.", line(TOML, "born = [{ from = 1963"),
              put(TOML, "from = 1963-09-01", "from = 1963-08-31"), label="R-PROGRAMME-COHORTS")
    yield bad("closes-first", "The window closes before it opens.", line(TOML, "closes_at"),
              put(TOML, "2023-08-21T18:00:00", "2023-08-06T18:00:00"), label="R-PROGRAMME-WINDOW")
    yield bad("capacity-zero", "A session without seats.", f"{SESSIONS}:4",
              put(SESSIONS, "11:00:00+09:00,3", "11:00:00+09:00,0"), label="R-PROGRAMME-CAPACITY")
    yield bad("site-unknown", "A session at a site that is not listed.", f"{SESSIONS}:10",
              append(SESSIONS, "c004-1,c004,2023-09-04T09:00:00+09:00,2\n"), label="R-PROGRAMME-REFERENCE")
    yield bad("district-unknown", "A site in a district that is not listed, after a blank line.", f"{SITES}:5",
              put(SITES, "\nc002", "\n\nc002"), put(SITES, "충무스포츠센터,11020", "충무스포츠센터,11030"), label="R-PROGRAMME-REFERENCE")
    yield bad("witness-twice", "A key that was copied twice.", line(TOML, '    "w3'),
              put(TOML, sample()[TOML].split('    "')[3].split('"')[0], sample()[TOML].split('    "')[1].split('"')[0]),
              label="R-PROGRAMME-KEY")
    yield bad("refill", "A rule that this version does not have.", f"{TOML}:9",
              put(TOML, "max_choices = 5\n", "max_choices = 5\nrefill = {}\n"), label="R-PROGRAMME-NOT-BUILT")
    yield bad("rehearsal-false", "A binding draw with a rehearsal's origin.", line(TOML, "origin"),
              put(TOML, "rehearsal = true", "rehearsal = false"), label="R-REHEARSAL-MARK")
