import { linkOf } from "../link/link.ts";
import type { Session } from "./session.ts";
import { sharedOf } from "./shared-state.ts";

/** Above it chat programs cut an address. */
const LONG = 8_000;
/** Above it a file is better. */
const TOO_LONG = 64_000;

/** Copies the conclusion and the link to the clipboard, and puts the link into the address; returns the message to show. */
export async function copyText(session: Session): Promise<string> {
  const shared = sharedOf(session);
  if (shared === undefined) return "nothing to copy";
  const fragment = await linkOf(shared);
  history.replaceState(null, "", `#${fragment}`);
  const sentence = shared.sent === undefined ? "" : `${shared.sent.name}: ${shared.sent.conclusion} `;
  try {
    await navigator.clipboard.writeText(`${sentence}${location.href}`);
  } catch {
    return "the link is in the address of the page: this browser does not let it be copied";
  }
  if (fragment.length > TOO_LONG) return "copied; it is so long that a file is better: tokenyard run --html";
  return fragment.length > LONG ? "copied; some chat programs cut links of this length" : "copied";
}
