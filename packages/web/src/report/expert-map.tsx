import { type PhaseExperts, percent, significant } from "@tokenyard/report";

interface ExpertMapProps {
  readonly phase: string;
  readonly experts: PhaseExperts | null;
}

const MOST_LAYERS = 128;
const NUMBERED = 16;

/** Copies by layer and expert, each against the mean of its layer; the fullest experts as a table. */
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
  const fullest = layers
    .flatMap(({ layer }, at) => cells[at]!.map((load, expert) => ({ layer, expert, load })))
    .toSorted((a, b) => b.load - a.load)
    .slice(0, 5);
  const said = `${layers.length} layers of ${width} experts; the fullest has ${significant(fullest[0]!.load)} times the mean of its layer`;
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
        <summary>The fullest experts in {phase}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">expert</th>
              <th scope="col">times the mean</th>
            </tr>
          </thead>
          <tbody>
            {fullest.map(({ layer, expert, load }) => (
              <tr key={`${layer}.${expert}`}>
                <td>{layer}</td>
                <td>{expert}</td>
                <td>{significant(load)}×</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
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
