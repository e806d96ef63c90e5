"""What roles and places' kinds are called."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.people.access import Role
from deliberation.people.rules import Purpose

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
# What each separate consent is for, and what it changes.
PURPOSES: dict[Purpose, tuple[str, str]] = {
    Purpose.publish_name: (
        N_("公开我的全名"),
        N_("同意以后，您提的事在公开页上写全名。收回以后马上又只写姓。"),
    ),
    Purpose.photo: (
        N_("公开认得出我的照片"),
        N_("照片里认得出您的脸时才用得着。没有同意，拍的人要先挡住。"),
    ),
    Purpose.health_need: (N_("记下我的健康需要"), N_("比如开会要轮椅位、要手语。只给安排会场的人看，会后就删。")),
    Purpose.child_data: (N_("登记我未满 14 岁的孩子"), N_("比如报暑期课堂。由监护人同意，结束 90 天后删。")),
}
