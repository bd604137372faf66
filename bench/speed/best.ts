import { Bench } from "tinybench";

/** How long to look: a smoke test that the benchmarks run, or long enough for numbers to keep. */
export interface Effort {
  readonly quick: boolean;
  /** Whether what takes minutes is measured, too. */
  readonly long?: boolean | undefined;
  /** The one part that is measured. */
  readonly only?: string | undefined;
}

/** Seconds of the best of many calls: what others on the machine do can only make a call slower. */
export async function bestSeconds(call: () => unknown, { quick }: Effort): Promise<number> {
  const bench = new Bench(quick ? { time: 20, iterations: 3, warmup: false } : { time: 500, iterations: 10, warmupTime: 200 });
  bench.add("call", call);
  const [task] = await bench.run();
  const result = task!.result;
  if (!("latency" in result)) throw new Error(`the call was not measured: ${JSON.stringify(result)}`);
  return result.latency.min / 1e3;
}

/** Seconds of one call. */
export function onceSeconds(call: () => void): number {
  const start = performance.now();
  call();
  return (performance.now() - start) / 1e3;
}

/** Seconds of the best of `rounds` calls that are too long to be called often. */
export function bestOf(rounds: number, call: () => void): number {
  return Math.min(...Array.from({ length: rounds }, () => onceSeconds(call)));
}

/** Seconds that one call takes of the cores: what others leave of them does not count. */
export function cpuSeconds(call: () => void): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
