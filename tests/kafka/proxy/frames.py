"""Kafka's frames, as far as a relay must look into them: which request it is, of which partition a Produce is, and what
a broker answered to it. A frame is its length in 4 bytes and so many more. Kafka's protocol guide has the rest."""

import dataclasses
import struct

PRODUCE = 0
# Up to here a Produce is written in the plain way; librdkafka 2.0 sends version 7.
PRODUCE_VERSION_MAX = 8


@dataclasses.dataclass
class Header:
    api: int
    version: int
    correlation: int
    size: int  # Where the body begins.


def header(frame):
    api, version, correlation, name = struct.unpack_from(">hhih", frame)
    return Header(api, version, correlation, 10 + max(name, 0))


def _text(data, at):
    (size,) = struct.unpack_from(">h", data, at)
    at += 2
    return data[at : at + max(size, 0)].decode(), at + max(size, 0)


# Of a batch of records: before it stands its size, in it, at this place, its producer's id.
BATCH_SIZE = 4
PRODUCER_ID = 43


def produced(frame, its):
    """((topic, partition), producer id) that a Produce begins with: the program sends one record at a time."""
    if its.version > PRODUCE_VERSION_MAX:
        raise ValueError(f"Produce of version {its.version}: this relay reads up to {PRODUCE_VERSION_MAX}")
    _, at = _text(frame, its.size)  # Transactional id.
    at += 2 + 4 + 4  # Acks, timeout, number of topics.
    topic, at = _text(frame, at)
    (partition,) = struct.unpack_from(">i", frame, at + 4)  # Behind the number of partitions.
    (producer,) = struct.unpack_from(">q", frame, at + 4 + 4 + BATCH_SIZE + PRODUCER_ID)
    return (topic, partition), producer


def answered(frame):
    """(error, offset) of the answer to a Produce."""
    topic_at = 4 + 4  # Correlation, number of topics.
    _, at = _text(frame, topic_at)
    error, offset = struct.unpack_from(">hq", frame, at + 4 + 4)  # Number of partitions, partition.
    return error, offset


def correlation(frame):
    return struct.unpack_from(">i", frame)[0]


async def read(stream):
    """The next frame; raises IncompleteReadError at the end."""
    return await stream.readexactly(struct.unpack(">i", await stream.readexactly(4))[0])


def write(stream, frame):
    stream.write(struct.pack(">i", len(frame)) + frame)
