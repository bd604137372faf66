import type { Stream } from "@tokenyard/random";
import type * as z from "zod";

/** What every policy of a plug-in says beside how it is made. */
export interface Settled<Settings> {
  /** Schema of the keys beside `kind`; undefined: no keys. */
  readonly settings?: z.ZodType<Settings>;
}

/** What policies say that wrap one of ours. */
export interface Wrapping<Settings> extends Settled<Settings> {
  /** A policy of our own by which memory and work are estimated, and which `builtIn` makes, as in a scenario: `{ kind: "lognormal", sigma: 1 }`; if unset: the plainest. */
  standIn?(settings: Settings): { readonly kind: string };
}

/** Chance of a policy's own. */
export interface OwnChance {
  readonly stream: Stream;
}
