import { measured, percent, type Report } from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import { differenceText } from "./difference.ts";
import { MemoryByRank } from "./memory-by-rank.tsx";

interface MemorySectionProps {
  readonly report: Report;
  /** Empty where only the fullest rank is known. */
  readonly memories: readonly RanksMemory[];
  readonly baseline?: Report | undefined;
}

/** Memory on the fullest GPU, and on all of them where it is known. */
export function MemorySection({ report, memories, baseline }: MemorySectionProps) {
  const { memory } = report;
  const rows = [
    ["weights", "weights"],
    ["KV cache", "kvReserved"],
    ["workspace", "workspace"],
    ["reserved", "reserved"],
    ["used", "used"],
    ["limit", "limit"],
  ] as const;
  return (
    <section aria-labelledby="memory">
      <h2 id="memory">Memory on the fullest GPU</h2>
      <table>
        <tbody>
          {rows.map(([name, key]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{measured(memory[key], "B")}</td>
              <td>
                <meter min={0} max={memory.limit} value={Math.min(memory[key], memory.limit)} aria-label={`${name} of the limit`} />
              </td>
              <td>{percent(memory[key] / memory.limit)}</td>
              {baseline && <td>{differenceText(report, baseline, `memory.${key}`)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <MemoryByRank memories={memories} />
    </section>
  );
}
