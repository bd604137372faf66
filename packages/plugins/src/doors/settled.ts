import type { Stream } from "@tokenyard/random";
import type * as z from "zod";

/** What every policy of a plug-in says beside how it is made. */
export interface Settled<Settings> {
  /** The keys that may stand beside `kind`, and what they mean; none: no keys. */
  readonly settings?: z.ZodType<Settings>;
}

/** Chance of a policy's own. */
export interface OwnChance {
  readonly stream: Stream;
}
