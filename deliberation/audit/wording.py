"""What a leaf's tag is called on the audit page. A tag without a name here is shown as it is."""

from __future__ import annotations

from deliberation.kernel.errors import N_

TAGS: dict[str, str] = {
    "account.closed": N_("账号停用"),
    "account.opened": N_("管理员开账号"),
    "account.opened_again": N_("账号重新开通"),
    "account.password_changed": N_("改密码"),
    "account.registered": N_("自己开账号，同意个人信息说明"),
    "calendar.entered": N_("录入放假安排"),
    "identity.viewed": N_("查看真实身份"),
    "role.ended": N_("撤掉身份"),
    "role.granted": N_("任命"),
}
