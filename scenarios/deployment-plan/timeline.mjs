// Draws when the first rank of every stage computed and exchanged during prefill, as docs/timeline.svg.
//   pnpm exec node scenarios/deployment-plan/timeline.mjs
import { writeFileSync } from "node:fs";
import { loadScenarioFile, prepare, run } from "tokenyard";

const TO_NS = 20e6;
const { scenario } = loadScenarioFile(new URL("scenario.yaml", import.meta.url));
const setup = prepare(scenario);
const { stages, ranksPerStage } = setup.plan;
const ranks = Array.from({ length: stages }, (_, stage) => stage * ranksPerStage);
const { spans, opKinds } = run(setup, { spans: { fromNs: 0, toNs: TO_NS, ranks } });

const WIDTH = 960;
const ROW = 22;
const LEFT = 70;
const colours = {
  attention: "#2f6f9f",
  gate: "#7fb0d0",
  experts: "#3f9f6f",
  "all-reduce": "#c9a227",
  dispatch: "#d9772f",
  combine: "#c25450",
  send: "#8a6fb0",
};
const x = (ns) => LEFT + (ns / TO_NS) * (WIDTH - LEFT - 10);
const bars = Array.from(spans.rank, (rank, i) => {
  if (spans.phase[i] !== 0) return "";
  const kind = opKinds[spans.kind[i]];
  const top = 30 + (rank / ranksPerStage) * ROW + (kind.lane === "compute" ? 0 : 10);
  const end = Math.min(spans.endNs[i], TO_NS);
  const width = Math.max(x(end) - x(spans.startNs[i]), 0.3).toFixed(2);
  return `<rect x="${x(spans.startNs[i]).toFixed(2)}" y="${top}" width="${width}" height="9" fill="${colours[kind.name]}"/>`;
});
const labels = ranks.map((_, stage) => `<text x="4" y="${42 + stage * ROW}">layer ${stage}</text>`);
const ticks = [0, 5, 10, 15, 20].map((ms) => `<text x="${x(ms * 1e6)}" y="20" text-anchor="middle">${ms} ms</text>`);
const legend = Object.entries(colours).map(
  ([name, fill], i) =>
    `<rect x="${LEFT + i * 115}" y="${44 + stages * ROW}" width="10" height="10" fill="${fill}"/><text x="${LEFT + 14 + i * 115}" y="${53 + stages * ROW}">${name}</text>`,
);
const height = 66 + stages * ROW;
writeFileSync(
  new URL("../../docs/timeline.svg", import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11" fill="#333">
<title>When the first GPU of each layer computed and exchanged during prefill</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${[...ticks, ...labels, ...bars.filter(Boolean), ...legend].join("\n")}
</svg>
`,
);
