"""The audit log's tree while it grows: every root it had, the nodes that are kept, what reading costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import merkle
from tests.support.rfc9162 import LEAVES, SIZES


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
