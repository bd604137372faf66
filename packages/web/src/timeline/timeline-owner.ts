import type { Session } from "../app/session.ts";
import type { OpenGroups } from "../worker/messages.ts";

/** What a timeline changes, and what may run again for it: a session, or the state of a file. */
export interface TimelineOwner extends Pick<Session, "stretch" | "running"> {
  /** Draws it again with the ranks of `open`; undefined where its ranks are all that there is. */
  readonly drawTimeline: ((open: OpenGroups) => void) | undefined;
}
