import { existsSync } from "node:fs";
import { counted } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { StudyFile } from "./study-file.ts";
import type { StudyHeader } from "./study-header.ts";

export interface StudyFileOptions {
  /** Study file for every result. */
  readonly out?: string;
  /** Goes on with the study in `out`, where there is one. */
  readonly resume?: boolean;
}

/** Problems of requests to a study file. */
export function resumeProblems({ out, resume }: StudyFileOptions): LocatedProblem[] {
  return resume && out === undefined ? [wrongValue("--resume", "", null, "--out FILE beside it, to go on with")] : [];
}

/** The file of the study of `header`, if requested; reports the number of its results. Throws BadInput for a file of something else. */
export async function openStudy(header: StudyHeader, { out, resume }: StudyFileOptions, channel: Channel): Promise<StudyFile | undefined> {
  if (out === undefined) return undefined;
  const study = await (resume && existsSync(out) ? StudyFile.resume(out, header) : StudyFile.create(out, header));
  if (study.size > 0) channel.write(`${out}: has ${counted(study.size, "point")} of this study\n`);
  return study;
}

/** Ends the work on `study` and closes its file; reports where results are that did not fit on the disk. */
export async function closeStudy(study: StudyFile | undefined, { out }: StudyFileOptions, channel: Channel): Promise<void> {
  await study?.close();
  const log = `${out}.wal`;
  if (study === undefined || !existsSync(log)) return;
  channel.write(
    `${log}: has results that found no room in ${out}; keep the two together: query reads both, and --resume makes them one where there is room\n`,
  );
}
