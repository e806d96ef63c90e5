"""The audit log's tree against the RFC's own recursion, public vectors, and hostile input."""

import base64
import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import merkle

VECTORS = sorted((Path(__file__).parents[1] / "data" / "merkle-inclusion").rglob("*.json"))
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


# Public vectors


def test_the_vectors_are_there():
    assert len(VECTORS) == 98
    assert sum(not json.loads(vector.read_text())["wantErr"] for vector in VECTORS) == 6


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_public_vector(file):
    vector = json.loads(file.read_text())
    accepted = merkle.verify_inclusion(
        leaf_hash=base64.b64decode(vector["leafHash"]),
        index=vector["leafIdx"],
        size=vector["treeSize"],
        proof=[base64.b64decode(node) for node in vector["proof"] or []],
        root=base64.b64decode(vector["root"]),
    )
    assert accepted is not vector["wantErr"]


def test_known_hashes():
    assert merkle.root([]) == merkle.EMPTY_ROOT == sha256(b"").digest()
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    # The eight-entry tree of the certificate-transparency test suites.
    leaves = [bytes.fromhex(data) for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    leaves.append(bytes(range(0x60, 0x70)))
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


# Against the RFC's recursion, for every size


@pytest.mark.parametrize("size", SIZES)
def test_every_entry_proves(size):
    leaves = LEAVES[:size]
    assert merkle.root(leaves) == rfc_root(leaves)
    for index in range(size):
        assert merkle.inclusion_proof(leaves, index) == rfc_path(index, leaves)
        assert included(leaves, index)


@pytest.mark.parametrize("size", SIZES)
def test_no_entry_proves_for_another_place(size):
    leaves = LEAVES[:size]
    for index in range(size):
        facts, turns = inclusion(leaves, index), rfc_turns(index, size)
        for other in range(size + 3):
            assert merkle.verify_inclusion(**{**facts, "index": other}) is (other == index)
        for other in range(index + 1, 80):
            # A size with the same way to the root passes: the tree head, not the proof, says the size.
            assert merkle.verify_inclusion(**{**facts, "size": other}) is (rfc_turns(index, other) == turns)


@pytest.mark.parametrize("size", SIZES)
def test_every_beginning_is_consistent(size):
    leaves = LEAVES[:size]
    for first in range(1, size + 1):
        assert merkle.consistency_proof(leaves, first) == rfc_subproof(first, leaves, True)
        assert consistent(leaves, first)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 64, 70])
def test_a_proof_too_short_or_too_long_fails(size):
    leaves, extra = LEAVES[:size], bytes(32)
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index)
        assert not included(leaves, index, proof=[*proof, extra])
        assert not included(leaves, index, proof=[extra, *proof])
        assert not proof or not included(leaves, index, proof=proof[:-1])
        assert not proof or not included(leaves, index, proof=proof[1:])
    for first in range(1, size + 1):
        proof = merkle.consistency_proof(leaves, first)
        assert not consistent(leaves, first, proof=[*proof, extra])
        assert not consistent(leaves, first, proof=[extra, *proof])
        assert not proof or not consistent(leaves, first, proof=proof[:-1])
        assert not proof or not consistent(leaves, first, proof=proof[1:])


def test_roots_made_to_fit_a_wrong_length_do_not_help():
    """The hashes agree in each of these; only the sizes say that the proof is too long or too short."""
    extra = bytes(32)
    for size in (1, 2, 5, 8):
        facts = inclusion(LEAVES[:size], 0)
        taller = {"proof": [*facts["proof"], extra], "root": merkle.node_hash(extra, facts["root"])}
        assert not merkle.verify_inclusion(**{**facts, **taller})
        assert merkle.verify_inclusion(**facts)
    four, eight = merkle.root(LEAVES[:4]), merkle.root(LEAVES[:8])
    (right,) = merkle.consistency_proof(LEAVES[:8], 4)
    facts = {"first": 4, "second": 8, "proof": [right], "first_root": four, "second_root": eight}
    assert merkle.verify_consistency(**facts)
    for first, size in ((3, 4), (3, 8), (5, 7), (6, 13)):
        assert not consistent(
            LEAVES[:size],
            first,
            proof=[*merkle.consistency_proof(LEAVES[:size], first), extra],
            first_root=merkle.node_hash(extra, merkle.root(LEAVES[:first])),
            second_root=merkle.node_hash(extra, merkle.root(LEAVES[:size])),
        )
    assert not merkle.verify_consistency(**{**facts, "first": 6, "proof": [four], "second_root": four})
    assert not merkle.verify_consistency(**{**facts, "first": 5, "second": 6, "proof": [four], "second_root": four})


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_roots_made_to_fit_nodes_of_a_wrong_length_do_not_help(length):
    leaf, odd = merkle.leaf_hash(b"entry"), bytes(length)
    facts = {"leaf_hash": leaf, "index": 0, "size": 2, "proof": [odd], "root": merkle.node_hash(leaf, odd)}
    assert not merkle.verify_inclusion(**facts)
    assert not merkle.verify_inclusion(**{**facts, "size": 1, "proof": [], "leaf_hash": odd, "root": odd})
    grown = {"first": 1, "second": 2, "proof": [odd], "first_root": leaf, "second_root": facts["root"]}
    assert not merkle.verify_consistency(**grown)
    assert not merkle.verify_consistency(first=2, second=2, proof=[], first_root=odd, second_root=odd)


