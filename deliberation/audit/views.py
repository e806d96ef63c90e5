"""The log, for anybody: its head, what was recorded, and the proof that something stands in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from deliberation.audit import queries, signing
from deliberation.audit.models import AuditLeaf
from deliberation.audit.wording import TAGS
from deliberation.kernel.errors import N_, NotFound, Refusal
from deliberation.kernel.web import access, number_argument, wants_json

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


class ReceiptUnknown(Refusal):
    code = "receipt_unknown"
    status = 404
    sentence = N_("日志里没有这个回执号。请核对一下有没有抄错，一共 64 位，只有数字和 a 到 f。")


@blueprint.get("")
@access("pages.read")
def index() -> Any:
    """The head in plain words and what was recorded lately; never what a leaf says."""
    page = queries.leaves(before=number_argument("before"))
    head = queries.head()
    if wants_json():
        return jsonify(size=head.size, root=head.root.hex(), at=head.at.isoformat() if head.at else None)
    return render_template("audit/index.html", head=head, page=page, tags=TAGS)


@blueprint.get("/key")
@access("pages.read")
def key() -> Any:
    """The public key that the log's heads are signed with."""
    return jsonify(ed25519=signing.public_key())


@blueprint.get("/head.json")
@access("pages.read")
def head() -> Any:
    """The newest head, signed: kept by somebody outside, it shows if the log is ever rewritten."""
    return jsonify(signing.signed(queries.head()))


@blueprint.get("/leaves")
@access("pages.read")
def find() -> Any:
    """From the form: go to the receipt."""
    return redirect(url_for("audit.leaf", digest=request.args.get("digest", "").strip().lower() or "-"))


@blueprint.get("/leaves/<digest>")
@access("pages.read")
def leaf(digest: str) -> Any:
    """A receipt: recorded, and which place it has, or that its place follows in a moment."""
    found = _leaf(digest)
    proof = queries.proof(found.leaf_hash)
    if wants_json():
        return jsonify(_as_json(found, proof))
    return render_template("audit/leaf.html", leaf=found, proof=proof, tags=TAGS)


@blueprint.get("/proof/<digest>.json")
@access("pages.read")
def inclusion(digest: str) -> Any:
    found = _leaf(digest)
    return jsonify(_as_json(found, queries.proof(found.leaf_hash)))


@blueprint.get("/consistency.json")
@access("pages.read")
def consistency() -> Any:
    """``?first=…&second=…``: that the log only grew between two sizes."""
    first, second = (number_argument("first") or 0), number_argument("second")
    shown = queries.consistency(first, second)
    return jsonify(
        first=shown.first,
        second=shown.second,
        first_root=shown.first_root.hex(),
        second_root=shown.second_root.hex(),
        proof=[each.hex() for each in shown.path],
    )


def _leaf(digest: str) -> AuditLeaf:
    try:
        leaf_hash = bytes.fromhex(digest)
        return queries.leaf(leaf_hash)
    except (ValueError, NotFound):
        raise ReceiptUnknown() from None


def _as_json(leaf: AuditLeaf, proof: queries.Proof | None) -> dict[str, Any]:
    body = {"leaf_hash": leaf.leaf_hash.hex(), "recorded_at": leaf.recorded_at.isoformat(), "placed": proof is not None}
    if proof is None:
        return body
    return body | {
        "index": proof.index,
        "size": proof.size,
        "root": proof.root.hex(),
        "proof": [each.hex() for each in proof.path],
        "head": signing.signed(proof.head),
    }
