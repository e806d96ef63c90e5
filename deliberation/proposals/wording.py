"""Kinds, channels and states of proposals in words."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.people.masking import mask_name
from deliberation.places.models import PlaceKind
from deliberation.proposals.rules import ProposalKind, RedirectChannel

KINDS: dict[ProposalKind, str] = {
    ProposalKind.traffic: N_("交通停车"),
    ProposalKind.lighting: N_("照明"),
    ProposalKind.facilities: N_("公共设施"),
    ProposalKind.safety: N_("安全"),
    ProposalKind.environment: N_("环境卫生"),
    ProposalKind.services: N_("生活服务"),
    ProposalKind.enterprise: N_("企业服务"),
    ProposalKind.other: N_("别的"),
}

# Each channel with one sentence that says where to go (domain.md C3).
REDIRECTS: dict[RedirectChannel, tuple[str, str]] = {
    RedirectChannel.emergency: (
        N_("紧急情况"),
        N_("正在发生的危险请马上拨打 110（报警）、119（火警）或 120（急救），不要等这里答复。"),
    ),
    RedirectChannel.litigation: (
        N_("诉讼、仲裁、行政复议"),
        N_("要通过诉讼、仲裁或行政复议解决的事，请到法院、仲裁机构或复议机关办，也可以先拨 12348 问法律援助。"),
    ),
    RedirectChannel.petition: (
        N_("信访"),
        N_("对机关工作的意见、投诉和申诉，请到街道信访窗口，或在国家信访局网站提交，会给您登记号。"),
    ),
    RedirectChannel.discipline: (
        N_("纪检监察"),
        N_("反映党员、干部违纪违法的事，请拨 12388，或向纪检监察机关举报，身份受保护。"),
    ),
    RedirectChannel.repeated: (
        N_("重复提出，没有新情况"),
        N_("同一件事已经有过结果。请打开原来那一件看答复；有新情况，写明哪里变了再提。"),
    ),
    RedirectChannel.private_claim: (
        N_("只涉及两方的私事"),
        N_("只关系到您和另一方的纠纷，请找居委会人民调解委员会调解，调解不收费。"),
    ),
}

RESIDENT = N_("一位居民")
COLLEAGUE = N_("一位同事")


def public_name(name: str, *, hides_name: bool, place_kind: PlaceKind, is_public: bool = False) -> str:
    """What the public reads of an author: "罗*", or only that it was a resident or a colleague (a message id).

    ``is_public``: the person has consented to the whole name, and has not taken that back (R-53).
    """
    if not hides_name:
        return name if is_public else mask_name(name)
    return COLLEAGUE if place_kind in (PlaceKind.park, PlaceKind.building) else RESIDENT
