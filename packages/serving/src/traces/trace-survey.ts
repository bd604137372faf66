import { type Problem, Problems, type ReadPieces, type TraceSpec } from "@tokenyard/scenario";
import { TraceReader } from "./trace-reader.ts";

const MOST_PROBLEMS = 20; // broken rows that are reported; the rest mostly have the same fault
const MOST_ID = 0x7fff_ffff;

/** Facts on a trace that are needed before its replay. */
export interface TraceSurvey {
  /** Requests of one replay. */
  readonly requests: number;
  /** Rows of the slice without prompt or output tokens. */
  readonly dropped: number;
  /** Time from the start of one replay to that of the next, in the trace's time. */
  readonly periodNs: number;
  /** Upper limit of the ids of prefix blocks. */
  readonly ids: number;
}

/** Reads the whole trace once. Throws the Problems of its broken rows, each at its line, or of a slice without requests. */
export function surveyTrace(spec: TraceSpec, readPieces: ReadPieces): TraceSurvey {
  const problems: Problem[] = [];
  let broken = 0;
  const reader = new TraceReader(
    spec,
    (path) => readable(path, readPieces),
    ({ given, wanted, column = 1 }, line) => {
      if (broken++ < MOST_PROBLEMS) problems.push({ path: ["workload", "path"], given, wanted, place: { file: spec.path, line, column } });
    },
  );
  const { row } = reader;
  let requests = 0;
  let firstNs = 0;
  let ids = 0;
  while (reader.next()) {
    if (requests++ === 0) firstNs = row.timeNs;
    if (row.prefix !== undefined) for (let i = 0; i < row.prefix.length; i++) ids = Math.max(ids, row.prefix[i]! + 1);
  }
  if (broken > MOST_PROBLEMS) problems.push(problem(["path"], `${broken - MOST_PROBLEMS} broken rows more`, "these solved first"));
  if (broken === 0 && requests === 0) problems.push(problem(["path"], "no request in the time that is replayed", "rows with tokens there"));
  if (ids * spec.repeat > MOST_ID) {
    problems.push(problem(["repeat"], String(spec.repeat), `at most ${Math.floor(MOST_ID / ids)}, for ids of prefix blocks to stay apart`));
  }
  if (problems.length > 0) throw new Problems(problems);
  return { requests, dropped: reader.dropped, periodNs: periodNs(spec, firstNs, row.timeNs, requests), ids };
}

/** The file's pieces; that it cannot be read is a problem. */
function* readable(path: string, readPieces: ReadPieces): Generator<Uint8Array> {
  try {
    yield* readPieces(path);
  } catch (error) {
    if (error instanceof Problems) throw error;
    throw new Problems([problem(["path"], path, `a file that can be read (${error instanceof Error ? error.message : String(error)})`)]);
  }
}

/** The slice, where its end is given; else to the last request and one mean gap more. */
function periodNs({ from, to }: TraceSpec, firstNs: number, lastNs: number, requests: number): number {
  if (to !== undefined) return Math.round(to * 1e9) - Math.round(from * 1e9);
  return lastNs - Math.round(from * 1e9) + Math.round((lastNs - firstNs) / Math.max(1, requests - 1));
}

function problem(path: readonly string[], given: string, wanted: string): Problem {
  return { path: ["workload", ...path], given, wanted };
}
