import type { Statement } from "../claims/configuration.ts";

/** What became of a promise, and why. */
export type Judgement = Pick<Statement, "verdict" | "because" | "isRun">;