def test_a_changed_beginning_is_not_consistent():
    for size in (2, 5, 8, 21):
        for first in range(1, size):
            forged = [b"forged", *LEAVES[1:size]]
            proof = merkle.consistency_proof(forged, first)
            assert not consistent(LEAVES[:size], first, proof=proof, second_root=merkle.root(forged))


logs = st.lists(st.binary(max_size=40), min_size=1, max_size=70, unique=True)


@given(leaves=logs, data=st.data())
def test_any_flipped_bit_fails(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    bit = data.draw(st.integers(0, 255))
    proof = merkle.inclusion_proof(leaves, index)
    assert included(leaves, index)
    assert not included(leaves, index, leaf_hash=flipped(merkle.leaf_hash(leaves[index]), bit))
    assert not included(leaves, index, root=flipped(merkle.root(leaves), bit))
    for place, node in enumerate(proof):
        assert not included(leaves, index, proof=[*proof[:place], flipped(node, bit), *proof[place + 1 :]])


@given(leaves=logs, data=st.data())
def test_any_flipped_bit_breaks_consistency(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    bit = data.draw(st.integers(0, 255))
    proof = merkle.consistency_proof(leaves, first)
    assert consistent(leaves, first)
    assert not consistent(leaves, first, first_root=flipped(merkle.root(leaves[:first]), bit))
    assert not consistent(leaves, first, second_root=flipped(merkle.root(leaves), bit))
    for place, node in enumerate(proof):
        assert not consistent(leaves, first, proof=[*proof[:place], flipped(node, bit), *proof[place + 1 :]])


# Malformed input never raises

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([-1, 0, 1, 2**63, 2**64 - 1, 2**64, 10**400]),
    st.floats(),
    st.text(max_size=40),
    st.binary(max_size=40),
    st.binary(min_size=32, max_size=32),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.binary(max_size=33)), max_size=6),
    st.lists(st.binary(min_size=32, max_size=32), max_size=200),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.just(object()),
    st.just(float("nan")),
)


@given(leaf_hash=anything, index=anything, size=anything, proof=anything, root=anything)
def test_verify_inclusion_never_raises(leaf_hash, index, size, proof, root):
    answer = merkle.verify_inclusion(leaf_hash=leaf_hash, index=index, size=size, proof=proof, root=root)
    assert answer is False or (size == 1 and index == 0 and not proof and leaf_hash == root)


@given(first=anything, second=anything, proof=anything, first_root=anything, second_root=anything)
def test_verify_consistency_never_raises(first, second, proof, first_root, second_root):
    answer = merkle.verify_consistency(
        first=first, second=second, proof=proof, first_root=first_root, second_root=second_root
    )
    assert answer is False or (first == second and not proof and first_root == second_root)


MALFORMED = [None, True, False, "0", b"0", 0.0, 1.0, -1, 10**400, [], {}, object(), "x" * 32, bytearray(32), bytes(31)]


@pytest.mark.parametrize("wrong", MALFORMED, ids=lambda wrong: f"{type(wrong).__name__}-{str(wrong)[:9]}")
def test_one_malformed_fact_in_a_good_proof(wrong):
    for name in ("leaf_hash", "index", "size", "proof", "root"):
        assert included(LEAVES[:5], 1, **{name: wrong}) is False
    for name in ("first", "second", "proof", "first_root", "second_root"):
        assert consistent(LEAVES[:5], 3, **{name: wrong}) is False


def test_a_proof_may_be_a_tuple_but_not_joined_bytes():
    proof = merkle.inclusion_proof(LEAVES[:5], 1)
    assert included(LEAVES[:5], 1, proof=tuple(proof))
    assert not included(LEAVES[:5], 1, proof=b"".join(proof))
    assert not included(LEAVES[:5], 1, proof=iter(proof))
    assert not included(LEAVES[:5], 1, proof=[node.hex() for node in proof])


def test_the_largest_size_is_answered_quickly():
    huge = merkle.LARGEST_SIZE
    assert not included(LEAVES[:5], 1, index=huge - 1, size=huge)
    assert not included(LEAVES[:5], 1, proof=[bytes(32)] * 100_000)
    assert not consistent(LEAVES[:5], 3, first=huge - 1, second=huge)


def test_an_empty_log_proves_nothing():
    assert not consistent(LEAVES[:5], 3, first=0, first_root=merkle.EMPTY_ROOT, proof=[])
    assert not included(LEAVES[:1], 0, size=0)


