"""Holds a log's records against what was acknowledged."""

import collections
import itertools

import chain


def read_partitions(records, founding_hash, faults):
    """Each partition as its readers have it."""
    partitions = []
    for (stream, number), of_partition in sorted(records.items()):
        partition = chain.Partition(stream, number)
        try:
            for record in of_partition:
                chain.read(partition, record, founding_hash)
        except chain.Damage as damage:
            faults.append(str(damage))
        if partition.accepted == 0:
            faults.append(f"{partition.name}: holds nothing of this log")
        if partition.next_offset != len(of_partition):
            faults.append(f"{partition.name}: {len(of_partition)} records, {partition.accepted} accepted, {len(partition.voids)} void")
        check_times(partition, faults)
        partitions.append(partition)
    return partitions


def check_times(partition, faults):
    """Whatever clocks said, no commit was recorded before the one in front of it."""
    for before, commit in itertools.pairwise(partition.commits):
        if commit.record_time < before.record_time:
            faults.append(f"{partition.name}: commit {commit.sequence} was recorded before the one in front of it")


def count(partitions):
    return {
        "records": sum(partition.next_offset for partition in partitions),
        "accepted": sum(partition.accepted for partition in partitions),
        "void": sum(len(partition.voids) for partition in partitions),
        "commits": sum(len(partition.commits) for partition in partitions),
    }


def places_of(partitions, faults):
    """Request id -> [(stream, partition, sequence, hash)], of all that clients sent."""
    places = {}
    for partition in partitions:
        for commit in partition.commits:
            if not commit.control:
                places.setdefault(commit.request_id, []).append((partition.stream, partition.number, commit.sequence, commit.hash))
    for request, found in places.items():
        if len(found) > 1:
            faults.append(f"{request}: doubled, it stands at {found}")
    return places


def judge(records, acknowledgements):
    """(faults, counts): no faults, or each in words."""
    faults = []
    partitions = read_partitions(records, acknowledgements.founding_hash, faults)
    counts = count(partitions) | {"acknowledged": len(acknowledgements.ok)}
    places = places_of(partitions, faults)
    acknowledged = set()
    for request, *place in acknowledgements.ok:
        acknowledged.add(request)
        if tuple(place) not in places.get(request, []):
            faults.append(f"{request}: lost, it was acknowledged at {place} and stands at {places.get(request, 'no place')}")
    for request in sorted(places.keys() - acknowledged):
        faults.append(f"{request}: a ghost, it stands at {places[request]} and was never acknowledged")
    faults += _order(acknowledgements.ok)
    voids = collections.Counter(void.why for partition in partitions for void in partition.voids)
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
