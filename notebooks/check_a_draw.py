# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Check a draw yourself
#
# Somebody drew lots for places, and published a folder: the *bundle*. This notebook reads that folder and nothing else,
# computes everything again, and stops at the first thing that differs. It was written from the
# [specification](../protocol/SPEC.md), not from the program that made the draw. If both agree, a mistake would have to be
# in the text itself or have been made twice.
#
# Set `JEBI_BUNDLE` to a bundle's folder and run all cells.

# %%
import os
import re
from collections import Counter
from pathlib import Path

import apportioned
import beacon
import certificate
import formats
import log
import matplotlib.pyplot as plt
import receipts
from formats import H, require, sha256, spell_ticket, u
from pools import Pools, bytes_of_a_seat, reserves_of

bundle = Path(os.environ.get("JEBI_BUNDLE", "../demo/bundle"))
require((bundle / "manifest.note").exists(), f"{bundle} is no bundle: set JEBI_BUNDLE to its folder")


def read(path):
    require((bundle / path).is_file(), f"{path} is missing")
    return (bundle / path).read_bytes()


# %% [markdown]
# ## 1. The programme: what was promised before anybody registered
#
# Everything that can influence the result is in `programme.json`: the sessions and their capacities, who is drawn before
# whom, the mechanism, and which round of a public random source will decide. The programme's hash goes into every later
# hash. With another programme nothing below would fit. (Whether birth dates overlap, and the like, is left to `jebi verify`.)

# %%
programme = formats.read_json(read("programme.json"), "programme")
programme_hash = H("programme", read("programme.json"))
rehearsal = programme["rehearsal"]
mark = "rehearsal" if rehearsal else "binding"

note = log.open_note(read("programme.note"), programme["operators"], "programme.note")
require(note.splitlines() == ["jebi/v0/programme", mark, programme_hash.hex()], "the note is about another programme")


def read_json(path, format_):
    """A file of this draw, and of this kind of draw."""
    value = formats.read_json(read(path), format_)
    require(value["programme"] == programme_hash.hex(), f"{path} belongs to another programme")
    require(value["rehearsal"] == rehearsal, f"{path} is not marked as its programme is")
    return value


# What this version does not define must not be asked for; a quorum must be more than half, faulty witnesses apart.
not_built = [c["attributes"] for c in programme["cohorts"]]
not_built += [programme[field] for field in ("refill", "supersedes")]
not_built += [programme["disclosure"] != "open"]
require(not any(not_built), "the programme asks for what version 0 does not define")
witnesses = programme["witnesses"]
majority = len(witnesses["keys"]) + witnesses["faults"] < 2 * witnesses["quorum"] <= 2 * len(witnesses["keys"])
require(majority, "two quorums of witnesses need not have an honest member in common")

window = programme["window"]
require(window["opens_at_unix_s"] < window["closes_at_unix_s"], "the window closes before it opens")
require(window["closes_at_unix_s"] + 3600 <= window["objection_ends_at_unix_s"], "less than an hour for objections")

print(programme["title"]["en"])
print(f"programme {programme_hash.hex()}, {mark}, mechanism {programme['mechanism']['name']!r}")

# %% [markdown]
# ## 2. The manifest: every file is the one that was published

