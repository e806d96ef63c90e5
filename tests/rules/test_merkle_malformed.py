"""Proofs of the audit log that nobody made: whatever comes in, the answer is no, and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import merkle
from tests.support.rfc9162 import LEAVES, consistent, included

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
