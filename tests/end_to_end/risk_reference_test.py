#!/usr/bin/env python3
"""risk_reference_test.py CLIENT VECTORS [INPUTS [SEED]]: scores made-up inputs twice, by `CLIENT risk evaluate` and by the
slow reference below, and compares whole results. The reference shares nothing with the client but the numbers of the
rule set in VECTORS: it is written from the rules in another language, with integers of any size, and takes no shortcut.
First it is held against the vectors itself."""
import datetime
import json
import math
import os
import random
import subprocess
import sys
import tempfile

client, vectors_file = map(os.path.abspath, sys.argv[1:3])
inputs = int(sys.argv[3]) if len(sys.argv) > 3 else 250
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
with open(vectors_file) as file:
    vectors = json.load(file)
rules = vectors["rule_set"]
EPOCH = datetime.date(1970, 1, 1)
ONE = 2**30


def day(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def power(i):
    x = 2 ** (64 * 31 - i)
    for _ in range(6):
        x = math.isqrt(x)
    return (x + 1) >> 1


def decay(age, half_life):
    if half_life == 0:
        return 0
    i = 64 * age // half_life
    return 0 if i >= 1984 else power(i % 64) >> (i // 64)


def factor(fact):
    """Of the verified mitigations; None if one clears."""
    lowest = {}
    for one in fact.get("mitigations", []):
        permille = rules["mitigations"].get(one["id"], {}).get(fact["indicator"])
        if permille is None or one["state"] != "VERIFIED":
            continue
        if one.get("late") and one["id"] in rules["late_halves"]:
            permille = 1000 - (1000 - permille) // 2
        lowest[one["id"]] = min(permille, lowest.get(one["id"], 1000))
    if 0 in lowest.values():
        return None
    if not lowest:
        return 1000
    return max(rules["mitigation_floor"], math.prod(lowest.values()) // 1000 ** (len(lowest) - 1))


def aged(fact, as_of):
    indicator = rules["indicators"][fact["indicator"]]
    end = None if fact.get("end") is None else day(fact["end"])
    if indicator["active"] and (end is None or end > as_of):
        return 0, ONE
    start = end
    if fact.get("recorded") is not None:
        recorded = day(fact["recorded"])
        if recorded - end > fact.get("allowed", rules["report_days"]["DEFAULT"]):
            start = recorded
    age = max(0, as_of - start)
    return age, decay(age, indicator["half_life"])


def curve(cents):
    points = rules["value_curve"]
    for (v0, p0), (v1, p1) in zip(points, points[1:]):
        if v0 <= cents < v1:
            return p0 + (p1 - p0) * (cents - v0) // (v1 - v0)
    return points[-1][1]


def ranked(lines):
    """With their ranks and nets, of one indicator."""
    lines = sorted(lines, key=lambda line: (-line["value"], line["facts"][0].encode()))
    for k, line in enumerate(lines, 1):
        line["rank"] = k
        line["net"] = line["value"] // rules["repeat_divisor"] ** (k - 1)
    return lines


def band(r):
    return [name for name, line in sorted(rules["bands"].items(), key=lambda one: one[1]) if line <= r][-1]


def score(data):
    as_of = day(data["as_of"])
    by_indicator = {}
    groups = {}
    suppressed = []
    weights = {}
    for fact in data["facts"]:
        name = fact["indicator"]
        indicator = rules["indicators"][name]
        m = factor(fact)
        if m is None:
            suppressed.append(fact["id"])
            weights[fact["id"]] = 0
            continue
        age, d = aged(fact, as_of)
        if name == "A1":
            weights[fact["id"]] = fact["value_cents"] * (d * m // 1000)
            groups.setdefault(fact["group"], []).append(fact)
            continue
        points = indicator["cases"][fact["case"]]
        e = rules["exposure"][fact.get("criticality", "NONE")] if fact["case"] in indicator["exposure_cases"] else 1000
        value = (points * e * m // 1000000) * d >> 30
        weights[fact["id"]] = value
        if value > 0:
            by_indicator.setdefault(name, []).append(
                {"indicator": name, "facts": [fact["id"]], "points": points, "exposure": e, "mitigation": m,
                 "age": age, "decay": d, "value": value})
    for gifts in groups.values():
        cents = min(sum(weights[gift["id"]] for gift in gifts), rules["value_curve"][-1][0] * ONE) >> 30
        value = curve(cents)
        if value > 0:
            by_indicator.setdefault("A1", []).append(
                {"indicator": "A1", "facts": sorted(gift["id"] for gift in gifts if weights[gift["id"]] > 0),
                 "cents": cents, "points": value, "exposure": 1000, "mitigation": 1000, "age": 0, "decay": ONE,
                 "value": value})
    lines = [line for name in sorted(by_indicator) for line in ranked(by_indicator[name])]
    sums = {c: sum(line["net"] for line in lines if line["indicator"][0] == c) for c in rules["caps"]}
    capped = {c: min(sums[c], cap) for c, cap in rules["caps"].items()}

    floors = []
    for fact in data["facts"]:
        height = rules["indicators"][fact["indicator"]]["floors"].get(fact["case"])
        if height is None:
            continue
        clearing = rules["floor_cleared_by"].get(fact["indicator"])
        verified = {one["id"] for one in fact.get("mitigations", []) if one["state"] == "VERIFIED"}
        closed = fact.get("floor_closed")
        if clearing in verified or (closed and as_of - day(closed) >= rules["floor_days_after_closure"]):
            continue
        floors.append({"floor": height, "cause": fact["indicator"] + "/" + fact["case"], "fact": fact["id"]})
    coverage = data.get("coverage", {"expected": 0, "received": 0})
    records = "SUFFICIENT"
    for step in rules["coverage"]:
        if coverage["received"] * 1000 < coverage["expected"] * step["below_permille"]:
            floors.append({"floor": step["floor"], "cause": "COVERAGE", "fact": ""})
            records = "INSUFFICIENT"
            break
    floors.sort(key=lambda floor: (-floor["floor"], floor["cause"], floor["fact"]))
    r = max([sum(capped.values())] + [floor["floor"] for floor in floors])

    volunteered = {fact["id"] for fact in data["facts"] if fact.get("volunteered")}
    h = 0
    for name, of_indicator in by_indicator.items():
        if name[0] == "H":
            others = [dict(line) for line in of_indicator if line["facts"][0] not in volunteered]
            h += sum(line["net"] for line in ranked(others))
    claims = set()
    for fact in data["facts"]:
        ones = fact.get("mitigations", [])
        verified = {one["id"] for one in ones if one["state"] == "VERIFIED"}
        for one in ones:
            listed = fact["indicator"] in rules["mitigations"].get(one["id"], {})
            if one["state"] == "CLAIMED" and listed and one["id"] not in verified and weights[fact["id"]] > 0:
                claims.add(one.get("ref") or fact["id"] + "/" + one["id"])
    rule = rules["assurance"]
    credits = min(rule["credits_most"],
                  sum(0 <= as_of - day(one["day"]) < rule["credit_days"] for one in data.get("credits", [])))
    a = rule["start"] - rule["per_h_point"] * h - rule["unverified"] * len(claims)
    a += rule["credit"] * credits - rule["overdue"] * data.get("overdue_actions", 0)

    order = sorted(rules["bands"], key=rules["bands"].get)
    highest = max(r, data.get("highest_r_29", 0))
    held = min(order.index(data.get("previous_band", "BASELINE")),
               order.index(band(highest + rules["hysteresis"]["points"])))
    return {"lines": lines, "suppressed": sorted(suppressed),
            "categories": {c: {"sum": sums[c], "capped": capped[c]} for c in rules["caps"]}, "floors": floors, "r": r,
            "uncapped": sum(sums.values()), "h_for_a": h, "unverified": len(claims),
            "a": min(100000, max(0, a)), "band": order[max(order.index(band(r)), held)], "records": records}


def made_up(dice):
    as_of = dice.randrange(-20000, 40000)

    def text(number):
        return (EPOCH + datetime.timedelta(days=number)).isoformat()

    often = dice.sample(sorted(rules["indicators"]), 4) + ["A1"]
    known = sorted(rules["mitigations"])
    facts = []
    for i in range(dice.choice([0, 1, 3, 8, 20, 40])):
        name = dice.choice(often if dice.random() < 0.6 else sorted(rules["indicators"]))
        indicator = rules["indicators"][name]
        fact = {"id": "f%d" % i, "indicator": name, "case": dice.choice(sorted(indicator["cases"]))}
        end = as_of - dice.choice([0, 1, 28, 29, 180, 365, dice.randrange(-10, 3000), dice.randrange(20000)])
        fact["end"] = None if indicator["active"] and dice.random() < 0.5 else text(end)
        if dice.random() < 0.4:
            fact["recorded"] = text(min(as_of, end + dice.choice([0, 27, 28, 29, 184, 185, dice.randrange(2000)])))
        if dice.random() < 0.2:
            fact["allowed"] = dice.choice([0, 28, 184])
        if dice.random() < 0.5:
            fact["criticality"] = dice.choice(["NONE", "IMPORTANT", "CRITICAL"])
        for _ in range(dice.choice([0, 0, 1, 2, 4])):
            fitting = [m for m in known if name in rules["mitigations"][m]] or known
            one = {"id": dice.choice(fitting if dice.random() < 0.8 else known),
                   "state": dice.choice(["VERIFIED", "CLAIMED"])}
            if dice.random() < 0.3:
                one["late"] = True
            if dice.random() < 0.3:
                one["ref"] = "r%d" % dice.randrange(4)
            fact.setdefault("mitigations", []).append(one)
        if name == "A1":
            fact["group"] = dice.choice(["g1", "g2", "g3"])
            fact["value_cents"] = dice.choice([0, 1, 4999, 5000, dice.randrange(10**6), dice.randrange(8 * 10**9)])
        if indicator["floors"] and dice.random() < 0.6:
            fact["floor_closed"] = text(as_of - dice.choice([0, 179, 180, 181]))
        if name == "H1" and dice.random() < 0.5:
            fact["volunteered"] = True
        facts.append(fact)
    data = {"as_of": text(as_of), "facts": facts}
    if dice.random() < 0.5:
        expected = dice.randrange(12)
        data["coverage"] = {"expected": expected, "received": dice.randrange(expected + 2)}
    if dice.random() < 0.3:
        data["overdue_actions"] = dice.randrange(40)
    for _ in range(dice.choice([0, 0, 1, 7])):
        data.setdefault("credits", []).append(
            {"kind": dice.choice(["M14", "NIL_RETURN"]), "day": text(as_of - dice.choice([-1, 0, 100, 364, 365]))})
    if dice.random() < 0.5:
        data["previous_band"] = dice.choice(sorted(rules["bands"]))
        data["highest_r_29"] = dice.choice([0, 11999, 12000, 26999, 27000, dice.randrange(100001)])
    return data


def scored_by_client(data, folder):
    path = folder + "/facts.json"
    with open(path, "w") as out:
        json.dump(data, out)
    run = subprocess.run([client, "risk", "evaluate", "--input", path, "-o", "json"], cwd=folder, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit("refused: %s\n%s" % (json.dumps(data), run.stderr))
    return json.loads(run.stdout)


for vector in vectors["vectors"]:
    if score(vector["input"]) != vector["expected"]:
        sys.exit("the reference is wrong: " + vector["input"]["name"])
dice = random.Random(seed)
bands = set()
with tempfile.TemporaryDirectory() as folder:
    for number in range(inputs):
        data = made_up(dice)
        expected = score(data)
        found = scored_by_client(data, folder)
        if found != expected:
            differing = [name for name in expected if found.get(name) != expected[name]]
            sys.exit("input %d of seed %d differs in %s\n%s\nclient: %s\nreference: %s"
                     % (number, seed, differing, json.dumps(data), json.dumps(found), json.dumps(expected)))
        bands.add(expected["band"])
if len(bands) < 5:
    sys.exit("only %s were reached: make up more inputs" % sorted(bands))
print("%d inputs of seed %d score alike" % (inputs, seed))
