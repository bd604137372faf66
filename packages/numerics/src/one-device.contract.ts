import type { ModelSpec } from "@tokenyard/scenario";
import type { ModelWeights } from "./weights/model-weights.ts";

// The judge of this room: a whole model on one device, token by token, in plain loops. It shares no code with the room.

type Row = number[];
type Mixer<Kind> = Extract<NonNullable<ModelWeights["layers"][number]["mixer"]>, { kind: Kind }>;
interface LatentSizes {
  readonly heads: number;
  readonly kvLoraRank: number;
  readonly qkNopeHeadDim: number;
  readonly qkRopeHeadDim: number;
  readonly vHeadDim: number;
}

export const rms = (x: Row): Row => {
  let squares = 0;
  for (const v of x) squares += v * v;
  return x.map((v) => v / Math.sqrt(squares / x.length + 1e-6));
};

/** Column `o` of a matrix of `inFeatures` × `outFeatures`. */
const times = (x: Row, m: { inFeatures: number; outFeatures: number; numbers: Float64Array }): Row => {
  const y: Row = [];
  for (let o = 0; o < m.outFeatures; o++) {
    let sum = 0;
    for (let i = 0; i < m.inFeatures; i++) sum += x[i]! * m.numbers[i * m.outFeatures + o]!;
    y.push(sum);
  }
  return y;
};

const swish = (v: number) => v / (1 + Math.exp(-v));

function mlp(x: Row, w: NonNullable<ModelWeights["layers"][number]["shared"]>): Row {
  const up = times(x, w.up);
  const gate = w.gate === undefined ? undefined : times(x, w.gate);
  return times(
    up.map((v, i) => (gate === undefined ? swish(v) : v * swish(gate[i]!))),
    w.down,
  );
}

function softmaxOf(logits: Row, more: Row = []): Row {
  const all = [...logits, ...more];
  const most = Math.max(...all);
  const sum = all.reduce((total, v) => total + Math.exp(v - most), 0);
  return logits.map((v) => Math.exp(v - most) / sum);
}

/** Grouped-query attention of all heads: `input` is of the newest token, `keys` and `values` of all up to it. */
function attend(
  input: Row,
  past: { k: Row; v: Row }[],
  w: Mixer<"grouped-query">,
  s: { heads: number; kvHeads: number; headSize: number; valueSize: number; window: number },
): Row {
  const q = times(input, w.query);
  const place = past.length - 1;
  const out: Row = [];
  for (let h = 0; h < s.heads; h++) {
    const kv = Math.floor((h * s.kvHeads) / s.heads);
    const seen: number[] = [];
    for (let t = 0; t <= place; t++) if (place - t < s.window) seen.push(t);
    const logits = seen.map((t) => {
      let dot = 0;
      for (let c = 0; c < s.headSize; c++) dot += q[h * s.headSize + c]! * past[t]!.k[kv * s.headSize + c]!;
      return dot / Math.sqrt(s.headSize) - ((h + 1) / (4 * s.heads)) * (place - t);
    });
    const share = softmaxOf(logits, w.sinks === undefined ? [] : [w.sinks[h]!]);
    for (let c = 0; c < s.valueSize; c++) out.push(seen.reduce((sum, t, i) => sum + share[i]! * past[t]!.v[kv * s.valueSize + c]!, 0));
  }
  const gate = w.gate === undefined ? undefined : times(input, w.gate);
  return times(gate === undefined ? out : out.map((v, i) => v / (1 + Math.exp(-gate[i]!))), w.output);
}

/** Latent attention of all heads, written out: keys and values of every row that is cached. */
function attendLatent(input: Row, rows: Row[], w: Mixer<"latent">, s: LatentSizes): Row {
  const compressed = rows.map((row) => rms(row.slice(0, s.kvLoraRank)));
  const keys = compressed.map((row) => times(row, w.keyUp));
  const values = compressed.map((row) => times(row, w.valueUp));
  const q = times(w.queryDown === undefined ? input : rms(times(input, w.queryDown)), w.query);
  const size = s.qkNopeHeadDim + s.qkRopeHeadDim;
  const out: Row = [];
  for (let h = 0; h < s.heads; h++) {
    const share = softmaxOf(
      rows.map((row, t) => {
        let dot = 0;
        for (let c = 0; c < s.qkNopeHeadDim; c++) dot += q[h * size + c]! * keys[t]![h * s.qkNopeHeadDim + c]!;
        for (let c = 0; c < s.qkRopeHeadDim; c++) dot += q[h * size + s.qkNopeHeadDim + c]! * row[s.kvLoraRank + c]!;
        return dot / Math.sqrt(size) - ((h + 1) / (4 * s.heads)) * (rows.length - 1 - t);
      }),
    );
    for (let c = 0; c < s.vHeadDim; c++) out.push(share.reduce((sum, p, t) => sum + p * values[t]![h * s.vHeadDim + c]!, 0));
  }
  const gate = w.gate === undefined ? undefined : times(input, w.gate);
  return times(gate === undefined ? out : out.map((v, i) => v / (1 + Math.exp(-gate[i]!))), w.output);
}

