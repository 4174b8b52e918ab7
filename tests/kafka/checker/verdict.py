"""Holds a log's records against what was acknowledged."""

import chain


def judge(records, acknowledgements):
    """(faults, counts): no faults, or each in words."""
    faults = []
    counts = {"records": 0, "accepted": 0, "void": 0, "commits": 0, "acknowledged": len(acknowledgements.ok)}
    voids = {}  # Why -> how many.
    places = {}  # Request id -> [(stream, partition, sequence, hash)].
    for (stream, number), of_partition in sorted(records.items()):
        partition = chain.Partition(stream, number)
        try:
            for record in of_partition:
                chain.read(partition, record, acknowledgements.founding_hash)
        except chain.Damage as damage:
            faults.append(str(damage))
        if partition.accepted == 0:
            faults.append(f"{partition.name}: holds nothing of this log")
        void = sum(partition.voids.values())
        if partition.accepted + void != len(of_partition):
            faults.append(f"{partition.name}: {len(of_partition)} records, {partition.accepted} accepted, {void} void")
        counts["records"] += len(of_partition)
        counts["accepted"] += partition.accepted
        counts["void"] += void
        for why, count in partition.voids.items():
            voids[why] = voids.get(why, 0) + count
        for commit in partition.commits:
            counts["commits"] += 1
            if not commit.control:
                places.setdefault(commit.request_id, []).append((stream, number, commit.sequence, commit.hash))
    for request, found in places.items():
        if len(found) > 1:
            faults.append(f"{request}: doubled, it stands at {found}")
    acknowledged = set()
    for request, *place in acknowledgements.ok:
        acknowledged.add(request)
        if tuple(place) not in places.get(request, []):
            faults.append(f"{request}: lost, it was acknowledged at {place} and stands at {places.get(request, 'no place')}")
    for request in sorted(places.keys() - acknowledged):
        faults.append(f"{request}: a ghost, it stands at {places[request]} and was never acknowledged")
    faults += _order(acknowledgements.ok)
    counts.update({f"void for its {why}": count for why, count in sorted(voids.items())})
    return faults, counts


def _order(ok):
    """Requests of one client, CLIENT-NUMBER, stand in the order of their numbers in each partition."""
    faults = []
    of_client = {}
    for request, stream, partition, sequence, _ in ok:
        client, number = request.rsplit("-", 1)
        of_client.setdefault((client, stream, partition), []).append((int(number), sequence))
    for (client, *_), requests in of_client.items():
        sequences = [sequence for _, sequence in sorted(requests)]
        if sequences != sorted(sequences):
            faults.append(f"client {client}: reordered, {sequences}")
    return faults
