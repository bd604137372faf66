/** Sequences of a row with equal numbers of output tokens, and the number of spans of decode passes that are entirely before their end. */
export interface Ending {
  readonly outputs: number;
  readonly sequences: number;
  readonly spans: number;
}

/** When the sequences of all micro-batches end, those of one with as many output tokens together. */
export interface SequenceEnds {
  /** [endings] */
  readonly microBatch: Int32Array;
  /** The last span before the end; −1: none. */
  readonly span: Int32Array;
  readonly outputs: Float64Array;
  readonly sequences: Float64Array;
}

/**
 * Number of sequences in the `endings` of each row with at least a given number of output tokens. `rowOf` and `spanStarts` are those
 * of the micro-batches.
 */
export function sequenceEnds(
  rowOf: Int32Array,
  spanStarts: Int32Array,
  endings: readonly (readonly Ending[])[],
  leastOutputs: number,
): SequenceEnds {
  const ofRow = endings.map((own) => own.filter(({ outputs }) => outputs >= leastOutputs));
  let count = 0;
  for (let m = 0; m < rowOf.length; m++) count += ofRow[rowOf[m]!]!.length;
  const ends: SequenceEnds = {
    microBatch: new Int32Array(count),
    span: new Int32Array(count),
    outputs: new Float64Array(count),
    sequences: new Float64Array(count),
  };
  for (let m = 0, at = 0; m < rowOf.length; m++) {
    const row = rowOf[m]!;
    for (const { outputs, sequences, spans } of ofRow[row]!) {
      ends.microBatch[at] = m;
      ends.span[at] = spans === 0 ? -1 : spanStarts[row]! + spans - 1;
      ends.outputs[at] = outputs;
      ends.sequences[at++] = sequences;
    }
  }
  return ends;
}
