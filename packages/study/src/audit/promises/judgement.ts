import type { Statement } from "../configuration.ts";

/** What became of a promise, and why. */
export type Judgement = Pick<Statement, "verdict" | "because" | "isRun">;
