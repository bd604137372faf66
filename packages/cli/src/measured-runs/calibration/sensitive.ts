import type { Report } from "@tokenyard/report";
import { HOST_PARTS, type HostFactors, JUDGED, PRESET_HOST, type SensitiveRun } from "@tokenyard/study";
import type { Simulation } from "../../runs/simulation.ts";
import { VERSION } from "../../terminal/version.ts";
import type { MeasuredRun } from "../run/measured-run.ts";
import { simulatedRun } from "../simulated-run.ts";

/** Identity of fitted host times. */
export interface Host {
  readonly engine: string;
  readonly version: string;
  readonly gpu: string;
}

/** Factor by which a part of the host's time is lengthened to measure its effect. */
const LONGER = 1.5;

/** By which share the latencies of `report`, which is of `run` with `factors`, grow where a part of the host's time is doubled. */
export function growthOf(
  run: MeasuredRun,
  report: Report,
  host: Host,
  simulation: Simulation,
  factors = PRESET_HOST,
): SensitiveRun["growth"] {
  const longer = HOST_PARTS.map(
    (part) => [part, simulatedRun(run, simulation, hostOnly(host, { ...factors, [part]: LONGER * factors[part] }))] as const,
  );
  const growth = JUDGED.map((measured) => {
    const parts = longer.map(([part, other]) => {
      const [base, grown] = [report[measured]?.mean, typeof other === "string" ? null : other[measured]?.mean];
      return [part, !base || grown == null ? 0 : (grown / base - 1) / (LONGER - 1)] as const;
    });
    return [measured, Object.fromEntries(parts)] as const;
  });
  return Object.fromEntries(growth) as unknown as SensitiveRun["growth"];
}

/** A calibration of nothing but host times. */
export function hostOnly(host: Host, factors: HostFactors): object {
  return { tokenyard: VERSION, hostTimes: { ...host, ...factors } };
}

const NOTHING = { step: 0, request: 0, prompt: 0, arrival: 0 };
/** Growth of runs whose host is not fitted. */
export const NO_GROWTH: SensitiveRun["growth"] = { ttftSeconds: NOTHING, tpotSeconds: NOTHING };
