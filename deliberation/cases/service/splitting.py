"""Splitting a part off: a matter of its own, with its own number, handler and clock; the whole is answered after it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import by_name, lock, record, refuse, tell_about
from deliberation.cases.models import Case
from deliberation.cases.service.opening import begin_with
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Participation, ParticipationReason
from deliberation.people.access import Actor, require

# Who asked for it hears of the part too; who only came along hears of the whole.
CONCERNED = (ParticipationReason.proposer, ParticipationReason.merged_author, ParticipationReason.supporter)


def split(actor: Actor, case_id: int, *, title: str, task: str, handler_id: int, limit: str, now: datetime) -> Case:
    """A part of the case becomes a case of its own."""
    whole, matter, place = lock(case_id)
    require(actor, "case.split", place.scope)
    fit = {user.id: user for user in queries.handlers_in(place.scope)}
    refuse(
        rules.refusal_to_split(
            state=whole.state,
            is_part=whole.parent_id is not None,
            is_handler_here=handler_id in fit,
            has_interest=handler_id in matter_queries.interested_user_ids(matter.id),
        )
    )
    chosen = clocks.reply_limit(limit, None, scope=place.scope, now=now)
    own = matters.open_matter(place=place, title=title, now=now)
    matters.share_privacy(matter, own)
    for reason in CONCERNED:
        people = select(Participation.user_id).where(Participation.matter_id == matter.id)
        matters.add_participants(own.id, people.where(Participation.reason == reason), reason=reason, now=now)
    part = begin_with(own, handler=fit[handler_id], task=task, chosen=chosen, vote=None, now=now, parent_id=whole.id)
    for of, code, other in ((matter, "case.split", own), (own, "case.split_off", matter)):
        data = {"number": other.number, "plate": other.plate, "title": other.title}
        matters.add_entry(of, code, now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("case.split", whole, now=now, part=part.id, by=actor.user_id)
    return part


def whole_may_be_answered(part: Case, *, now: datetime) -> None:
    """The last open part has been answered: the handler of the whole is told."""
    if part.parent_id is None or queries.has_open_parts(part.parent_id):
        return
    whole = db.session.get_one(Case, part.parent_id)
    if whole.state in rules.BEING_HANDLED:
        key = f"{whole.times_reopened}:{part.id}:{part.times_reopened}"
        tell_about(whole, "case.parts_answered", {whole.handler_id: "handler"}, key=key, now=now)
