"""What roles and places' kinds are called."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.people.access import Role

ROLES: dict[Role, str] = {
    Role.visitor: N_("访客"),
    Role.participant: N_("参与者"),
    Role.liaison: N_("联络员"),
    Role.deputy: N_("人大代表"),
    Role.park_manager: N_("园区管理员"),
    Role.handler: N_("部门承办人"),
    Role.residents_committee: N_("居委会"),
    Role.association: N_("业委会或弄管会"),
    Role.teller: N_("计票人"),
    Role.supervisor: N_("承办部门负责人"),
    Role.administrator: N_("管理员"),
}
