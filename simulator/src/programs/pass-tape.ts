import { Tape, type TapeOp } from "@tokenyard/executor";
import {
  ATTENTION,
  isOfContext,
  isOfDraft,
  isOfLoad,
  isOfMixer,
  isOfPast,
  LANES,
  OP_KINDS,
  type Op,
  steadyOf,
  type Work,
} from "@tokenyard/program";
import type { StagedProgram } from "./stage-spec.ts";

/** Inputs of a row of costs: the tokens of a pass, the contexts of its sequences, or facts at the launch of its op. */
export type Follows = "tokens" | "contexts" | "launch";

/** Works whose time follows from contexts, as the executor numbers them: first the one that grows from one decode step to the next; steady mixers follow, where there are several. */
const CONTEXT_WORKS: readonly Work[] = ["attention", "windowed-attention", "head"];
/** The first context of several steady mixers. */
export const FIRST_STEADY = CONTEXT_WORKS.length;

/** A row of costs of a program. */
export interface PassRow {
  /** The first of its ops. */
  readonly op: Op;
  /** Ops that have it. */
  readonly times: number;
  readonly follows: Follows;
  /** Whether it belongs to the send. */
  readonly isSend: boolean;
  /** Number of its context; −1: none, or of a mixer that no form knows. */
  readonly context: number;
  /** Whether it takes longer from one decode step to the next. */
  readonly grows: boolean;
}

/** A program as the executor reads it. */
export interface PassTape {
  readonly tape: Tape;
  readonly ops: readonly Op[];
  readonly rows: readonly PassRow[];
  /** [contexts] work of the ops of each, with their kinds. */
  readonly contexts: readonly Work[];
  readonly contextKinds: readonly number[];
  /** Kinds of work of the tape's ops. */
  readonly works: ReadonlySet<Work>;
  /** Whether layers draw their experts. */
  readonly draws: boolean;
  /** Whether forms know all that it follows from. */
  readonly isFormable: boolean;
  /** [ops] 1: it is recorded when it is launched, as gates that draw are, and ops that follow from where tokens go */
  readonly isAsked: Uint8Array;
}

/** The tape of a program on `ranks` ranks; `draws`: whether its layers draw their experts, or may be stopped before they do. */
export function passTapeOf({ program, groups }: StagedProgram, ranks: number, draws: boolean): PassTape {
  const { ops, beforeSend } = program;
  const contextWorks = [...CONTEXT_WORKS, ...steadyOf(ops.map(({ work }) => work))];
  const rows: { op: Op; times: number; follows: Follows; isSend: boolean; context: number; grows: boolean }[] = [];
  const numbers = new Map<string, number>();
  const isAsked = new Uint8Array(ops.length);
  const taped = ops.map((op, at): TapeOp => {
    const { work, part, lane, kind, after } = op;
    const isLaunched = work === "move" || (draws && isOfLoad(work));
    const key = isLaunched ? `${at}` : `${work}/${part}`;
    const row = numbers.get(key) ?? numbers.size;
    numbers.set(key, row);
    const context = isOfDraft(op) ? -1 : contextWorks.indexOf(work);
    rows[row] ??= {
      op,
      times: 0,
      follows: isLaunched ? "launch" : isOfContext(work) || isOfPast(work) ? "contexts" : "tokens",
      isSend: at >= beforeSend,
      context,
      grows: context === 0 || isOfMixer(work),
    };
    rows[row].times++;
    if (isLaunched || (draws && work === "gate")) isAsked[at] = 1;
    return { lane, kind, row, groups: groups[at]!, after };
  });
  const contexts = rows.map(({ context }) => context);
  const tape = new Tape(taped, { ranks, lanes: LANES.length, kinds: OP_KINDS.length, beforeSend, contexts });
  const works = new Set(ops.map(({ work }) => work));
  const contextKinds = contextWorks.map((work) => ops.find((op) => op.work === work && !isOfDraft(op))?.kind ?? ATTENTION);
  return {
    tape,
    ops,
    rows,
    contexts: contextWorks,
    contextKinds,
    works,
    draws,
    isFormable: !ops.some((op) => isOfMixer(op.work) || isOfDraft(op)),
    isAsked,
  };
}
