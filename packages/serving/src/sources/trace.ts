import { Problems, type ReadPieces, type TraceSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "../requests/arriving-request.ts";
import type { RequestSource, SourceWarning } from "../requests/request-source.ts";
import { TraceReader } from "../traces/trace-reader.ts";
import { surveyTrace, type TraceSurvey } from "../traces/trace-survey.ts";

const LAST_NS = Number.MAX_SAFE_INTEGER;

/**
 * Requests come as a file has them. The file is read twice: once before the run, so that everything wrong with it is reported then, and again a
 * piece at a time as the requests come, so that memory does not grow with it.
 */
export class TraceSource implements RequestSource {
  readonly total: number;
  readonly warnings: readonly SourceWarning[];
  nextNs = Number.POSITIVE_INFINITY;
  readonly #spec: TraceSpec;
  readonly #readPieces: ReadPieces;
  readonly #survey: TraceSurvey;
  readonly #fromNs: number;
  #reader: TraceReader;
  #replay = 0;

  constructor(spec: TraceSpec, readPieces: ReadPieces) {
    this.#spec = spec;
    this.#readPieces = readPieces;
    this.#survey = surveyTrace(spec, readPieces);
    this.#fromNs = Math.round(spec.from * 1e9);
    this.total = this.#survey.requests * spec.repeat;
    this.warnings = warningsOf(this.#survey);
    const lastNs = ((spec.repeat + 1) * this.#survey.periodNs) / spec.speed;
    if (lastNs > LAST_NS)
      throw new Problems([{ path: ["workload"], given: "arrivals past 9e6 s", wanted: "fewer repeats or a higher speed" }]);
    this.#reader = this.#opened();
    this.#read();
  }

  take(out: ArrivingRequest): void {
    const { row } = this.#reader;
    out.arrivedNs = this.nextNs;
    out.promptTokens = row.promptTokens;
    out.outputTokens = row.outputTokens;
    out.cachedTokens = Math.min(row.cachedTokens, row.promptTokens - 1);
    out.classIndex = row.classIndex;
    out.session = row.session;
    out.prefix = this.#ownPrefix(row.prefix);
    out.prefixBlockTokens = this.#spec.blockTokens;
    this.#read();
  }

  finished(): void {}

  /** A repeated request is not the same prompt again: each replay has ids of its own. */
  #ownPrefix(prefix: Int32Array | undefined): Int32Array | undefined {
    const first = this.#replay * this.#survey.ids;
    return first === 0 ? prefix : prefix?.map((id) => id + first);
  }

  #read(): void {
    while (!this.#reader.next()) {
      if (++this.#replay === this.#spec.repeat) {
        this.nextNs = Number.POSITIVE_INFINITY;
        return;
      }
      this.#reader = this.#opened();
    }
    const timeNs = this.#reader.row.timeNs - this.#fromNs + this.#replay * this.#survey.periodNs;
    this.nextNs = Math.round(timeNs / this.#spec.speed);
  }

  #opened(): TraceReader {
    return new TraceReader(this.#spec, this.#readPieces, ({ given, wanted }, line) => {
      throw new Error(`${this.#spec.path} changed during the run: line ${line}: ${given}; wanted ${wanted}`);
    });
  }
}

function warningsOf({ dropped }: TraceSurvey): SourceWarning[] {
  if (dropped === 0) return [];
  const rows = dropped === 1 ? "1 row of the trace has" : `${dropped} rows of the trace have`;
  return [{ code: "trace-rows-dropped", message: `${rows} no prompt or no output tokens and ${dropped === 1 ? "was" : "were"} left out` }];
}
