import { signal } from "@preact/signals";
import type { Sent } from "../link/link.ts";

/** What the sender of the open link claims; undefined where the plan did not come by a link. */
export const sentClaims = signal<Sent | undefined>(undefined);
