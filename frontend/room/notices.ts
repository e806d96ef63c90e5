/** What everybody is told the moment it happens: the quorum is lost, or there again. Works by push and by poll alike. */

import { say } from "../strings";
import { toast } from "../toast";
import type { RoomState } from "./state";

let before: RoomState | null = null;

export function notices(state: RoomState): void {
  const [was, now] = [before?.attendance.has_quorum, state.attendance.has_quorum];
  const isInSession = state.meeting.state === "open" || state.meeting.state === "recess";
  if (isInSession && was === true && now === false) toast(say("quorum_lost_now", { missing: state.attendance.missing }), { seconds: 10 });
  if (isInSession && was === false && now === true) toast(say("quorum_regained"), { seconds: 8 });
  before = state;
}
