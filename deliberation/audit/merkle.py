"""The Merkle tree of the audit log: RFC 9162, section 2.1, with SHA-256. Pure: bytes in, bytes out.

A *leaf* is the data of one entry, d[n] in the RFC; its *leaf hash* is SHA-256(0x00 || data) and a node above is
SHA-256(0x01 || left || right). ``root``, ``inclusion_proof`` and ``consistency_proof`` take the leaf **data** of the
whole log; they are the plain meaning of the RFC, for exports and for anybody who checks us.

The running log never reads itself as a whole. It stores every *perfect* subtree once, under its address
``(level, index)``: the hash over the ``2**level`` leaves from ``index * 2**level`` on, which never changes again.
``CompactRange`` appends in O(log n), and ``root_of``, ``inclusion_path`` and ``consistency_path`` answer for any size
the log ever had from O(log n) stored nodes; ``*_nodes`` say beforehand which, so that one SELECT can fetch them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeGuard

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
LARGEST_SIZE = 2**64 - 1  # RFC 9162, section 4.10: tree_size is a uint64.


class NodeAddress(NamedTuple):
    """Where a perfect subtree stands: it covers the ``2**level`` leaves from ``index * 2**level`` on."""

    level: int
    index: int  # type: ignore[assignment]  # The RFC's word; nobody searches an address with tuple.index.


Span = tuple[int, int]
GetNode = Callable[[int, int], bytes]
"""Gives the stored hash of the perfect subtree at ``(level, index)``."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry's data (32 bytes)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two hashes (32 bytes)."""
    return sha256(b"\x01" + left + right).digest()


# The whole log at once


def root(leaves: Iterable[bytes]) -> bytes:
    """MTH(D[n]) over the entries' data; the empty log has SHA-256 of the empty string."""
    log = CompactRange()
    for data in leaves:
        log.append(leaf_hash(data))
    return log.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, D[n]): the hashes that lead from entry ``index`` (from 0) to the root, nearest first.

    Raises ``IndexError`` when there is no such entry, ``ValueError`` when ``index`` is no whole number.
    """
    return inclusion_path(index, len(leaves), perfect_subtrees(map(leaf_hash, leaves)))


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """PROOF(first, D[n]): what shows that the first ``first`` entries are an unchanged beginning of ``leaves``.

    The RFC defines it for ``0 < first``; for ``first == len(leaves)`` the proof is empty. Raises ``ValueError`` for
    anything else.
    """
    return consistency_path(first, len(leaves), perfect_subtrees(map(leaf_hash, leaves)))


def perfect_subtrees(hashes: Iterable[bytes]) -> GetNode:
    """Every perfect subtree over these leaf hashes, as a ``get(level, index)``."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


# The running log, from O(log n) stored nodes


