"""The audit log's tree against the RFC's own recursion and public vectors."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import merkle
from tests.support.rfc9162 import (
    LEAVES,
    SIZES,
    consistent,
    flipped,
    included,
    inclusion,
    rfc_path,
    rfc_root,
    rfc_subproof,
    rfc_turns,
)

VECTORS = sorted((Path(__file__).parents[1] / "data" / "merkle-inclusion").rglob("*.json"))

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
