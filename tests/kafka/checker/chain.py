"""The chain rule, written from docs/append_protocol.md and proto/twinledger/log/v1/record.proto: which records of a
partition are accepted, which are void."""

import dataclasses
import functools
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import wire

RECORD_TAG = b"twinledger/record/v1\x00"
ED25519 = 1
COMMITS_MAX = 256


@dataclasses.dataclass
class Commit:
    sequence: int
    record_time: int
    request_id: str
    hash: str
    outcome: int
    founding: dict | None
    control: bool
    key: tuple  # (type, id) of the entity that it is about.
    actor: str
    events: list  # Serialized.


@dataclasses.dataclass
class Void:
    """A record that every reader skips."""

    offset: int
    why: str
    # Signed by a key that was enrolled, and chained on a record that was the tip once: it lost a race or came late.
    explained: bool


@dataclasses.dataclass
class Partition:
    """What was read of one partition."""

    stream: str
    number: int
    sequence: int = 0
    hash: bytes = bytes(32)
    keys: dict = dataclasses.field(default_factory=dict)  # Id -> public key.
    accepted: int = 0
    voids: list = dataclasses.field(default_factory=list)
    commits: list = dataclasses.field(default_factory=list)
    tips: dict = dataclasses.field(default_factory=lambda: {bytes(32): 0})  # Hash -> sequence, of each so far.

    @property
    def name(self):
        return f"{self.stream}/{self.number}"

    @property
    def next_offset(self):
        return self.accepted + len(self.voids)


class Damage(Exception):
    """An accepted record that breaks a promise of the log."""


def key_id(algorithm, value):
    return hashlib.sha256(bytes([algorithm]) + value).digest()[:16]


def _keys_of(founding, stream):
    keys = {}
    for entry in founding.get(4, []):
        writer = wire.fields(entry)
        if wire.one(writer, 1, b"").decode() != stream:
            continue
        key = wire.fields(wire.one(writer, 2, b""))
        keys[key_id(wire.one(key, 1, 0), wire.one(key, 2, b""))] = wire.one(key, 2, b"")
    return keys


def _commit(data):
    message = wire.fields(data)
    control = wire.fields(wire.one(message, 17, b"")) if 17 in message else {}
    founding = wire.fields(control[1][-1]) if 1 in control else None
    key = wire.fields(wire.one(message, 3, b""))
    return Commit(
        sequence=wire.one(message, 1, 0),
        record_time=wire.one(message, 2, 0),
        request_id=wire.one(message, 5, b"").decode(),
        hash=hashlib.sha256(data).hexdigest(),
        outcome=wire.one(message, 14, 0),
        founding=founding,
        control=17 in message,
        key=(wire.one(key, 1, b"").decode(), wire.one(key, 2, b"").decode()),
        actor=wire.one(message, 4, b"").decode(),
        events=message.get(16, []),
    )


@functools.lru_cache(maxsize=None)  # Controls read the same records again and again.
def _verifies(key, signature, body):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, RECORD_TAG + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(keys, identity, signature, body):
    if identity not in keys:
        return "unknown key"
    return None if _verifies(keys[identity], signature, body) else "signature"


def _why_void(partition, record, body, founding_hash):
    """Why a record is void, or None."""
    raw = wire.one(record, 1, b"")
    commits = body.get(5, [])
    if wire.one(body, 1, b"").decode() != partition.stream or wire.one(body, 2, 0) != partition.number:
        return "other partition"
    if not 1 <= len(commits) <= COMMITS_MAX:
        return "number of commits"
    if wire.one(body, 3, 0) != partition.sequence + 1:
        return "sequence"
    if wire.one(body, 4, b"") != partition.hash:
        return "previous hash"
    keys = partition.keys
    if partition.sequence == 0:
        founding = _commit(commits[0]).founding
        if founding is None:
            return "no founding"
        # The root is the founding that is trusted; all others name it.
        root = wire.one(founding, 6, b"") or hashlib.sha256(raw).digest()
        if root.hex() != founding_hash:
            return "other founding"
        keys = _keys_of(founding, partition.stream)
    return _signed(keys, wire.one(record, 2, b""), wire.one(record, 3, b""), raw)


def _is_explained(partition, record, body):
    raw = wire.one(record, 1, b"")
    followed = partition.tips.get(wire.one(body, 4, b""))
    if followed is None or followed + 1 != wire.one(body, 3, 0):
        return False
    return _signed(partition.keys, wire.one(record, 2, b""), wire.one(record, 3, b""), raw) is None


def read(partition, data, founding_hash):
    """Takes the partition's next record."""
    explained = False
    try:
        record = wire.fields(data)
        body = wire.fields(wire.one(record, 1, b""))
        why = _why_void(partition, record, body, founding_hash)
        if why in ("sequence", "previous hash"):
            explained = _is_explained(partition, record, body)
    except (wire.Malformed, UnicodeDecodeError):
        why = "unparsable"
    if why:
        partition.voids.append(Void(partition.next_offset, why, explained))
        return
    if partition.sequence == 0:
        partition.keys = _keys_of(_commit(body[5][0]).founding, partition.stream)
    for data_of_commit in body[5]:
        commit = _commit(data_of_commit)
        if commit.sequence != partition.sequence + 1:
            raise Damage(f"{partition.name}: commit {commit.sequence} stands behind {partition.sequence}")
        partition.sequence = commit.sequence
        partition.commits.append(commit)
    partition.hash = hashlib.sha256(wire.one(record, 1, b"")).digest()
    partition.tips[partition.hash] = partition.sequence
    partition.accepted += 1
