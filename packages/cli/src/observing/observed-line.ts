import type { ObservedRequest } from "@tokenyard/observe";
import type { ObservedLine } from "../measured-runs/observed/observed-lines.ts";

/** A request as a file of runs has it. `firstSentNs`: when the first one was sent. */
export function observedLine(request: ObservedRequest, firstSentNs: number): ObservedLine {
  const { sentNs, firstTokenNs, endNs, plannedNs, outcome, session, gapsNs } = request;
  return {
    tokenyardRequest: 1,
    number: request.number,
    session: session < 0 ? null : session,
    outcome,
    failed: outcome !== "finished",
    plannedSeconds: plannedNs / 1e9,
    lateSeconds: toMicroseconds(sentNs - plannedNs),
    sentSeconds: toMicroseconds(Math.max(0, sentNs - firstSentNs)),
    askedPromptTokens: request.askedPromptTokens,
    askedOutputTokens: request.askedOutputTokens,
    promptTokens: request.promptTokens ?? request.askedPromptTokens,
    outputTokens: request.outputTokens ?? request.streamedTokens,
    streamedTokens: request.streamedTokens,
    chunks: request.chunks,
    ttftSeconds: firstTokenNs === null ? null : toMicroseconds(firstTokenNs - sentNs),
    e2eSeconds: toMicroseconds(endNs - sentNs),
    itlSeconds: gapsNs.map(toMicroseconds),
    status: request.status,
    message: request.message,
    retryAfterSeconds: request.retryAfterSeconds,
  };
}

function toMicroseconds(ns: number): number {
  return Math.round(ns / 1e3) / 1e6;
}