class CompactRange:
    """The right edge of a log of ``size`` entries: the hashes of ``root_nodes(size)``, largest subtree first."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        """Take up a log where it stands; ``ValueError`` when ``edge`` does not fit ``size``."""
        self._size = _whole(size, "size")
        self._edge = list(edge)
        if len(self._edge) != len(root_nodes(size)):
            raise ValueError(f"a log of {size} entries has {len(root_nodes(size))} edge nodes, not {len(self._edge)}")

    @property
    def size(self) -> int:
        return self._size

    def append(self, hashed: bytes) -> list[tuple[NodeAddress, bytes]]:
        """Add one leaf hash; give every perfect subtree it completes, the leaf itself first: what is to be stored."""
        if not _is_hash(hashed):
            raise ValueError("a leaf hash is 32 bytes")
        created = []
        for address in nodes_created_by(self._size):
            if address.level:
                hashed = node_hash(self._edge.pop(), hashed)
            created.append((address, hashed))
        self._edge.append(hashed)
        self._size += 1
        return created

    def root(self) -> bytes:
        """The root of the log as it stands."""
        return _joined(self._edge)


def nodes_created_by(position: int) -> list[NodeAddress]:
    """The perfect subtrees that the leaf at ``position`` completes, from the leaf upwards."""
    level, index = 0, _whole(position, "position")
    addresses = [NodeAddress(level, index)]
    while index & 1:
        level, index = level + 1, index >> 1
        addresses.append(NodeAddress(level, index))
    return addresses


def root_nodes(size: int) -> list[NodeAddress]:
    """The stored nodes that make the root of a log of ``size`` entries, largest first; none when it is empty."""
    return _perfect_subtrees(0, _whole(size, "size"))


def inclusion_nodes(index: int, size: int) -> list[NodeAddress]:
    """The stored nodes that ``inclusion_path`` will ask for."""
    return [node for span in _inclusion_spans(index, size) for node in _perfect_subtrees(*span)]


def consistency_nodes(first: int, second: int) -> list[NodeAddress]:
    """The stored nodes that ``consistency_path`` will ask for."""
    return [node for span in _consistency_spans(first, second) for node in _perfect_subtrees(*span)]


def root_of(size: int, get: GetNode) -> bytes:
    """The root that the log had when it held ``size`` entries."""
    return _span_hash((0, _whole(size, "size")), get)


def inclusion_path(index: int, size: int, get: GetNode) -> list[bytes]:
    """``inclusion_proof`` for the log's first ``size`` entries, from stored nodes; the same errors."""
    return [_span_hash(span, get) for span in _inclusion_spans(index, size)]


def consistency_path(first: int, second: int, get: GetNode) -> list[bytes]:
    """``consistency_proof`` between two sizes of the log, from stored nodes; the same errors."""
    return [_span_hash(span, get) for span in _consistency_spans(first, second)]


# Many leaves under one root: what their proofs have in common is there once


def shared_nodes(indices: Iterable[int], size: int) -> list[NodeAddress]:
    """The stored nodes that, with the leaves at ``indices``, make the root of a log of ``size`` entries.

    They are the union of those leaves' inclusion proofs, less what the leaves themselves give. Raises ``IndexError``
    when there is no such entry.
    """
    found: list[NodeAddress] = []

    def note(level: int, index: int) -> bytes:
        found.append(NodeAddress(level, index))
        return b""

    _join(_places(indices, size), (0, size), lambda _index: b"", note)
    return found


def root_from_leaves(leaves: Mapping[int, bytes], size: int, nodes: Mapping[tuple[int, int], bytes]) -> bytes:
    """The root of a log of ``size`` entries from some of its leaf hashes and their ``shared_nodes``.

    Raises ``KeyError`` when a node is missing and ``IndexError`` when there is no such entry. As with one proof, a root
    does not fix the size: take both from one tree head.
    """
    return _join(_places(leaves, size), (0, size), leaves.__getitem__, lambda level, index: nodes[level, index])


def _places(indices: Iterable[int], size: int) -> list[int]:
    places = sorted({_whole(index, "index") for index in indices})
    if places and places[-1] >= _whole(size, "size"):
        raise IndexError(f"no entry {places[-1]} in a log of {size} entries")
    return places


def _join(places: Sequence[int], span: Span, leaf: Callable[[int], bytes], get: GetNode) -> bytes:
    """The hash of a span of entries: from leaves where it holds any of ``places``, else from stored nodes."""
    start, end = span
    if not places:
        return _span_hash(span, get)
    if end - start == 1:
        return leaf(start)
    middle = start + _largest_power_below(end - start)
    cut = bisect_left(places, middle)
    left = _join(places[:cut], (start, middle), leaf, get)
    return node_hash(left, _join(places[cut:], (middle, end), leaf, get))


