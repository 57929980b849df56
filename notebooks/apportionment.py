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
# # What an apportionment changes
#
# Where seats are scarce and centres are shared, the people of one district can be crowded out by those of the next. An
# *apportionment* keeps seats for groups, here the residents of each district, in proportion to how many of them registered
# and as evenly as roads and rooms allow ([SPEC](../protocol/SPEC.md) section 18). This notebook looks at two draws of the same
# people with the same wishes, without and with it:
#
# ```sh
# jebi demo                                        # without
# jebi demo --apportioned --dir apportioned        # with: of each centre six seats in ten are for groups
# ```
#
# Set `JEBI_BUNDLE` and `JEBI_APPORTIONED` to the two bundles and run all cells. The places and the numbers of residents are real,
# the wishes are invented ([data/README.md](../data/README.md)), so this shows how the rule works and nothing about any year.
# Tickets are random, so the two draws also differ by luck; where few people of a district take part that is much.

# %%
import csv
import json
import os
from collections import Counter
from pathlib import Path

import apportioned
import formats
import matplotlib.pyplot as plt
from formats import require

without = Path(os.environ.get("JEBI_BUNDLE", "../demo/bundle"))
with_it = Path(os.environ.get("JEBI_APPORTIONED", "../apportioned/bundle"))
for bundle in (without, with_it):
    require((bundle / "open-data/entries.csv").is_file(), f"{bundle} is no bundle: set JEBI_BUNDLE and JEBI_APPORTIONED")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


programme = json.loads((with_it / "programme.json").read_bytes())
plain = json.loads((without / "programme.json").read_bytes())
require(programme["apportionment"] and not plain["apportionment"], "the second bundle has to be the apportioned one")
same = [[(session["id"], session["capacity"]) for session in one["sessions"]] for one in (programme, plain)]
require(same[0] == same[1], "the two draws have other seats: take as many citizens for both")
entries = {name: rows(bundle / "open-data/entries.csv") for name, bundle in [("without", without), ("with", with_it)]}
codes = [district["code"] for district in programme["districts"]]
names = {district["code"]: district["name"]["en"] for district in programme["districts"]}
places = {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in rows("../data/districts.csv")}

# %% [markdown]
# ## What was kept for whom
#
# `apportionment.json` says for each group how many registered and how many seats it got. The first group that cannot be given
# more, at whatever cost to those who have more, and all with which it shares its centres, are a *bottleneck*: their centres are full.
# Then the next, until nobody is short. That the file is right was checked by `jebi verify`; the cell below checks the
# certificate once more, for the numbers that the file states.

# %%
file = formats.read_json((with_it / "apportionment.json").read_bytes(), "apportionment")


class Registered:
    """The registrants that the file states, as if they were entries."""

    is_active = True

    def __init__(self, cohort, district):
        self.cohort, self.district = cohort, district


access = formats.Access(programme)
first_pair = {}
reserves = {reserve["id"]: reserve for reserve in programme["reserves"]}
for group in file["groups"]:
    first_pair[group["reserve"]] = min(apportioned.pairs_of(programme, access, reserves[group["reserve"]]))
stated = [Registered(*first_pair[group["reserve"]]) for group in file["groups"] for _ in range(group["registrants"])]
apportionment = apportioned.Apportionment(apportioned.Problem(programme, access, stated), file)
apportioned.check(apportionment)

district_of = {id_: codes[pair[1]] for id_, pair in first_pair.items()}
kept = {district_of[group["reserve"]]: group["seats"] for group in file["groups"]}
room, all_seats = sum(site["room"] for site in file["sites"]), sum(session["capacity"] for session in programme["sessions"])
print(f"{room} of {all_seats} seats can be kept, {sum(kept.values())} are, for {len(kept)} districts")
print(f"{len(file['levels'])} levels; seats kept for each registrant, groups and full centres of the lowest ones:")
for level in file["levels"][:5]:
    above, below = map(int, level["ratio"])
    members = ", ".join(names[district_of[id_]] for id_ in level["groups"][:4])
    more = f" and {len(level['groups']) - 4} more" if len(level["groups"]) > 4 else ""
    print(f"  {above / below:.3f}  {len(level['sites']):3} centres  {members}{more}")

# %% [markdown]
# ## Coverage by district
#
# Of the people of a district who took part, how many got a seat? Each line has the districts in the order of their own coverage. What an
# apportionment promises is the share that was kept, above; what a district has beyond it comes from seats that are open to all. It has
# a price: a seat that is kept for a district helps only those of its people who listed it. In the demo such seats are opened to others
# at a cost (`outsider_cost`), so few stay free; where `release` is false they do, and far fewer people are placed.

