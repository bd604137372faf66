import { normal, type Stream } from "@tokenyard/random";
import { type BesideMeasured, besideMeasured, MEASURED, type Measured, type Report } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { HOST_PARTS, type HostFactors, type HostPart, JUDGED, type Judged, type SensitiveRun } from "@tokenyard/study";
import { simulate } from "tokenyard";

/** The host times of a preset that a hidden engine has otherwise, each in microseconds. Source: the preset `vllm` of engines. */
const HOST = { layer: 31, request: 10.6, prompt: 2800, promptLayer: 155, arrival: 700, arrivalToken: 3.4 } as const;
export type HostTimes = Readonly<Record<keyof typeof HOST, number>>;
/** Bounds of the factor by which each part of a hidden host is faster or slower, either equally likely. */
const [LEAST_OFF, MOST_OFF] = [1.5, 3];

/** Users, lengths and layout of a run. */
export interface Point {
  readonly model: string;
  readonly tensor: number;
  readonly lengths: readonly [prompt: number, output: number];
  readonly users: number;
}

/** Every point that a user may measure: four layouts, three pairs of lengths, seven loads. */
export const POINTS: readonly Point[] = [
  ["llama-3.1-8b", 1],
  ["llama-3.1-8b", 2],
  ["qwen3-32b", 2],
  ["qwen3-32b", 4],
].flatMap(([model, tensor]) =>
  [[512, 128] as const, [1024, 256] as const, [4096, 128] as const].flatMap((lengths) =>
    [1, 2, 4, 8, 16, 32, 64].map((users): Point => ({ model: String(model), tensor: Number(tensor), lengths, users })),
  ),
);

/** Host times drawn around the preset's. */
export function drawnHost(stream: Stream): HostTimes {
  return Object.fromEntries(Object.entries(HOST).map(([key, us]) => [key, us * drawnFactor(stream)])) as unknown as HostTimes;
}

const PARTS = { step: ["layer"], request: ["request"], prompt: ["prompt", "promptLayer"], arrival: ["arrival", "arrivalToken"] } as const;

/** The preset's host times, each part times its factor. */
export function scaledHost(factors: HostFactors): HostTimes {
  const scaled = HOST_PARTS.flatMap((part) => PARTS[part].map((key) => [key, HOST[key] * factors[part]] as const));
  return Object.fromEntries(scaled) as unknown as HostTimes;
}

function drawnFactor(stream: Stream): number {
  const off = LEAST_OFF * (MOST_OFF / LEAST_OFF) ** stream.next();
  return stream.next() < 0.5 ? off : 1 / off;
}

/** The preset's own. */
export const PRESET: HostTimes = HOST;

export function scenarioOf({ model, tensor, lengths: [prompt, output], users }: Point, host: HostTimes | undefined): Scenario {
  const overhead = Object.fromEntries(Object.entries(host ?? {}).map(([key, us]) => [key, `${us} us`]));
  return parseScenario({
    tokenyard: 1,
    model,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.19" },
    parallelism: { tensor },
    workload: {
      kind: "closed",
      concurrency: users,
      requests: Math.max(20, 4 * users),
      promptTokens: prompt,
      outputTokens: { kind: "uniform", from: output - 13, to: output + 13 },
    },
    ...(host === undefined ? {} : { serving: { stepOverhead: overhead } }),
  });
}

export type Means = Readonly<Record<Measured, number>>;

export function meansOf(report: Report): Means {
  return Object.fromEntries(MEASURED.map((each) => [each, report[each]!.mean!])) as Means;
}

export function reportOf(point: Point, host?: HostTimes): Report {
  return simulate(scenarioOf(point, host));
}

/** `means` as a measurement has them: each off by a normal of `share`. */
export function noisy(means: Means, share: number, stream: Stream): Means {
  return Object.fromEntries(MEASURED.map((each) => [each, means[each] * Math.exp(share * normal(stream))])) as Means;
}

const LONGER = 1.5;

/** Share by which latencies at `point` grow if a part of the host's time is doubled. */
export function growthAt(point: Point, base: Report): SensitiveRun["growth"] {
  const none = { step: 1, request: 1, prompt: 1, arrival: 1 };
  const grown = Object.fromEntries(
    HOST_PARTS.map((part) => [part, meansOf(reportOf(point, scaledHost({ ...none, [part]: LONGER })))]),
  ) as Record<HostPart, Means>;
  const bases = meansOf(base);
  return Object.fromEntries(
    JUDGED.map((measured: Judged) => [
      measured,
      Object.fromEntries(HOST_PARTS.map((part) => [part, (grown[part][measured] / bases[measured] - 1) / (LONGER - 1)])),
    ]),
  ) as SensitiveRun["growth"];
}

export function beside(report: Report, means: Means): BesideMeasured {
  const found = besideMeasured(report, means);
  if (!("run" in found)) throw new Error(found.join(", "));
  return found;
}