def test_no_proof_for_what_is_not_there():
    for index in (5, 6, -1, 2**70):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(LEAVES[:5], index)
    for index in (None, True, 1.0, "1"):
        with pytest.raises(ValueError, match="whole number"):
            merkle.inclusion_proof(LEAVES[:5], index)
    with pytest.raises(IndexError, match="no entry 0 in a log of 0 entries"):
        merkle.inclusion_proof([], 0)
    for first in (0, 6):
        with pytest.raises(ValueError, match=f"no consistency proof from {first} to 5"):
            merkle.consistency_proof(LEAVES[:5], first)
    with pytest.raises(IndexError, match="must not be negative"):
        merkle.consistency_proof(LEAVES[:5], -1)
    with pytest.raises(ValueError, match="whole number"):
        merkle.consistency_proof(LEAVES[:5], True)


# The running log


class Store:
    """What the sequencer keeps; it counts what is read."""

    def __init__(self, leaves):
        self.log, self.nodes, self.asked = merkle.CompactRange(), {}, []
        for data in leaves:
            self.append(data)

    def append(self, data):
        created = self.log.append(merkle.leaf_hash(data))
        assert not self.nodes.keys() & {address for address, _hash in created}
        self.nodes.update(created)
        return created

    def get(self, level, index):
        self.asked.append((level, index))
        return self.nodes[level, index]


def test_the_running_log_has_every_root_it_ever_had():
    store = Store([])
    assert store.log.root() == merkle.EMPTY_ROOT
    for size, data in enumerate(LEAVES, start=1):
        created = store.append(data)
        assert [address for address, _hash in created] == merkle.nodes_created_by(size - 1)
        assert store.log.size == size
        assert store.log.root() == merkle.root(LEAVES[:size])
    for size in range(len(LEAVES) + 1):
        assert merkle.root_of(size, store.get) == merkle.root(LEAVES[:size])


def test_the_running_log_is_taken_up_again_from_its_edge():
    for size in range(len(LEAVES)):
        store = Store(LEAVES[:size])
        edge = [store.nodes[address] for address in merkle.root_nodes(size)]
        again = merkle.CompactRange(size, edge)
        assert again.append(merkle.leaf_hash(LEAVES[size])) == store.append(LEAVES[size])
        assert again.root() == store.log.root()


def test_stored_nodes_give_the_same_proofs_for_any_size():
    store = Store(LEAVES)
    for size in SIZES:
        for index in range(size):
            store.asked.clear()
            assert merkle.inclusion_path(index, size, store.get) == merkle.inclusion_proof(LEAVES[:size], index)
            assert store.asked == merkle.inclusion_nodes(index, size)
        for first in range(1, size + 1):
            store.asked.clear()
            assert merkle.consistency_path(first, size, store.get) == merkle.consistency_proof(LEAVES[:size], first)
            assert store.asked == merkle.consistency_nodes(first, size)


def test_many_leaves_and_what_their_proofs_share_give_the_root():
    """All subsets of small logs: the nodes are those of the proofs, less what the leaves give, and lead to the root."""
    store = Store(LEAVES)
    for size in range(1, 9):
        hashes = {place: merkle.leaf_hash(LEAVES[place]) for place in range(size)}
        for chosen in range(2**size):
            places = [place for place in range(size) if chosen >> place & 1]
            addresses = merkle.shared_nodes(places, size)
            nodes = {address: store.nodes[address] for address in addresses}
            leaves = {place: hashes[place] for place in places}
            assert merkle.root_from_leaves(leaves, size, nodes) == merkle.root(LEAVES[:size])
            if places:
                proofs = {node for place in places for node in merkle.inclusion_nodes(place, size)}
                assert set(addresses) <= proofs
            for place in places:
                wrong = {**leaves, place: bytes(32)}
                assert merkle.root_from_leaves(wrong, size, nodes) != merkle.root(LEAVES[:size])
            if len(places) < size:
                with pytest.raises(KeyError):
                    merkle.root_from_leaves(leaves, size, dict(list(nodes.items())[1:]))
    with pytest.raises(IndexError, match="no entry 3"):
        merkle.shared_nodes([1, 3], 3)


@given(size=st.integers(1, merkle.LARGEST_SIZE), data=st.data())
def test_reading_costs_the_logarithm(size, data):
    bits = size.bit_length()
    index = data.draw(st.integers(0, size - 1))
    assert len(merkle.root_nodes(size)) == size.bit_count() <= bits
    assert len(merkle.inclusion_nodes(index, size)) <= 2 * bits
    assert len(merkle.consistency_nodes(index + 1, size)) <= 2 * bits
    assert len(merkle.nodes_created_by(index)) <= bits + 1
    covered = sum(1 << level for level, _index in merkle.root_nodes(size))
    assert covered == size


def test_a_wrong_edge_is_refused():
    with pytest.raises(ValueError, match="3 entries has 2 edge nodes, not 1"):
        merkle.CompactRange(3, [bytes(32)])
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.CompactRange().append(b"short")
    with pytest.raises(IndexError):
        merkle.CompactRange(-1)
