import type { Peaks } from "@tokenyard/cluster";
import { kernelBytes, kernelFlops } from "@tokenyard/model";
import { lossOf } from "./errors.ts";
import { type Axis, minimise } from "./minimise.ts";
import type { Sample } from "./sample.ts";

const KNEE = 0.3; // small kernels are off by more under any coefficients

/** What a GPU preset says beside its datasheet. */
export interface Coefficients {
  readonly computeEfficiency: number;
  readonly bandwidthEfficiency: number;
  readonly launchSeconds: number;
}

export const IDEAL: Coefficients = { computeEfficiency: 1, bandwidthEfficiency: 1, launchSeconds: 0 };

/** Seconds at the peaks, in columns over the kernels of all samples: sample i has the kernels `offsets[i] … offsets[i + 1] − 1`. */
interface Work {
  readonly compute: Float64Array;
  readonly memory: Float64Array;
  readonly offsets: Int32Array;
  readonly measured: Float64Array;
}

function workOf(samples: readonly Sample[], peaks: Peaks): Work {
  const kernels = samples.flatMap((sample) => sample.kernels);
  const offsets = new Int32Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) offsets[i + 1] = offsets[i]! + samples[i]!.kernels.length;
  return {
    compute: Float64Array.from(kernels, (shape) =>
      shape.kind === "elementwise" ? 0 : kernelFlops(shape) / peaks.flopsPerSecond((shape.kind === "experts" ? shape.up : shape).precision),
    ),
    memory: Float64Array.from(kernels, (shape) => kernelBytes(shape) / peaks.memoryBytesPerSecond),
    offsets,
    measured: Float64Array.from(samples, (sample) => sample.seconds),
  };
}

function predictedBy(work: Work, { computeEfficiency, bandwidthEfficiency, launchSeconds }: Coefficients): Float64Array {
  const predicted = new Float64Array(work.measured.length);
  for (let i = 0; i < predicted.length; i++) {
    for (let k = work.offsets[i]!; k < work.offsets[i + 1]!; k++) {
      predicted[i]! += launchSeconds + Math.max(work.compute[k]! / computeEfficiency, work.memory[k]! / bandwidthEfficiency);
    }
  }
  return predicted;
}

/** launch + max(FLOPs / (peak · efficiency), bytes / (bandwidth · efficiency)) of each sample's kernels, added up. */
export function predictions(samples: readonly Sample[], peaks: Peaks, coefficients: Coefficients): number[] {
  return Array.from(predictedBy(workOf(samples, peaks), coefficients));
}

/**
 * The coefficients with the least root mean square over `families` of the loss: each family counts alike, however many rows it has,
 * and none is very bad for the sake of the others. Efficiencies stay within 1.
 */
export function fittedTo(families: readonly (readonly Sample[])[], peaks: Peaks): Coefficients {
  const works = families.map((samples) => workOf(samples, peaks));
  const error = (at: readonly number[]) => {
    const coefficients = coefficientsAt(at);
    return Math.hypot(...works.map((work) => lossOf(predictedBy(work, coefficients), work.measured, KNEE)));
  };
  const share: Axis = { from: Math.log(0.2), to: 0, steps: 8 };
  return coefficientsAt(minimise(error, [share, share, { from: Math.log(1e-6), to: Math.log(40e-6), steps: 12 }]));
}

/** Coefficients from their logarithms. */
function coefficientsAt([compute = 0, bandwidth = 0, launch = 0]: readonly number[]): Coefficients {
  return {
    computeEfficiency: Math.min(1, Math.exp(compute)),
    bandwidthEfficiency: Math.min(1, Math.exp(bandwidth)),
    launchSeconds: Math.exp(launch),
  };
}
