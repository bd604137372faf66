import { GUIDE_TITLES } from "../guides/guide-titles.ts";
import type { Source } from "../worker/source.ts";
import { stateText } from "./followed-study.tsx";
import type { GalleryFile, Piece } from "./gallery-file.ts";
import { LaunchForm } from "./launch-form.tsx";
import { followed, type Served } from "./served.ts";
import type { Session } from "./session.ts";

interface GalleryProps {
  readonly gallery: GalleryFile | undefined;
  /** Files that the command line named. */
  readonly given: Served;
  readonly session: Session;
  readonly onOpen: (source: Source) => void;
}

/** Shows study `at` of the server. */
export async function openStudy(session: Session, at: number): Promise<void> {
  const study = await followed(at);
  if (session.source.value === undefined) session.followed.value = study;
}

const OWN = `tokenyard: 1
name: my-plan
model: { preset: qwen3-30b-a3b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { expert: 4 }
workload: { kind: open, requests: 500, rate: 4 requests/s, promptTokens: 1000, outputTokens: 200 }
targets: { ttft.p99: 1 s, tpot.p99: 50 ms }
`;

/** Items to open when nothing is open: files of the command line, the gallery, or a new plan. */
export function Gallery({ gallery, given, session, onOpen }: GalleryProps) {
  return (
    <section class="gallery" aria-labelledby="gallery-title">
      <h1 id="gallery-title">What will this plan really do?</h1>
      <p>
        Open a plan, or drop files onto the page: a scenario, a launch script, a report, or a model's config.json. It runs here, in this
        browser, on simulated GPUs: what it does, which targets it meets, and what holds it back.
      </p>
      <LaunchForm session={session} />
      <ul class="cards">
        {given.studies.map((state, at) => (
          <li key={state.file}>
            <button type="button" onClick={() => openStudy(session, at)}>
              <strong>{state.file}</strong>
              <span>
                {state.command} of {state.name}
              </span>
              <span class="faint">{stateText(state)}</span>
            </button>
          </li>
        ))}
        {given.files.map((source) => (
          <li key={source.path}>
            <button type="button" onClick={() => onOpen(source)}>
              <strong>{source.path}</strong>
              <span>given on the command line</span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => onOpen({ text: OWN, path: "my-plan.yaml", files: {} })}>
            <strong>your own in seven lines</strong>
            <span>A model, GPUs, a load and targets: change what is yours.</span>
          </button>
        </li>
      </ul>
      <Guides />
      {groupsOf(gallery).map(([group, pieces]) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul class="cards">
            {pieces.map(({ path, name, headline, about, conclusion }) => (
              <li key={path}>
                <a href={`#open=${name}`}>
                  <strong>{headline}</strong>
                  <span>{name}</span>
                  <span>{about}</span>
                  <span class="faint">{conclusion}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** The scenarios by the parts of the gallery, in their order. */
function groupsOf(gallery: GalleryFile | undefined): readonly (readonly [group: string, pieces: readonly Piece[]])[] {
  const groups = new Map<string, Piece[]>();
  for (const piece of gallery?.pieces ?? []) groups.set(piece.group, [...(groups.get(piece.group) ?? []), piece]);
  return [...groups];
}

/** Plans that are explained step by step. */
function Guides() {
  return (
    <section>
      <h2>Step by step</h2>
      <ul class="cards">
        {Object.entries(GUIDE_TITLES).map(([name, title]) => (
          <li key={name}>
            <a href={`#guide=${name}`}>
              <strong>{title}</strong>
              <span>A guided plan: a sentence a step, with the numbers of the run.</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
