"""The recursions of RFC 9162, section 2.1, word for word, and proofs of our own to hold against them."""

from functools import cache
from hashlib import sha256

from deliberation.audit import merkle

SIZES = range(1, 71)
LEAVES = [f"entry {number}".encode() for number in range(70)]

# The recursions of RFC 9162, section 2.1, word for word


def split(leaves):
    size = 1
    while size * 2 < len(leaves):
        size *= 2
    return size


def rfc_root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(leaves)
    return sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def rfc_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(leaves)
    if m < k:
        return [*rfc_path(m, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(m - k, leaves[k:]), rfc_root(leaves[:k])]


def rfc_subproof(m, leaves, is_whole):
    if m == len(leaves):
        return [] if is_whole else [rfc_root(leaves)]
    k = split(leaves)
    if m <= k:
        return [*rfc_subproof(m, leaves[:k], is_whole), rfc_root(leaves[k:])]
    return [*rfc_subproof(m - k, leaves[k:], False), rfc_root(leaves[:k])]


@cache
def rfc_turns(index, size):
    """Where the sibling stands on the way from a leaf to the root: all that a proof says about index and size."""
    if size == 1:
        return []
    k = split(range(size))
    if index < k:
        return [*rfc_turns(index, k), "right"]
    return [*rfc_turns(index - k, size - k), "left"]


def inclusion(leaves, place):
    return {
        "leaf_hash": merkle.leaf_hash(leaves[place]),
        "index": place,
        "size": len(leaves),
        "proof": merkle.inclusion_proof(leaves, place),
        "root": merkle.root(leaves),
    }


def included(leaves, place, /, **changed):
    return merkle.verify_inclusion(**{**inclusion(leaves, place), **changed})


def consistent(leaves, beginning, /, **changed):
    facts = {
        "first": beginning,
        "second": len(leaves),
        "proof": merkle.consistency_proof(leaves, beginning),
        "first_root": merkle.root(leaves[:beginning]),
        "second_root": merkle.root(leaves),
    }
    return merkle.verify_consistency(**{**facts, **changed})


def flipped(data, bit):
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(data))
