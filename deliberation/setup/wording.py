"""What the steps are called and what each is for."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.setup.rules import StepKind

STEPS: dict[StepKind, str] = {
    StepKind.place: N_("地方"),
    StepKind.buildings: N_("楼栋"),
    StepKind.units: N_("单位和住户"),
    StepKind.committee: N_("议事会"),
    StepKind.charter: N_("章程"),
    StepKind.invitations: N_("请人进来"),
}
PURPOSES: dict[StepKind, str] = {
    StepKind.place: N_("园区、楼宇、弄堂或小区叫什么，联络站在哪里。"),
    StepKind.buildings: N_("里面有几栋楼，一行写一栋。没有分楼就跳过。"),
    StepKind.units: N_("企业、住户、店铺，用表格一次传上来。以后再补也行。"),
    StepKind.committee: N_("1+N+X：谁召集，哪些单位有表决席，请谁当顾问。"),
    StepKind.charter: N_("多少人来才算数、多少同意才通过。先用现成的，随时可以改。"),
    StepKind.invitations: N_("发链接、贴二维码，或者照名单一个一个请。"),
}
