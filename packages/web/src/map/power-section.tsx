import { brief, measured, type Report } from "@tokenyard/report";
import { LevelChart } from "../charts/level-chart.tsx";
import type { ClusterMap } from "./cluster-map.ts";

/** Power of all GPUs over time, and tokens for a dollar; nothing where neither power nor price is known. */
export function PowerSection({ map, report }: { readonly map: ClusterMap; readonly report: Report }) {
  const { watts, endNs, nodeOfRank } = map;
  const { levels, costUsdPerHour, energy } = report;
  if (watts === undefined && costUsdPerHour === null) return null;
  const ranks = nodeOfRank.length;
  const all = Array.from(endNs, (_, instant) =>
    watts?.subarray(instant * ranks, (instant + 1) * ranks).reduce((sum, each) => sum + each, 0),
  );
  const power = watts === undefined ? [] : all.map((each) => each ?? 0);
  const hasPrice = costUsdPerHour !== null && costUsdPerHour > 0;
  return (
    <section aria-labelledby="power-title">
      <h2 id="power-title">Power and cost over time</h2>
      {energy?.wattsPerGpu != null && (
        <p>In the mean {brief(measured(energy.wattsPerGpu, "W"))} a GPU, as the report has it: GPUs alone, without the rest of the site.</p>
      )}
      <div class="charts">
        {power.length > 0 && (
          <LevelChart
            name="power of all GPUs"
            values={power}
            bucketSeconds={endNs[0]! / 1e9}
            text={(value) => brief(measured(value, "W"))}
          />
        )}
        {hasPrice && levels !== null && (
          <LevelChart
            name="tokens for a dollar"
            values={levels.tokensPerSecond.map((each) => (each * 3600) / costUsdPerHour)}
            bucketSeconds={levels.bucketSeconds}
            text={(value) => brief(measured(value, ""))}
          />
        )}
      </div>
      {hasPrice && (
        <p>
          All GPUs cost {brief(measured(costUsdPerHour, "USD"))} an hour at any time,{" "}
          {brief(measured((costUsdPerHour * report.horizonSeconds) / 3600, "USD"))} in the run; what changes is how many tokens come for it.
        </p>
      )}
    </section>
  );
}