# %%
lines = log.open_note(read("manifest.note"), programme["operators"], "manifest.note").splitlines()
require(lines[:3] == ["jebi/v0/manifest", mark, programme_hash.hex()], "the manifest is another programme's")
found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()} - {"manifest.note"}
listed = [line.split(" ")[-1] for line in lines[3:]]
require(len({path.lower() for path in listed}) == len(listed), "two paths differ only by case")
require(listed == sorted(found), f"not as listed: {sorted(found ^ set(listed))}")
for path, line in zip(listed, lines[3:]):
    data = read(path)
    require(line == f"{sha256(data).hex()} {len(data)} {path}", f"{path} is not the file that the manifest lists")
    require(re.fullmatch(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", path), f"{path} is no path of a bundle")
print(f"{len(listed)} files are as listed and signed")

# %% [markdown]
# ## 3. The log: what happened, in which order
#
# The draw's log only grows. Each line is signed. Its *head* after the freeze was shown to witnesses outside the
# organisation, who signed it with their own clocks. So the list of applicants was fixed before the random number existed.

# %%
of_log = programme["log"]
freeze_size, leaves = log.read_log(read, found, of_log["key"], of_log["origin"])

events = []
for leaf in leaves:
    text, _ = log.read_note(leaf)
    event = formats.read_json(text.removesuffix("\n").encode(), "event")
    signers = [programme["receipts"]["key"]] if event["kind"] == "receipts" else programme["operators"]
    log.open_note(leaf, signers, f"the log's {event['kind']}")
    require((event["programme"], event["rehearsal"]) == (programme_hash.hex(), rehearsal), "an event of another draw")
    events.append(event)

kinds = [event["kind"] for event in events]
require(kinds == ["programme"] + ["receipts"] * (len(kinds) - 4) + ["freeze", "beacon", "result"], f"the log has {kinds}")
require(freeze_size == len(events) - 2, "the first head does not end with the freeze")
times = [event["time_unix_s"] for event in events]
require(times == sorted(times) and times[0] < window["opens_at_unix_s"], "the log's times are out of order")
freeze, beacon_event, result = events[-3:]
require(events[0]["title"] == programme["title"], "the log announces another title")
require(freeze["time_unix_s"] >= window["closes_at_unix_s"], "the register was frozen before the window closed")
print(f"{len(events)} events: {dict(Counter(kinds))}")

# %% [markdown]
# ## 4. The register: who took part
#
# Every entry is a leaf of a tree with one root. One entry more, less, or different, and the root is another one. Tickets are
# pseudonyms: whom they belong to is not in the bundle.

# %%
runs_index = read_json("runs.json", "runs")
size = runs_index["size"]
require(type(size) is int and 0 <= size < 2**32, "runs.json: the size is no count")
paths = [f"runs/{number:04}.bin" for number in range(-(-size // formats.ENTRIES_OF_A_RUN))]
require({path for path in found if re.fullmatch(r"runs/.*\.bin", path)} == set(paths), "other runs than the size needs")
seat_bytes = bytes_of_a_seat(programme)
run_of = lambda number, path: formats.read_run(read(path), number, size, programme_hash, rehearsal, seat_bytes)
runs = [run_of(number, path) for number, path in enumerate(paths)]
entries = [entry for run in runs for entry in run.entries]
records = [record for run in runs for record in run.records]
seats_of = [seat for run in runs for seat in run.seats]
register_root = formats.root_of([formats.leaf_hash(entry.leaf) for entry in entries])
allocation_root = formats.root_of([formats.leaf_hash(record.leaf) for record in records])

tickets = [entry.ticket for entry in entries]
require(all(a < b for a, b in zip(tickets, tickets[1:])), "tickets are not in strictly increasing order")
require(len({entry.person for entry in entries}) == size, "one person has two entries")
require(runs_index["first"] == [spell_ticket(run.entries[0].ticket) for run in runs], "runs.json lists other tickets")
for number, run in enumerate(runs):
    for pieces, path, root in [
        (run.entries, run.path_to_register, register_root),
        (run.records, run.path_to_allocation, allocation_root),
    ]:
        own = formats.root_of([formats.leaf_hash(piece.leaf) for piece in pieces])
        require(formats.root_by_path(own, number, len(runs), path) == root, f"run {number} does not lead to the root")

limits = {"session": len(programme["sessions"]), "site": len(programme["sites"])}
access = formats.Access(programme)
for entry in entries:
    spelt = spell_ticket(entry.ticket)
    longest = programme["max_choices"] if entry.is_active else 0
    require(bool(entry.choices) == entry.is_active and len(entry.choices) <= longest, "a list of a wrong length")
    require(len(set(entry.choices)) == len(entry.choices), "a choice twice in one list")
    known = all(index < limits[kind] for kind, index in entry.choices)
    known = known and entry.cohort < len(programme["cohorts"]) and entry.district < len(programme["districts"])
    require(known, f"{spelt} names what is not there")
    require(access.admits(entry.cohort, entry.district), f"{spelt} is of a district that its cohort does not admit")
    reach = all(access.may_list(entry.cohort, entry.district, choice) for choice in entry.choices)
    require(reach, f"{spelt} lists what is out of reach")


def by_cohort(counted):
    return [counted[number] for number in range(len(programme["cohorts"]))]


active = by_cohort(Counter(entry.cohort for entry in entries if entry.is_active))
withdrawn = by_cohort(Counter(entry.cohort for entry in entries if not entry.is_active))
require((freeze["register_root"], freeze["size"]) == (register_root.hex(), size), "another register was frozen")
require((freeze["active"], freeze["withdrawn"]) == (sum(active), sum(withdrawn)), "the freeze counts other entries")
expected = [
    {"id": cohort["id"], "active": a, "withdrawn": w} for cohort, a, w in zip(programme["cohorts"], active, withdrawn)
]
require(freeze["cohorts"] == expected, "the freeze counts other cohorts")
print(f"register of {size}: {sum(active)} active, {sum(withdrawn)} withdrawn, root {register_root.hex()}")
by_office = sum(entry.by_office for entry in entries)
print(f"{by_office} entries were changed by the office, without the change key of the person")

# %% [markdown]
# ## 5. Receipts: nobody was left out who had been told "you are in"
#
# Each acknowledged registration, change or withdrawal is a leaf of a batch, and the batches were put into the log soon after
# they were made. All these leaves are published. So a revision that was acknowledged and then dropped, or one that nobody
# ever acknowledged, shows to everybody, and not only to its owner. [receipts.py](receipts.py) has the conditions.

# %%
flag = u(8, rehearsal) + programme_hash
batches = receipts.read_batches(read("receipts.bin"), flag)
receipts.check_anchors(batches, [event for event in events if event["kind"] == "receipts"])
receipts.check_times(batches, window)
acknowledged = receipts.read_acknowledged(read("acknowledged.bin"), flag, entries)
receipts.check_acknowledged(acknowledged, batches, entries)
require((len(batches), len(acknowledged)) == (freeze["batches"], freeze["revisions"]), "the freeze counts other receipts")
print(f"{len(acknowledged)} revisions were acknowledged in {len(batches)} batches; the register has all of them")

# %% [markdown]
# ## 6. The random number: nobody chose it
#
# drand is a network of independent organisations that publishes a number every three seconds, signed so that no member
# can foresee or influence it. Which round counts follows from the programme's dates. The **seed** mixes that number with
# the programme and the register, so both had to be final.

# %%
seed_file = read_json("seed.json", "seed")
round_ = beacon.first_round_from(window["objection_ends_at_unix_s"])
named = {"chain_hash": beacon.CHAIN_HASH, "round": round_}
require(programme["beacon"] == named, "the programme names a round that its dates do not give")
signature = bytes.fromhex(seed_file["signature"])
beacon.check_signature(round_, signature)
seed = H("seed", programme_hash, register_root, u(64, size), sha256(signature))
expected = named | {"signature": signature.hex(), "randomness": sha256(signature).hex(), "seed": seed.hex()}
for published, where in [(seed_file, "seed.json"), (beacon_event, "the log")]:
    require(published | expected == published, f"{where} has another beacon or seed")
require((seed_file["register_root"], seed_file["size"]) == (register_root.hex(), size), "a seed of another register")
require(beacon_event["time_unix_s"] >= beacon.time_of(round_), "the log has the beacon before its time")

early = log.cosigned_at(read("log/checkpoint-freeze"), witnesses["keys"])
first, last = freeze["time_unix_s"] - 600, beacon.time_of(round_) - 600
early = [name for name, time_unix_s in early.items() if first <= time_unix_s <= last]
late = log.cosigned_at(read("log/checkpoint"), witnesses["keys"])
witnessed = min(len(early), len(late)) >= witnesses["quorum"]
require(witnessed or rehearsal, "too few witnesses saw the register before the beacon")
print(f"beacon round {round_}, seed {seed.hex()}")
print(f"{len(early)} witnesses before the beacon, {witnesses['quorum']} needed", end="")
print("" if witnessed else ": NOT PROVEN to have existed before the beacon, which only a rehearsal may leave so")

# %% [markdown]
# ## 7. Lottery numbers: each from the seed and one's own ticket
#
# So nobody's number depends on who else takes part, on arrival, or on the order of a list. The numbers below are computed
# here, and compared with the published ones.

# %%
for entry, record in zip(entries, records):
    require(record.ticket == entry.ticket, "a record of another ticket")
    require((record.outcome == "withdrawn") != entry.is_active, "an active entry that counts as withdrawn, or the reverse")
    if entry.is_active:
        same = record.number == formats.lottery_number(seed, entry.ticket, programme["cohorts"][entry.cohort]["lots"])
        require(same, f"the lottery number of {spell_ticket(entry.ticket)} is not the one the seed gives")
print(f"{sum(active)} lottery numbers computed, all as published")

# %% [markdown]
# ## 8. Apportionment: seats for groups, by how many of them registered
#
# Some programmes keep seats for groups, such as the people of each district, so that no group's share falls behind
# another's more than the places compel. How many follows from the counts of registrants alone; nobody's list is looked
# at. The shares are *leximin*: the least share is as large as can be, then the second least, and so on. Whether they are
# shows without solving anything: nobody who has less could be given more at the cost of somebody who has more.
# [apportioned.py](apportioned.py) has the conditions.

# %%
kept = [[] for _ in programme["sessions"]]
asked = programme["apportionment"] is not None
require(asked == ("apportionment.json" in found), "an apportionment that nobody asked for, or none where one is asked for")
if asked:
    apportionment_file = read_json("apportionment.json", "apportionment")
    problem = apportioned.Problem(programme, access, entries)
    apportionment = apportioned.Apportionment(problem, apportionment_file)
    apportioned.check(apportionment)
    kept = apportionment.kept
    given = [(group["seats"], group["registrants"]) for group in apportionment_file["groups"]]
    shares = [seats / registrants for seats, registrants in given if registrants]
    print(f"{sum(seats for seats, _ in given)} seats kept for {len(given)} groups of registrants, by their numbers")
    print(f"seats for each registrant: {min(shares, default=0):.3f} to {max(shares, default=0):.3f}")
else:
    print("the programme keeps no seats by the number of registrants")

# %% [markdown]
# ## 9. The result: the one the rules determine
#
# A few numbers per pool of seats prove the placement. The **closing number** says from which lottery number on it was out
# of reach: nobody who came before it was turned away. The **price** says how sought after it was, and at these prices
# everybody has the best of what is within reach. [certificate.py](certificate.py) has the conditions, one function each.

# %%
sessions = read_json("sessions.json", "sessions")
mechanism = programme["mechanism"]
pools = Pools(programme, sessions, tickets, kept)
require(pools.passes == 2 or not any(first for _, first in seats_of), "a seat of a first pass that did not take place")
site_number = {site["id"]: number for number, site in enumerate(programme["sites"])}
sessions_of_site = [[] for _ in programme["sites"]]
for number, session in enumerate(programme["sessions"]):
    sessions_of_site[site_number[session["site"]]].append(number)
draw = certificate.Draw(
    mechanism=mechanism["name"],
    rank_costs=mechanism["rank_costs"],
    unplaced_costs=mechanism["unplaced_costs"],
    pools=pools.for_certificate(),
    sessions_of_site=sessions_of_site,
    applicants=[
        certificate.Applicant(
            name=spell_ticket(entry.ticket),
            tier=programme["cohorts"][entry.cohort]["tier"],
            number=record.number,
            rotation=formats.rotation(seed, entry.ticket),
            ticket=entry.ticket,
            choices=entry.choices,
            placed_in=pools.at(record.session, seat) if record.outcome == "placed" else None,
            choice=record.choice,
            cohort=entry.cohort,
            district=entry.district,
            first_pass=pools.at(*first) if first else None,
            more_weights=formats.more_weights(seed, entry.ticket),
        )
        for entry, record, (seat, first) in zip(entries, records, seats_of)
        if entry.is_active
    ],
    closing=pools.closing(),
    price=pools.prices(),
    reserves=reserves_of(programme),
    outsider_cost=mechanism["outsider_cost"],
)
certificate.check(draw)
print("closing numbers and prices are the ones of this placement, and no other placement is as good")

# %% [markdown]
# ## 10. Totals: every sum is the count

# %%
held = [len(occupants) for occupants in draw.occupants]
require([pool["placed"] for pool in pools.stated] == held, "a pool's count differs")
outcomes = Counter(record.outcome for record in records)
seats = Counter(record.session for record in records if record.outcome == "placed")
require([s["placed"] for s in sessions["sessions"]] == [seats[j] for j in range(len(pools.first))], "a session's count differs")
placed_at = Counter((e.cohort, r.choice) for e, r in zip(entries, records) if r.outcome == "placed")
unplaced = by_cohort(Counter(e.cohort for e, r in zip(entries, records) if r.outcome == "unplaced"))
for number, (stated, cohort) in enumerate(zip(sessions["cohorts"], programme["cohorts"], strict=True)):
    choices = [placed_at[number, choice] for choice in range(programme["max_choices"])]
    counted = {"id": cohort["id"], "active": active[number], "withdrawn": withdrawn[number]}
    counted |= {"placed": sum(choices), "unplaced": unplaced[number], "choices": choices}
    require(stated == counted, f"cohort {cohort['id']}: {stated} is not the count {counted}")
names = {"mechanism": mechanism["name"], "passes": pools.passes}
require(sessions | names == sessions, "sessions.json is about another mechanism")
committed = {"mechanism": mechanism["name"], "allocation_root": allocation_root.hex()}
committed |= {"sessions_sha256": sha256(read("sessions.json")).hex()}
committed |= {outcome: outcomes[outcome] for outcome in ("placed", "unplaced", "withdrawn")}
require(result | committed == result, "the log's result is another one")
print(f"{outcomes['placed']} placed, {outcomes['unplaced']} without a place, {outcomes['withdrawn']} withdrawn")

# %% [markdown]
# ## What it looks like
#
# Left: how many got their first, second, third choice, and how many none. Right: the share that was placed, by luck. Under
# `serial` and `priority` the lottery decides who is placed, and the bars fall where seats are scarce. Under `optimal` it decides
# only between placements that are equally good for all together, so they fall little.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
last = max((choice for _, choice in placed_at), default=0)
labels = [f"choice {choice + 1}" for choice in range(last + 1)] + ["none"]
bottom = [0] * len(labels)
for number, cohort in enumerate(programme["cohorts"]):
    heights = [placed_at[number, choice] for choice in range(last + 1)] + [unplaced[number]]
    left.bar(labels, heights, bottom=bottom, label=cohort["id"])
    bottom = [below + height for below, height in zip(bottom, heights)]
left.set(title="Who got which choice", ylabel="applicants")
left.legend(title="cohort")

tenth = Counter(i.number * 10 >> 64 for i in draw.applicants)
lucky = Counter(i.number * 10 >> 64 for i in draw.placed)
first = Counter(i.number * 10 >> 64 for i in draw.placed if i.choice == 0)
for counted, label, colour in [(lucky, "any place", "lightsteelblue"), (first, "the first choice", "steelblue")]:
    right.bar(range(1, 11), [counted[n] / max(1, tenth[n]) for n in range(10)], label=label, color=colour)
right.set(title="Share with a place, by lottery number", xlabel="tenth of the lottery numbers (1 is luckiest)")
right.set(xticks=range(1, 11), ylim=(0, 1))
right.legend(loc="lower left")
plt.show()

# %% [markdown]
# ## What this proves, and what it cannot
#
# All cells ran, so: the result is the one that this programme, this register and this beacon round determine; with enough
# witnesses, the register existed before the beacon; and all acknowledged revisions are accounted for.
#
# No program can tell from these files whether the list of those who may register is right, whether each person on it is
# real, whether somebody was kept from registering at all, or whether the witnesses are independent of the operator. For
# that, ask people: the witnesses, the auditors who hold the key to the person commitments, and those who registered.
# And if you hold a receipt yourself, check it: `jebi verify BUNDLE --receipt FILE`.

# %%
print("everything that was computed here is as published")
