#!/usr/bin/env python3
"""golden_check.py FILE: the golden bytes of sealed fields and of the keyring's file, made again by another implementation.

It shares no code with the product: Python's `cryptography` and hashlib, after the formats in
services/platform/keyring/sealed_field.h and keyring_file.h.
"""
import hashlib
import hmac
import json
import struct
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def commitment(key, tag):
    return hmac.new(key, tag, hashlib.sha384).digest()[:32]


def sealed_field(case):
    key, key_id, nonce = (bytes.fromhex(case[name]) for name in ("key", "key_id", "nonce"))
    parts = [case[name].encode() for name in ("log_id", "stream", "entity_key", "event_type", "field_path", "request_id",
                                              "classification")] + [key_id]
    aad = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    field_key = HKDF(hashes.SHA384(), 32, nonce, b"twinledger/field/v1" + aad).derive(key)
    sealed = AESGCM(field_key).encrypt(nonce, case["text"].encode(), aad)
    return b"\x01" + key_id + commitment(key, b"twinledger/commit/v1") + nonce + sealed


def with_check(slot):
    return slot + hashlib.sha256(slot).digest()[:12]


def header(ring):
    kek_check = commitment(bytes.fromhex(ring["kek"]), b"twinledger/kek/v1")
    front = b"TLKEYRNG" + struct.pack(">II", 1, ring["epoch"]) + ring["log_id"].encode().ljust(48, b"\0") + kek_check
    return with_check(front.ljust(180, b"\0"))


def slot(ring, entry):
    key, key_id, nonce = (bytes.fromhex(entry[name]) for name in ("key", "key_id", "nonce"))
    subject = entry["subject"].encode()
    front = struct.pack(">BBHI", entry["kind"], len(subject), 0, ring["epoch"]) + key_id
    front += commitment(key, b"twinledger/commit/v1") + subject.ljust(64, b"\0")
    if entry["kind"] == 2:
        return with_check(front.ljust(180, b"\0"))
    wrapped = AESGCM(bytes.fromhex(ring["kek"])).encrypt(nonce, key, b"twinledger/keyring/v1" + front)
    return with_check(front + nonce + wrapped)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        golden = json.load(file)
    ring = golden["keyring"]
    made = [(case["sealed"], sealed_field(case)) for case in golden["sealed_fields"]]
    made += [(ring["header"], header(ring))] + [(entry["slot"], slot(ring, entry)) for entry in ring["entries"]]
    wrong = [index for index, (expected, bytes_made) in enumerate(made) if bytes_made.hex() != expected]
    print(f"{len(made)} golden texts, {len(wrong)} differ{': ' + str(wrong) if wrong else ''}")
    return 1 if wrong or len(made) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