def _inclusion_spans(index: int, size: int) -> list[Span]:
    """PATH of section 2.1.3.1 without the recursion: the siblings' spans of entries, nearest first."""
    if _whole(index, "index") >= _whole(size, "size"):
        raise IndexError(f"no entry {index} in a log of {size} entries")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _consistency_spans(first: int, second: int) -> list[Span]:
    """SUBPROOF of section 2.1.4.1 without the recursion: the spans of entries, deepest first."""
    if not 0 < _whole(first, "first") <= _whole(second, "second"):
        raise ValueError(f"no consistency proof from {first} to {second} entries: needs 0 < first <= second")
    start, end, spans = 0, second, []
    while end != first:
        middle = start + _largest_power_below(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:  # Otherwise the walk ended at the old log itself, whose root the verifier already has.
        spans.append((start, end))
    return spans[::-1]


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _perfect_subtrees(start: int, end: int) -> list[NodeAddress]:
    """Cut a span into perfect subtrees, largest first; ``start`` is a multiple of a power of two >= its length."""
    addresses = []
    while start < end:
        level = (end - start).bit_length() - 1
        addresses.append(NodeAddress(level, start >> level))
        start += 1 << level
    return addresses


def _span_hash(span: Span, get: GetNode) -> bytes:
    return _joined([get(level, index) for level, index in _perfect_subtrees(*span)])


def _joined(subtrees: Sequence[bytes]) -> bytes:
    """One hash over neighbouring perfect subtrees, largest first."""
    if not subtrees:
        return EMPTY_ROOT
    *larger, joined = subtrees
    for subtree in reversed(larger):
        joined = node_hash(subtree, joined)
    return joined


def _whole(number: int, name: str) -> int:
    if type(number) is not int:
        raise ValueError(f"{name} must be a whole number, not {number!r}")
    if number < 0:
        raise IndexError(f"{name} must not be negative: {number}")
    if number > LARGEST_SIZE:
        raise IndexError(f"{name} is larger than any log: the limit is {LARGEST_SIZE}")
    return number


# Checking somebody else's proof: whatever comes in, the answer is True or False


def verify_inclusion(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that ``leaf_hash`` is entry ``index`` of the log of ``size`` entries under ``root``.

    The algorithm of section 2.1.3.2. Malformed input of any kind gives ``False``. A root does not fix the size by
    itself (entry 0 has the same path in a log of 3 and of 4), so take ``size`` and ``root`` from one tree head.
    """
    if not (_is_hash(leaf_hash) and _is_hash(root) and _is_proof(proof)):
        return False
    if not (_is_size(index) and _is_size(size) and index < size):
        return False
    position, last, hashed = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            hashed = node_hash(sibling, hashed)
            position, last = _up_to_left_turn(position, last)
        else:
            hashed = node_hash(hashed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hashed == root


def verify_consistency(
    *, first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether ``proof`` shows that the log of ``second`` entries begins with the log of ``first`` entries, unchanged.

    The algorithm of section 2.1.4.2, for ``0 < first <= second``; equal sizes need an empty proof and equal roots.
    Malformed input of any kind gives ``False``.
    """
    if not (_is_hash(first_root) and _is_hash(second_root) and _is_proof(proof)):
        return False
    if not (_is_size(first) and _is_size(second) and 0 < first <= second):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof)
    if first & (first - 1) == 0:  # The old log is one perfect subtree: its root is the path's first node.
        path.insert(0, first_root)
    return bool(path) and _joins_both(path, first, second) == (first_root, second_root)


def _joins_both(path: list[bytes], first: int, second: int) -> tuple[bytes, bytes] | None:
    """The old and the new root that ``path`` leads to; ``None`` when its length does not fit the sizes."""
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            position, last = _up_to_left_turn(position, last)
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up_to_left_turn(position: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a right edge has no sibling."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _is_hash(value: object) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == HASH_SIZE


def _is_size(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= LARGEST_SIZE


def _is_proof(value: object) -> TypeGuard[Sequence[bytes]]:
    return (
        isinstance(value, (list, tuple)) and len(value) <= 2 * LARGEST_SIZE.bit_length() and all(map(_is_hash, value))
    )