const plus = (x: Row, y: Row): Row => x.map((v, i) => v + y[i]!);

export interface JudgedToken {
  /** Rows after each half of each layer that it has: [layers][mixer, dense, experts] */
  readonly states: readonly (readonly (Row | undefined)[])[];
  /** [layers] experts in the order of their logits; empty in a dense layer */
  readonly chosen: readonly (readonly number[])[];
}

/** A device that has everything: it takes sequences token by token. */
export function oneDevice(model: ModelSpec, weights: ModelWeights, limited?: { groups: number; limit: number }) {
  const caches = new Map<string, { k: Row; v: Row }[]>();
  const compressed = new Map<string, Row[]>();
  const kindOf = (layer: number) => {
    const kind = model.layerKinds?.[model.layerPattern![layer % model.layerPattern!.length]!];
    if (kind !== undefined)
      return kind.mixer as { kind: string; heads: number; kvHeads: number; headSize: number; valueSize?: number; window?: number };
    const { window, ...attention } = model.attention as {
      heads: number;
      kvHeads: number;
      headSize: number;
      window?: { tokens: number; fullEvery?: number };
    };
    const isWindowed = window !== undefined && (window.fullEvery === undefined || (layer + 1) % window.fullEvery !== 0);
    return { kind: "grouped-query", ...attention, ...(isWindowed ? { window: window.tokens } : {}) };
  };
  /** The row that leaves the last layer for one token of `sequence`, which must come in order. */
  return function token(sequence: number, row: Row): { out: Row; judged: JudgedToken } {
    let x = row;
    const states: (Row | undefined)[][] = [];
    const chosen: number[][] = [];
    for (const [layer, w] of weights.layers.entries()) {
      const after: (Row | undefined)[] = [undefined, undefined, undefined];
      if (w.mixer !== undefined) {
        const kind = kindOf(layer);
        const key = `${layer}/${sequence}`;
        const input = rms(x);
        if (w.mixer.kind === "latent") {
          const rows = compressed.get(key) ?? [];
          compressed.set(key, rows);
          rows.push(times(input, w.mixer.down));
          x = plus(x, attendLatent(input, rows, w.mixer, kind as unknown as LatentSizes));
        } else {
          const past = caches.get(key) ?? [];
          caches.set(key, past);
          const k = times(input, w.mixer.key);
          past.push({ k, v: w.mixer.value === undefined ? k : times(input, w.mixer.value) });
          const sizes = { ...kind, valueSize: kind.valueSize ?? kind.headSize, window: kind.window ?? Number.POSITIVE_INFINITY };
          x = plus(x, attend(input, past, w.mixer, sizes));
        }
        after[0] = x;
      }
      const input = rms(x);
      if (w.dense !== undefined) {
        x = plus(x, mlp(input, w.dense));
        after[1] = x;
      }
      const picked: number[] = [];
      if (w.gate !== undefined) {
        const logits = times(input, w.gate);
        const size = logits.length / (limited?.groups ?? 1);
        const open: number[] = []; // groups
        while (open.length < (limited?.limit ?? 1)) {
          let best = -1;
          for (let e = 0; e < logits.length; e++)
            if (!open.includes(Math.floor(e / size)) && (best < 0 || logits[e]! > logits[best]!)) best = e;
          open.push(Math.floor(best / size));
        }
        while (picked.length < model.experts!.topK) {
          let best = -1;
          for (let e = 0; e < logits.length; e++)
            if (open.includes(Math.floor(e / size)) && !picked.includes(e) && (best < 0 || logits[e]! > logits[best]!)) best = e;
          picked.push(best);
        }
        const share = softmaxOf(picked.map((e) => logits[e]!));
        let sum: Row = new Array<number>(x.length).fill(0);
        for (const [i, e] of picked.entries())
          sum = plus(
            sum,
            mlp(input, w.experts[e]!).map((v) => v * share[i]!),
          );
        if (w.shared !== undefined) {
          const part = w.sharedGate === undefined ? 1 : 1 / (1 + Math.exp(-times(input, w.sharedGate)[0]!));
          sum = plus(
            sum,
            mlp(input, w.shared).map((v) => v * part),
          );
        }
        x = plus(x, sum);
        after[2] = x;
      }
      states.push(after);
      chosen.push(picked);
    }
    return { out: x, judged: { states, chosen } };
  };
}

/** The output token of a row: the largest logit, of equal ones the first. */
export function greedy(row: Row, head: NonNullable<ModelWeights["head"]>): number {
  const logits = times(rms(row), head);
  return logits.indexOf(Math.max(...logits));
}
