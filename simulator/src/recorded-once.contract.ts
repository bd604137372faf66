import type { Recording } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import { afterAll } from "vitest";
import type { RunOptions } from "./options/run-options.ts";
import { prepare } from "./setup/prepare.ts";
import { run } from "./simulate.ts";

/** Recordings that are kept: more than the properties of a file draw scenarios. */
const MOST = 500;

/** Of a run that reports nothing while it goes on. */
type Asked = Pick<RunOptions, "spans" | "executor" | "cuts" | "fates" | "rows">;

/**
 * Runs scenarios with the options of `always`; the same scenario with the same options once in a file of tests, whose properties have one seed and so
 * draw the same scenarios. Recordings are to be read only.
 */
export function recordedOnce(always: Asked = {}): (scenario: Scenario, options?: Asked) => Recording {
  const kept = new Map<string, Recording>();
  afterAll(() => kept.clear());
  return (scenario, options) => {
    const text = JSON.stringify([scenario, options], exactly);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const recording = run(prepare(scenario), { ...always, ...options });
    if (kept.size >= MOST) kept.delete(kept.keys().next().value!);
    kept.set(text, recording);
    return recording;
  };
}

/** JSON has no number that is not finite. */
function exactly(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
