import { type PhaseExperts, percent, significant } from "@tokenyard/report";

interface ExpertMapProps {
  readonly phase: string;
  readonly experts: PhaseExperts | null;
}

const MOST_LAYERS = 128;
const NUMBERED = 16;

/** Copies by layer and expert, each against the mean of its layer; the ends of each layer as a table. */
export function ExpertMap({ phase, experts }: ExpertMapProps) {
  if (experts === null) return null;
  const layers = experts.perLayer.slice(0, MOST_LAYERS).flatMap(({ layer, tokens }) => (tokens === undefined ? [] : [{ layer, tokens }]));
  if (layers.length === 0) return <NotCounted phase={phase} experts={experts} />;
  const width = Math.max(...layers.map(({ tokens }) => tokens.length));
  if (width === 0) return null;
  const cells = layers.map(({ tokens }) => {
    const mean = tokens.reduce((sum, count) => sum + count, 0) / tokens.length;
    return tokens.map((count) => (mean === 0 ? 0 : count / mean));
  });
  const ends = layers.map(({ layer }, at) => ({ layer, fullest: endOf(cells[at]!, 1), emptiest: endOf(cells[at]!, -1) }));
  const most = Math.max(...ends.map(({ fullest }) => fullest.load));
  const said = `${layers.length} layers of ${width} experts; the fullest has ${significant(most)} times the mean of its layer`;
  const [cellWidth, cellHeight] = [Math.max(2, 640 / width), width <= NUMBERED ? 18 : Math.max(3, Math.min(10, 320 / layers.length))];
  return (
    <section aria-labelledby={`experts-${phase}`}>
      <h2 id={`experts-${phase}`}>Experts in {phase}</h2>
      <p class="faint">
        {said}; {percent(experts.droppedShare)} of the copies dropped
      </p>
      <svg
        class="heat"
        viewBox={`0 0 ${cellWidth * width} ${cellHeight * layers.length}`}
        role="img"
        aria-label={`copies by layer and expert in ${phase}: ${said}`}
      >
        {cells.map((row, layer) =>
          row.map((load, expert) => (
            <rect
              key={`${layer}.${expert}`}
              x={expert * cellWidth}
              y={layer * cellHeight}
              width={cellWidth}
              height={cellHeight}
              fill={heatOf(load)}
            />
          )),
        )}
      </svg>
      <details>
        <summary>The fullest and the emptiest experts in {phase}, layer by layer</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">fullest expert</th>
              <th scope="col">times the mean</th>
              <th scope="col">emptiest expert</th>
              <th scope="col">times the mean</th>
            </tr>
          </thead>
          <tbody>
            {ends.map(({ layer, fullest, emptiest }) => (
              <tr key={layer}>
                <th scope="row">{layer}</th>
                <td>{fullest.expert}</td>
                <td>{significant(fullest.load)}×</td>
                <td>{emptiest.expert}</td>
                <td>{significant(emptiest.load)}×</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** The first expert with the largest load, or with the smallest where `sign` is −1. */
function endOf(loads: readonly number[], sign: 1 | -1): { readonly expert: number; readonly load: number } {
  const load = sign * Math.max(...loads.map((each) => sign * each));
  return { expert: loads.indexOf(load), load };
}

/** Shown for a report without counts by expert: what it has instead, and how to get the counts. */
function NotCounted({ phase, experts: { leastEven, droppedShare } }: { readonly phase: string; readonly experts: PhaseExperts }) {
  const { layer, tokens } = leastEven;
  const mean = tokens.reduce((sum, count) => sum + count, 0) / tokens.length;
  return (
    <section aria-labelledby={`experts-${phase}`}>
      <h2 id={`experts-${phase}`}>Experts in {phase}</h2>
      <p class="faint">
        The fullest expert of layer {layer}, the least even one, has {significant(mean === 0 ? 0 : Math.max(...tokens) / mean)} times the
        mean; {percent(droppedShare)} of the copies dropped. Copies by layer and expert are in reports of <code>run --per-expert</code>.
      </p>
    </section>
  );
}

/** Blue below the mean, white at it, orange above; twice the mean is full. */
function heatOf(load: number): string {
  const [r, g, b] = load < 1 ? [33, 102, 172] : [200, 90, 20];
  const depth = Math.min(1, load < 1 ? 1 - load : load - 1);
  const mix = (channel: number) => Math.round(248 + (channel - 248) * depth);
  return `rgb(${mix(r!)} ${mix(g!)} ${mix(b!)})`;
}
