import { parseQuantity } from "@tokenyard/scenario";
import type { Report } from "../schema/report.ts";

/** Mean seconds of a request in its client and the engine's front end, where it waits for no other. Source: docs/models/scheduling.md#host-time */
export function frontEndSeconds({ scenario, tokens, requests }: Pick<Report, "scenario" | "tokens" | "requests">): number {
  const { serving, workload } = scenario.resolved as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const overhead = (serving?.["stepOverhead"] ?? {}) as Readonly<Record<string, unknown>>;
  const prompt = requests.finished === 0 ? 0 : tokens.prompt / requests.finished;
  return secondsOf(workload?.["client"]) + secondsOf(overhead["arrival"]) + secondsOf(overhead["arrivalToken"]) * prompt;
}

function secondsOf(stated: unknown): number {
  const seconds = typeof stated === "string" ? parseQuantity(stated, "s") : 0;
  return typeof seconds === "number" ? seconds : 0;
}
