import type { Statement } from "../claims/configuration.ts";

/** Result of a promise, with its reason. */
export type Judgement = Pick<Statement, "verdict" | "because" | "isRun">;
