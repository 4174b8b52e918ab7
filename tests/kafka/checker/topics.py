"""Topics and files of acknowledgements, as lists in memory."""

import dataclasses
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

PATIENCE_S = 180  # Of a machine that is six times slower than most.
# What the library says of connections, and mends by itself.
PASSING = (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError._RESOLVE)


@dataclasses.dataclass
class Acknowledgements:
    """What a program says that it answered, `ok` or `fail`."""

    brokers: str
    prefix: str
    founding_hash: str
    ok: list  # (request id, stream, partition, sequence, commit hash), in the order of the file.


def read_acknowledgements(path):
    ok = []
    head = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words[0] == "log":
                head = words[1:]
            else:
                ok.append((words[1], words[2], int(words[3]), int(words[4]), words[5]))
    return Acknowledgements(*head, ok)


def read_topics(brokers, prefix, streams):
    """{(stream, partition): [record, ...]}, and complains of offsets with a gap."""
    consumer = Consumer({
        "bootstrap.servers": brokers,
        "group.id": "checker",  # Asked for by the library; nothing is committed.
        "enable.auto.commit": False,
        "isolation.level": "read_uncommitted",
        "check.crcs": True,
        "enable.partition.eof": True,
    })
    records = {}
    places = []
    for stream in streams:
        topic = f"{prefix}.{stream}"
        for number in consumer.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions:
            records[stream, number] = []
            places.append(TopicPartition(topic, number, OFFSET_BEGINNING))
    consumer.assign(places)
    unread = {(place.topic, place.partition) for place in places}
    deadline = time.monotonic() + PATIENCE_S
    while unread:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not read to their ends: {sorted(unread)}")
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() in PASSING:
                continue
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise RuntimeError(message.error())
            unread.discard((message.topic(), message.partition()))
            continue
        of_partition = records[message.topic()[len(prefix) + 1 :], message.partition()]
        if message.offset() != len(of_partition):
            raise RuntimeError(f"{message.topic()}/{message.partition()}: offset {message.offset()} stands behind {len(of_partition)} records")
        of_partition.append(message.value())
    consumer.close()
    return records
