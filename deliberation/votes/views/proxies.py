"""Agents and their authorities: given, taken back and used."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from deliberation.kernel.errors import BadInput, Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, wants_json
from deliberation.votes import service
from deliberation.votes.forms import ProxyForm, written_choice
from deliberation.votes.views.acting import done
from deliberation.votes.views.blueprint import blueprint
from deliberation.votes.views.voting import vote_page


@blueprint.post("/<int:vote_id>/proxies")
@access("proxy.give")
def give_proxy(vote_id: int) -> Any:
    """What is wrong is said beside its field on the vote's page, where everything that was chosen still stands."""
    form = ProxyForm()
    if not form.validate():
        if wants_json():
            raise BadInput({name: [str(each) for each in errors] for name, errors in form.errors.items() if name})
        return vote_page(vote_id, proxy=form, status=422)
    fields = {
        "vote_id": vote_id,
        "roll_entry_id": form.roll_entry_id.data,
        "agent_address": form.agent_address.data,
        "opinion": form.choice.data or written_choice(request.form),
        "valid_until": form.valid_until.data,
    }
    target = url_for("votes.show", vote_id=vote_id)
    try:
        return done(target, service.give_proxy, _("委托好了，对方收到了通知。"), **fields)
    except Refusal as refusal:
        if wants_json():
            raise
        form.blame(refusal, say(refusal))
        return vote_page(vote_id, proxy=form, status=refusal.status)


@blueprint.post("/<int:vote_id>/proxies/<int:authority_id>/revoke")
@access("proxy.give")
def revoke_proxy(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.show", vote_id=vote_id)
    return done(target, service.revoke_proxy, _("委托撤回了。"), authority_id=authority_id)


@blueprint.post("/<int:vote_id>/proxies/<int:authority_id>/cast")
@access("ballot.cast")
def cast_by_proxy(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.show", vote_id=vote_id)
    return done(target, service.cast_by_proxy, _("照委托投好了，本人收到了通知。"), authority_id=authority_id)
