import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Stryker } from "@stryker-mutator/core";

export type Result = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/** A mutant that no test can kill, as it changes nothing that anyone sees. */
export interface Equivalent {
  readonly file: string;
  /** The line that it changes, without its indent. */
  readonly line: string;
  readonly replacement: string;
  readonly reason: string;
}

/** A mutant that no test turned red for. */
export interface Survivor {
  readonly file: string;
  readonly line: number; // from 1
  readonly column: number; // from 1
  readonly code: string; // the line that it changes
  readonly replacement: string;
  readonly isCovered: boolean; // by a test
}

/** What the tests of a room said of the mutants that were drawn from it. */
export interface Judgement {
  readonly room: string;
  readonly all: number; // mutants of the room
  readonly judged: number; // drawn, without those of modules' own values and those listed as equivalent
  readonly killed: number;
  readonly byTime: number; // of the killed, those whose tests did not end
  readonly equivalent: number;
  readonly survivors: readonly Survivor[];
}

/** Mutants that are listed as equivalent, each with its reason. */
export function equivalents(house: string): readonly Equivalent[] {
  return JSON.parse(readFileSync(join(house, "bench/mutants/equivalent.json"), "utf8"));
}

/** `all` mutants are in the room; `results` are those of the drawn ones. */
export function judgementOf(
  {
    house,
    room,
    all,
    listed,
  }: { readonly house: string; readonly room: string; readonly all: number; readonly listed: readonly Equivalent[] },
  results: readonly Result[],
): Judgement {
  const of = (...statuses: readonly string[]) => results.filter(({ status }) => statuses.includes(status));
  const unkilled = of("Survived", "NoCoverage").map((result) => survivorOf(house, result));
  const survivors = unkilled.filter((survivor) => !listed.some((known) => isSame(known, survivor)));
  const byTime = of("Timeout").length;
  const killed = of("Killed", "RuntimeError").length + byTime;
  return { room, all, judged: killed + survivors.length, killed, byTime, equivalent: unkilled.length - survivors.length, survivors };
}

export function judgementText({ room, all, judged, killed, byTime, equivalent, survivors }: Judgement): string {
  const share = ((100 * killed) / judged).toFixed(0);
  const head = `${room}: ${killed} of ${judged} mutants killed (${share} %), ${byTime} of them by time, of ${all} in the room; ${equivalent} equivalent`;
  const lines = survivors.map(
    ({ file, line, column, code, replacement, isCovered }) =>
      `  ${file}:${line}:${column}${isCovered ? "" : " (no test)"}\n    ${code}\n    → ${replacement.split("\n").join("\n      ")}`,
  );
  return [head, ...lines].join("\n");
}

function survivorOf(house: string, { fileName, location: { start }, replacement, status }: Result): Survivor {
  const file = relative(house, fileName);
  const code = readFileSync(join(house, file), "utf8").split("\n")[start.line - 1]!.trim();
  return { file, line: start.line, column: start.column, code, replacement: replacement ?? "", isCovered: status === "Survived" };
}

function isSame(known: Equivalent, { file, code, replacement }: Survivor): boolean {
  return known.file === file && known.line === code && known.replacement === replacement;
}
