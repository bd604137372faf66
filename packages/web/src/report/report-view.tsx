import {
  measured,
  Numbers,
  percent,
  type Report,
  type ReportWords,
  type Roofline,
  STATISTICS,
  statisticHeadings,
  targetTexts,
  whereSvg,
} from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import { cdfOf } from "../charts/cdf.ts";
import { CdfChart } from "../charts/cdf-chart.tsx";
import { CopySvg } from "../charts/copy-svg.tsx";
import { LevelChart } from "../charts/level-chart.tsx";
import { Scrolls } from "../charts/scrolls.tsx";
import { SplitBar } from "../charts/split-bar.tsx";
import type { Latencies } from "../worker/messages.ts";
import { differenceText } from "./difference.ts";
import { ExpertMap } from "./expert-map.tsx";
import { MemorySection } from "./memory-section.tsx";
import { RooflineSection } from "./roofline-section.tsx";

interface ReportViewProps {
  readonly report: Report;
  /** Undefined while they are made. */
  readonly words: ReportWords | undefined;
  readonly latencies?: Latencies | undefined;
  /** Memory of all ranks; undefined where only that of the fullest is known. */
  readonly memories?: readonly RanksMemory[] | undefined;
  /** Undefined where the run itself is not there. */
  readonly roofline?: Roofline | undefined;
  readonly baseline?: Report | undefined;
  readonly baselineLatencies?: Latencies | undefined;
}

/** The report in the order and the words of its text. */
export function ReportView({ report, words, latencies = {}, memories = [], roofline, baseline, baselineLatencies = {} }: ReportViewProps) {
  const { levels, warnings, balance } = report;
  return (
    <div class="report">
      <Targets report={report} baseline={baseline} />
      <TimeSplits report={report} baseline={baseline} />
      <section aria-labelledby="latency">
        <h2 id="latency">Latency</h2>
        <LatencyTable report={report} baseline={baseline} />
        <div class="charts">
          {CDFS.map(([key, name]) => {
            const own = latencies[key];
            if (own === undefined || own.values.length === 0) return null;
            const other = baselineLatencies[key];
            const bounds = report.targets
              .filter(({ metric }) => metric.startsWith(`${key}.`))
              .map((each) => ({ name: each.name, seconds: each.target }));
            return <CdfChart key={key} name={name} points={cdfOf(own)} baseline={other && cdfOf(other)} bounds={bounds} />;
          })}
        </div>
      </section>
      {levels !== null && (
        <section aria-labelledby="levels">
          <h2 id="levels">Levels over time</h2>
          <div class="charts">
            <LevelChart name="running" values={levels.running} bucketSeconds={levels.bucketSeconds} />
            <LevelChart name="waiting" values={levels.waiting} bucketSeconds={levels.bucketSeconds} />
            <LevelChart
              name="KV cache held"
              values={levels.kvShare}
              bucketSeconds={levels.bucketSeconds}
              text={(value) => percent(value)}
            />
            <LevelChart name="tokens a second" values={levels.tokensPerSecond} bucketSeconds={levels.bucketSeconds} />
          </div>
        </section>
      )}
      <ExpertMap phase="prefill" experts={balance.expert.prefill} />
      <ExpertMap phase="decode" experts={balance.expert.decode} />
      {roofline !== undefined && roofline.rows.length > 0 && <RooflineSection roofline={roofline} />}
      <MemorySection report={report} memories={memories} baseline={baseline} />
      {warnings.length > 0 && (
        <section aria-labelledby="warnings">
          <h2 id="warnings">Warnings</h2>
          <ul>
            {warnings.map(({ code, message }) => (
              <li key={message}>
                <strong>{code}</strong>: {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {words !== undefined && words.assumed.length > 0 && (
        <section aria-labelledby="assumed">
          <h2 id="assumed">Assumed</h2>
          <ul>
            {words.assumed.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      )}
      <details class="whole">
        <summary>The whole report as text</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <pre tabIndex={0}>{words?.text}</pre>
      </details>
    </div>
  );
}

const CDFS = [
  ["ttftSeconds", "TTFT"],
  ["tpotSeconds", "TPOT"],
  ["itlSeconds", "ITL"],
  ["e2eSeconds", "E2E"],
] as const;

interface Compared {
  readonly report: Report;
  readonly baseline?: Report | undefined;
}

function Targets({ report, baseline }: Compared) {
  if (report.targets.length === 0) return null;
  const texts = targetTexts(report, new Numbers(report));
  return (
    <section aria-labelledby="targets">
      <h2 id="targets">Targets</h2>
      <Scrolls label="table of targets">
        <table>
          <thead>
            <tr>
              <th scope="col">target</th>
              <th scope="col">found</th>
              <th scope="col">wanted</th>
              <th scope="col">margin</th>
              {baseline && <th scope="col">baseline</th>}
            </tr>
          </thead>
          <tbody>
            {texts.map(({ name, sign, actual, target, margin, verdict }, at) => (
              <tr key={name} class={sign === "✓" ? "good" : sign === "✗" ? "bad" : "open"}>
                <th scope="row">
                  {sign} {name}
                </th>
                <td>{actual}</td>
                <td>{target}</td>
                <td>{[margin, verdict].filter((text) => text !== "").join("; ")}</td>
                {baseline && <td>{differenceText(report, baseline, report.targets[at]!.metric)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </section>
  );
}

const ROWS = [
  ["queue", "queueSeconds"],
  ["TTFT", "ttftSeconds"],
  ["TPOT", "tpotSeconds"],
  ["ITL", "itlSeconds"],
  ["E2E", "e2eSeconds"],
] as const;

function LatencyTable({ report, baseline }: Compared) {
  const numbers = new Numbers(report);
  return (
    <Scrolls label="table of latencies">
      <table>
        <thead>
          <tr>
            <td />
            {statisticHeadings(report).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.filter(([, key]) => report[key] !== null).map(([name, key]) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {STATISTICS.map((column) => (
                <td key={column}>
                  {numbers.text(`${key}.${column}`, (value, step) => measured(value, "s", step))}
                  {baseline && <span class="faint"> {differenceText(report, baseline, `${key}.${column}`)}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

/** Parts of the means along the critical path, and the work of the lanes of all ranks. */
export function TimeSplits({ report, baseline }: Compared) {
  const { breakdown, time } = report;
  const parts = (map: Readonly<Record<string, number>> | null, path: string, unit: string) =>
    Object.entries(map ?? {})
      .filter(([, amount]) => amount > 0)
      .map(([name, amount]) => ({
        name,
        amount,
        text: measured(amount, unit),
        change: differenceText(report, baseline, `${path}.${name}`),
      }));
  const bars = [
    { title: "mean TTFT", all: parts(breakdown.ttft, "breakdown.ttft", "s") },
    { title: "mean TPOT", all: parts(breakdown.tpot, "breakdown.tpot", "s") },
    ...(["prefill", "decode"] as const).flatMap((phase) =>
      (["compute", "network"] as const).map((lane) => ({
        title: `${lane} lanes in ${phase}`,
        all: parts(time[phase]?.[lane] ?? null, `time.${phase}.${lane}`, "%"),
      })),
    ),
  ].filter(({ all }) => all.length > 0);
  return (
    <section aria-labelledby="time">
      <h2 id="time">Where the time went</h2>
      {bars.length === 0 ? (
        <p>No op ran.</p>
      ) : (
        <>
          <div class="charts">
            {bars.map(({ title, all }) => (
              <SplitBar key={title} title={title} parts={all} />
            ))}
          </div>
          <CopySvg name="where the time went" of={() => whereSvg(report)} />
        </>
      )}
    </section>
  );
}