# %%
def coverage(entries, by):
    """Active and placed people by what `by` gives of an entry."""
    active, placed = Counter(), Counter()
    for entry in entries:
        if entry["outcome"] != "withdrawn":
            active[by(entry)] += 1
            placed[by(entry)] += entry["outcome"] == "placed"
    return active, placed


of_district = {name: coverage(some, lambda entry: entry["home_district"]) for name, some in entries.items()}
shares = {name: {d: placed[d] / active[d] for d in active} for name, (active, placed) in of_district.items()}


def tenth(name):
    """The coverage that a tenth of the people live below, by district."""
    active, below = of_district[name][0], 0
    for district in sorted(active, key=lambda d: shares[name][d]):
        below += active[district]
        if below * 10 >= sum(active.values()):
            return shares[name][district]


for name, (active, placed) in of_district.items():
    total = sum(placed.values()) / sum(active.values())
    line = f"{name:8} {total:6.1%} of {sum(active.values())} placed"
    print(f"{line}; a tenth of them live in districts with at most {tenth(name):.1%}; lowest {min(shares[name].values()):.1%}")

colours = {"without": "lightsteelblue", "with": "steelblue"}
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
for name, by in shares.items():
    left.step(range(1, len(by) + 1), sorted(by.values()), label=f"{name} apportionment", color=colours[name])
left.set(title="Share placed, district by district", xlabel="districts, each line in its own order", ylim=(0, 1.02))
left.legend(loc="lower right")

groups = [(cohort["id"], name) for cohort in programme["cohorts"] for name in ("without", "with")]
of_cohort = {name: coverage(some, lambda entry: entry["cohort"]) for name, some in entries.items()}
heights = [of_cohort[name][1][cohort] / max(1, of_cohort[name][0][cohort]) for cohort, name in groups]
bars = right.bar([f"{cohort}\n{name}" for cohort, name in groups], heights, color=[colours[name] for _, name in groups])
right.bar_label(bars, [f"{height:.0%}" for height in heights])
right.set(title="Share placed, by cohort", ylim=(0, 1.1))
plt.show()

# %% [markdown]
# ## Where
#
# Each circle is a district at its place, as large as its registrants are many. Left: seats kept for each registrant. Around the large
# cities many share few centres and all have the same low share, which is what the lowest level above says. Right: what it changed
# of the share that was placed.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5.4), layout="constrained")
shown = [d for d in codes if of_district["with"][0][d] and of_district["without"][0][d] and d in kept]
registrants = [of_district["with"][0][d] for d in shown]
sizes = [8 + 900 * count / sum(registrants) * 10 for count in registrants]
across, up = [places[d][0] for d in shown], [places[d][1] for d in shown]
panels = [
    (left, [min(1, kept[d] / of_district["with"][0][d]) for d in shown], "viridis", (0, 1), "Seats kept for each registrant"),
    (right, [shares["with"][d] - shares["without"][d] for d in shown], "RdBu", (-0.5, 0.5), "Change of the share placed"),
]
for axes, values, palette, (low, high), title in panels:
    dots = axes.scatter(across, up, sizes, values, cmap=palette, vmin=low, vmax=high, edgecolors="grey", linewidths=0.4)
    axes.set(title=title, xlabel="longitude", ylabel="latitude", aspect=1 / 0.8)
    figure.colorbar(dots, ax=axes, shrink=0.7)
plt.show()

# %% [markdown]
# ## By district and cohort
#
# The rule here counts both cohorts of a district alike. Each dot is a cohort in a district: to the right is its share without,
# upwards its share with the apportionment. Dots above the line gained.

# %%
both = {name: coverage(some, lambda entry: (entry["cohort"], entry["home_district"])) for name, some in entries.items()}
figure, axes = plt.subplots(figsize=(5.2, 4.6), layout="constrained")
for cohort in [cohort["id"] for cohort in programme["cohorts"]]:
    cells = [key for key in both["with"][0] if key[0] == cohort and both["without"][0][key]]
    share = lambda name: [both[name][1][key] / both[name][0][key] for key in cells]
    axes.scatter(share("without"), share("with"), [6 + both["with"][0][key] / 4 for key in cells], alpha=0.5, label=cohort)
    gained = sum(b > a for a, b in zip(share("without"), share("with")))
    lost = sum(b < a for a, b in zip(share("without"), share("with")))
    print(f"{cohort}: {gained} districts gained, {lost} lost, {len(cells) - gained - lost} as before")
axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
axes.set(xlabel="share placed without", ylabel="share placed with", title="Cohorts of districts")
axes.legend(loc="lower right")
plt.show()

# %%
print("the certificate of the apportionment holds, and the plots are of the two bundles")
