import { signal } from "@preact/signals";
import type { Sent } from "../link/link.ts";

/** Claims of the sender of the open link; undefined if the plan did not come by a link. */
export const sentClaims = signal<Sent | undefined>(undefined);
