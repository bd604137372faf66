import { CollectiveTables, collectiveSeconds, ExchangeTables, type MeasuredCollective, withoutLimit } from "@tokenyard/cluster";
import type { CollectiveFit } from "@tokenyard/scenario";
import { errorsOf } from "../errors.ts";
import type { Coefficients } from "./coefficient.ts";
import { type CollectiveGroup, type CollectiveSample, fitOf, fittedCollective, predictorOf } from "./collectives.ts";
import type { TrafficGroup, TrafficSample } from "./exchanges.ts";
import { PRESET_OF } from "./group.ts";

/**
 * What tables of the fitted half say of the `rest` of a group beside its fit: a file for each collection, that of the row at hand first, and behind it the others
 * of the same links, of all libraries.
 */
export function tabledCollectives(
  group: CollectiveGroup,
  all: readonly CollectiveGroup[],
  coefficients: Coefficients,
  rest: readonly CollectiveSample[],
  linkRate: number,
): number[] {
  const { kind, library, gpu } = group;
  const fit = { kind, library, on: PRESET_OF[gpu], ...fitOf(coefficients) } as unknown as CollectiveFit;
  const secondsBy = (of: CollectiveFit) => (_: unknown, bytes: number, ranks: number) =>
    collectiveSeconds(of, (bytes * (kind === "all-reduce" ? 2 : 1) * (ranks - 1)) / ranks, ranks);
  const model = { whole: secondsBy(fit), unlimited: secondsBy(withoutLimit(fit)) };
  const rows = all
    .filter((other) => other.gpu === gpu && other.kind === kind)
    .flatMap(({ library, samples }) => samples.filter(({ half }) => half === "fitted").map((sample) => ({ ...sample, library })));
  const tables = bySource(rest, (source) => {
    const measured = rows.map(
      ({ op: kind, library, ranks, bufferBytes: bytes, seconds, source: own }): MeasuredCollective => ({
        ...{ kind, library, ranks, bytes, seconds, nodes: 1 },
        file: own === source ? 0 : own,
      }),
    );
    const inOrder = measured.sort((a, b) => a.file - b.file);
    return new CollectiveTables(inOrder, model, () => fit, linkRate);
  });
  return rest.map(({ source, op, bufferBytes, ranks }) =>
    tables.get(source)!.seconds(op, bufferBytes, ranks, 1, model.whole(op, bufferBytes, ranks)),
  );
}

/** Collectives by tables of four fifths of all rows, and by fits to them, a fifth left out in turns; `peakOf` gives the links of a group's GPU. */
export function collectivesInFifths(groups: readonly CollectiveGroup[], peakOf: (gpu: string) => number) {
  const all = { measured: [] as number[], predicted: [] as number[], byTable: [] as number[] };
  for (let turn = 0; turn < 5; turn++) {
    const dealt = groups.map((group) => ({
      ...group,
      samples: group.samples.map((sample) => ({ ...sample, half: sample.fifth === turn ? ("held-out" as const) : ("fitted" as const) })),
    }));
    for (const group of dealt) {
      const seen = group.samples.filter(({ half }) => half === "fitted");
      const rest = group.samples.filter(({ half }) => half === "held-out");
      const coefficients = fittedCollective(group, seen, peakOf(group.gpu));
      all.measured.push(...rest.map(({ seconds }) => seconds));
      all.predicted.push(...rest.map(predictorOf(group.kind, coefficients)));
      all.byTable.push(...tabledCollectives(group, dealt, coefficients, rest, peakOf(group.gpu)));
    }
  }
  return { byFit: errorsOf(all.predicted, all.measured), byTable: errorsOf(all.byTable, all.measured) };
}

/** What tables of the fitted half say of exchanges and sends. */
export function tabledTraffic(
  group: TrafficGroup,
  seen: readonly TrafficSample[],
  rest: readonly TrafficSample[],
  model: (sample: TrafficSample) => number,
): number[] {
  if (group.kind === "send") return tabledSends(seen, rest, model);
  const { dispatch, phase } = group;
  const tables = bySource(rest, (source) => {
    const samples = [...seen].sort((a, b) => fileOf(a, source) - fileOf(b, source));
    const rows = samples.map(({ spread, ...sample }) => ({ ...sample, ...spread!, dispatch, phase, file: fileOf(sample, source), sample }));
    return new ExchangeTables(
      rows,
      (row) => model((row as (typeof rows)[number]).sample),
      (kernels) => (kernels as { readonly multiprocessors?: number }).multiprocessors,
    );
  });
  return rest.map((sample) => {
    const { spread, source, nodes, copies, multiprocessors } = sample;
    const { ranks, experts, topK, tokenBytes } = spread!;
    const kernels = { dispatch, phase, tokenBytes, routed: { experts, topK }, multiprocessors };
    return model(sample) * tables.get(source)!.ratio(kernels, ranks, nodes, copies);
  });
}

function tabledSends(seen: readonly TrafficSample[], rest: readonly TrafficSample[], model: (sample: TrafficSample) => number): number[] {
  const rows = seen.map(
    ({ nodes, bytes, seconds }): MeasuredCollective => ({ kind: "send", library: "nccl", file: 0, ranks: 2, nodes, bytes, seconds }),
  );
  const sized = (_: unknown, bytes: number, __: number, nodes: number) =>
    model({ ...rest[0]!, nodes, bytes, nodeBytes: nodes === 1 ? bytes : 0, fabricBytes: nodes === 1 ? 0 : bytes });
  const tables = new CollectiveTables(rows, { whole: sized, unlimited: sized }, () => undefined, Number.POSITIVE_INFINITY);
  return rest.map((sample) => tables.seconds("send", sample.bytes, 2, sample.nodes, model(sample)));
}

function bySource<T>(samples: readonly { readonly source: number }[], made: (source: number) => T): ReadonlyMap<number, T> {
  return new Map([...new Set(samples.map(({ source }) => source))].map((source) => [source, made(source)]));
}

/** The collection at hand comes first. */
function fileOf(sample: { readonly source: number }, source: number): number {
  return sample.source === source ? 0 : sample.source;
}
