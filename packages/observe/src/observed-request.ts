import type { Outcome } from "./answers/outcome.ts";

/** What became of one request. Nanoseconds are since the begin of the run. */
export interface ObservedRequest {
  /** Its number in the simulated run. */
  readonly number: number;
  readonly session: number;
  /** When it was due, and when it was given to the connection. */
  readonly plannedNs: number;
  readonly sentNs: number;
  readonly firstTokenNs: number | null;
  /** Instant of its last token, or of its failure. */
  readonly endNs: number;
  /** Nanoseconds from one chunk with tokens to the next. */
  readonly gapsNs: readonly number[];
  readonly chunks: number;
  readonly askedPromptTokens: number;
  readonly askedOutputTokens: number;
  /** By the server's count; null where it sends none. */
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  /** Tokens that came in chunks. */
  readonly streamedTokens: number;
  readonly status: number | null;
  readonly outcome: Outcome;
  readonly message: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Why a run ended. */
export type RunEnd = "all-sent" | "max-requests" | "max-time" | "interrupted" | "gave-up";
