"""The rules of a vote: its states and steps, the count with its working, fingerprints. Pure and exact.

What the other rooms and the rest of this one may name; each name stands in the module of its own matter.
"""

from __future__ import annotations

from deliberation.votes.counting import (
    BASES as BASES,
    HALF as HALF,
    Comparison as Comparison,
    DecisionRule as DecisionRule,
    Outcome as Outcome,
    RuleKind as RuleKind,
    Verdict as Verdict,
    area_needed as area_needed,
    ballots_needed as ballots_needed,
    count as count,
    smallest as smallest,
)
from deliberation.votes.rules.assisting import (
    HelperIsParty as HelperIsParty,
    HelpInSecretVote as HelpInSecretVote,
    HelpNeedsTwo as HelpNeedsTwo,
    refusal_of_help as refusal_of_help,
    refusal_to_assist as refusal_to_assist,
)
from deliberation.votes.rules.clashes import (
    TELLERS_DECIDE as TELLERS_DECIDE,
    AnotherTeller as AnotherTeller,
    ConflictSettled as ConflictSettled,
    EvidenceMissing as EvidenceMissing,
    is_clash as is_clash,
    refusal_to_decide as refusal_to_decide,
)
from deliberation.votes.rules.differences import (
    Piece as Piece,
    differences as differences,
)
from deliberation.votes.rules.digests import text_hash as text_hash
from deliberation.votes.rules.disclosure import (
    FEW as FEW,
    coarse_area as coarse_area,
    disclosed as disclosed,
)
from deliberation.votes.rules.electronic import (
    AuthorityOnPaper as AuthorityOnPaper,
    NotByWeb as NotByWeb,
    NotByWebButByAgent as NotByWebButByAgent,
    binds_by_web as binds_by_web,
    refusal_of_channel as refusal_of_channel,
)
from deliberation.votes.rules.eligibility import (
    LEAST_NAMED as LEAST_NAMED,
    NoVoice as NoVoice,
    may_see_who_cast as may_see_who_cast,
    why_no_voice as why_no_voice,
)
from deliberation.votes.rules.extending import (
    ExtendedAlready as ExtendedAlready,
    ExtensionNotAnnounced as ExtensionNotAnnounced,
    ExtensionNotInCharter as ExtensionNotInCharter,
    ExtensionTooLate as ExtensionTooLate,
    QuorumReached as QuorumReached,
    extended_close as extended_close,
    refusal_of_extension as refusal_of_extension,
    refusal_to_extend as refusal_to_extend,
)
from deliberation.votes.rules.following import (
    NoRunOff as NoRunOff,
    NotReplaceable as NotReplaceable,
    ReplacedAlready as ReplacedAlready,
    RunOffAlready as RunOffAlready,
    next_times as next_times,
    refusal_to_replace as refusal_to_replace,
    refusal_to_run_off as refusal_to_run_off,
)
from deliberation.votes.rules.inspecting import (
    BallotsNotYet as BallotsNotYet,
    BallotsNotYours as BallotsNotYours,
    BallotsSecret as BallotsSecret,
    InspectionReasonMissing as InspectionReasonMissing,
    refusal_of_reason as refusal_of_reason,
    refusal_to_inspect as refusal_to_inspect,
)
from deliberation.votes.rules.kinds import (
    Channel as Channel,
    Choice as Choice,
    ConflictDecision as ConflictDecision,
    InvalidReason as InvalidReason,
    ObjectionKind as ObjectionKind,
    ParkingRule as ParkingRule,
    RollSource as RollSource,
)
from deliberation.votes.rules.notice import (
    FIELDS as FIELDS,
    Notice as Notice,
    NoticeIncomplete as NoticeIncomplete,
    missing_fields as missing_fields,
    refusal_of_notice as refusal_of_notice,
)
from deliberation.votes.rules.objecting import (
    A_SECOND as A_SECOND,
    NoteMissing as NoteMissing,
    RollObjectionOpen as RollObjectionOpen,
    is_window_over as is_window_over,
    kind_of_objection as kind_of_objection,
    refusal_to_answer as refusal_to_answer,
    refusal_to_halt as refusal_to_halt,
    refusal_to_object as refusal_to_object,
)
from deliberation.votes.rules.paper import (
    READ_IN as READ_IN,
    AlreadyRead as AlreadyRead,
    BundleTooLarge as BundleTooLarge,
    NoPaper as NoPaper,
    NothingToPrint as NothingToPrint,
    PrintedTooLate as PrintedTooLate,
    Reading as Reading,
    ReadingEmpty as ReadingEmpty,
    SheetSettled as SheetSettled,
    SheetsNotReadNow as SheetsNotReadNow,
    SheetUnknown as SheetUnknown,
    StillUnread as StillUnread,
    agreed as agreed,
    bundles as bundles,
    refusal_of_bundle as refusal_of_bundle,
    refusal_to_finish_count as refusal_to_finish_count,
    refusal_to_print as refusal_to_print,
    refusal_to_read as refusal_to_read,
    refusal_to_spoil as refusal_to_spoil,
)
from deliberation.votes.rules.proxies import (
    GIVEN_IN as GIVEN_IN,
    AgentHoldsEnough as AgentHoldsEnough,
    AgentIsPrincipal as AgentIsPrincipal,
    AgentUnknown as AgentUnknown,
    AlreadyChecked as AlreadyChecked,
    CheckerIsRecorder as CheckerIsRecorder,
    HasVoted as HasVoted,
    NoProxies as NoProxies,
    NoSuchNumber as NoSuchNumber,
    PrincipalVotedAlready as PrincipalVotedAlready,
    ProxyNotChecked as ProxyNotChecked,
    ProxyNotNow as ProxyNotNow,
    ProxyNotYours as ProxyNotYours,
    ProxyStands as ProxyStands,
    ProxyTermWrong as ProxyTermWrong,
    ProxyUsed as ProxyUsed,
    RecorderIsParty as RecorderIsParty,
    RefusalReasonMissing as RefusalReasonMissing,
    SignedWrongly as SignedWrongly,
    Term as Term,
    VotedAlready as VotedAlready,
    refusal_to_check as refusal_to_check,
    refusal_to_give as refusal_to_give,
    refusal_to_record as refusal_to_record,
    refusal_to_revoke as refusal_to_revoke,
    refusal_to_use as refusal_to_use,
)
from deliberation.votes.rules.secrecy import (
    must_hide_bands as must_hide_bands,
    warnings_of_secrecy as warnings_of_secrecy,
    without_bands as without_bands,
)
from deliberation.votes.rules.stages import (
    Course as Course,
    Stage as Stage,
    stages as stages,
)
from deliberation.votes.rules.steps import (
    NobodyChecks as NobodyChecks,
    NOT_YET_OR_NO_LONGER as NOT_YET_OR_NO_LONGER,
    VOTE_MOVES as VOTE_MOVES,
    AdviserHasNoBallot as AdviserHasNoBallot,
    BallotIdReused as BallotIdReused,
    BallotsOnTheseWords as BallotsOnTheseWords,
    MatterNotReady as MatterNotReady,
    NothingToVoteOn as NothingToVoteOn,
    NoticeMissing as NoticeMissing,
    NotOnRoll as NotOnRoll,
    NotTheMotion as NotTheMotion,
    NotTheNoticedText as NotTheNoticedText,
    NotWhatWasDecided as NotWhatWasDecided,
    NotYetDecided as NotYetDecided,
    OptionBarred as OptionBarred,
    PublishedToOwners as PublishedToOwners,
    ReadBackFirst as ReadBackFirst,
    ReasonForObjection as ReasonForObjection,
    RecordNotYet as RecordNotYet,
    RollEmpty as RollEmpty,
    SecretBallotElsewhere as SecretBallotElsewhere,
    StillOpen as StillOpen,
    TellerHasInterest as TellerHasInterest,
    TextImmutable as TextImmutable,
    TextMissing as TextMissing,
    TimesWrong as TimesWrong,
    VoteCancelled as VoteCancelled,
    VoteClosed as VoteClosed,
    VoteNotOpen as VoteNotOpen,
    VoteState as VoteState,
    VoteStateChanged as VoteStateChanged,
    VoteUnderWay as VoteUnderWay,
    VotingTimeRuns as VotingTimeRuns,
    decided_nothing as decided_nothing,
    not_carried as not_carried,
    refusal_of_text as refusal_of_text,
    refusal_to_cast as refusal_to_cast,
    refusal_to_change_words as refusal_to_change_words,
    refusal_to_count as refusal_to_count,
    refusal_to_move as refusal_to_move,
    refusal_to_name as refusal_to_name,
    refusal_to_prepare as refusal_to_prepare,
    refusal_to_publish as refusal_to_publish,
    refusal_to_shorten as refusal_to_shorten,
    refusal_to_write_down as refusal_to_write_down,
)
from deliberation.votes.rules.terms import (
    LEAST_IN_BAND as LEAST_IN_BAND,
    NOTICE_DAYS as NOTICE_DAYS,
    BandTooSmall as BandTooSmall,
    BarredWrong as BarredWrong,
    ItemClassMissing as ItemClassMissing,
    MethodDoesNotFit as MethodDoesNotFit,
    NobodyIsThere as NobodyIsThere,
    NotChecked as NotChecked,
    NoticeTooShort as NoticeTooShort,
    OptionsWrong as OptionsWrong,
    OwnersVoteByName as OwnersVoteByName,
    RuleStands as RuleStands,
    SecretOnWebOnly as SecretOnWebOnly,
    Terms as Terms,
    code_of as code_of,
    refusal_of_bands as refusal_of_bands,
    refusal_of_owners_notice as refusal_of_owners_notice,
    refusal_of_terms as refusal_of_terms,
    refusal_to_call as refusal_to_call,
)
from deliberation.votes.rules.versions import (
    COMPARED as COMPARED,
    Change as Change,
    changes as changes,
    told_changes as told_changes,
)
