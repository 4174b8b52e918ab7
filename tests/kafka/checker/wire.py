"""Protobuf's wire format, as far as records need it. Written from its specification, so that nothing that the product
generates or links can be wrong in the same way."""


class Malformed(Exception):
    """Bytes that are no message."""


def _varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("a number does not end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """Field number -> values in order: numbers, or bytes."""
    found = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("field 0")
        if kind == 0:
            value, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = data[at : at + size], at + size
        elif kind == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise Malformed(f"wire type {kind}")
        if at > len(data):
            raise Malformed("a field does not end")
        found.setdefault(number, []).append(value)
    return found


def one(message, number, default):
    """The last value of a field, as proto3 reads it."""
    value = message.get(number, [default])[-1]
    if not isinstance(value, type(default)):
        raise Malformed(f"field {number} has another type")
    return value
