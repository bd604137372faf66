import type { StagedProgram } from "../../stages/stage-spec.ts";
import { isBeside } from "./in-turn.ts";
import { isOpen, type Segments, type Step } from "./segments.ts";
import { type StartedOp, StepOps } from "./step-ops.ts";

/** The steps of a program up to its send, one after another. Those alike are timed once, and a pass goes from one to the next. */
export class StepsInTurn {
  readonly unlike: readonly StepOps[];
  /** [steps] their numbers among those */
  readonly #kinds: Int32Array;
  /** [steps] where they stand among the starts, in which those alike lie together */
  readonly #places: Int32Array;
  /** [steps] */
  readonly #startsNs: Float64Array;
  /** [unlike steps] */
  readonly #tookNs: Float64Array;

  constructor(staged: StagedProgram, segments: Segments, ranks: number) {
    const { kinds, unlike } = knownSteps.get(segments) ?? stepsInTurn(staged, segments);
    knownSteps.set(segments, { kinds, unlike });
    const startsNs = new Float64Array(kinds.length);
    const next: number[] = [];
    let taken = 0;
    this.unlike = unlike.map(({ of, isOpen, beside, times }) => {
      next.push(taken);
      taken += times;
      return new StepOps(of, isOpen, beside, startsNs.subarray(taken - times, taken), ranks);
    });
    this.#kinds = kinds;
    this.#places = kinds.map((kind) => next[kind]!++);
    this.#startsNs = startsNs;
    this.#tookNs = new Float64Array(unlike.length);
  }

  /** The first begins at `ns`, when all that are unlike have been timed. */
  begin(ns: number): void {
    const kinds = this.#kinds;
    const places = this.#places;
    const startsNs = this.#startsNs;
    const tookNs = this.#tookNs;
    for (let u = 0; u < tookNs.length; u++) tookNs[u] = this.unlike[u]!.tookNs;
    let atNs = ns;
    for (let s = 0; s < kinds.length; s++) {
      startsNs[places[s]!] = atNs;
      atNs += tookNs[kinds[s]!]!;
    }
  }
}

/** Steps alike: of the same segment, and with the same ops beside. */
interface AlikeSteps {
  readonly of: Step["of"];
  readonly isOpen: boolean;
  readonly beside: readonly StartedOp[];
  /** How many there are. */
  times: number;
}

interface KnownSteps {
  /** [steps] */
  readonly kinds: Int32Array;
  readonly unlike: readonly AlikeSteps[];
}

/** Of segments that replicas have in common, found once. */
const knownSteps = new WeakMap<Segments, KnownSteps>();

function stepsInTurn({ program }: StagedProgram, { steps, last }: Segments): KnownSteps {
  const all: Step["of"][] = [...steps.map(({ of }) => of), ...(last.ops.length > 0 ? [last] : [])];
  const places = program.ops.slice(0, program.beforeSend).map((op, at) => ({ op, at }));
  const inTurn = places.filter(({ op, at }) => !isBeside(op, at - 1)).map(({ at }) => at);
  const stepAt = all.flatMap((of, step) => ("op" in of ? [of] : of.ops).map((_, o) => ({ step, o })));
  const beside = all.map((): StartedOp[] => []);
  for (const placed of places) {
    if (!isBeside(placed.op, placed.at - 1)) continue;
    const { step, o } = stepAt[inTurn.indexOf(placed.op.after[0]!)]!;
    beside[step]!.push({ placed, behind: o });
  }
  const numbers = new Map([...new Set(all)].map((of, number) => [of, number]));
  const known = new Map<string, number>();
  const unlike: AlikeSteps[] = [];
  const kinds = Int32Array.from(all, (of, s) => {
    const key = `${numbers.get(of)}/${beside[s]!.map(({ placed, behind }) => `${placed.op.work} ${behind}`)}`;
    const kind = known.get(key) ?? unlike.length;
    if (kind === unlike.length) unlike.push({ of, isOpen: !("op" in of) && (of === last || isOpen(of)), beside: beside[s]!, times: 0 });
    known.set(key, kind);
    unlike[kind]!.times++;
    return kind;
  });
  return { kinds, unlike };
}
