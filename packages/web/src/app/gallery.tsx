import type { Source } from "../worker/source.ts";
import { stateText } from "./followed-study.tsx";
import type { GalleryFile } from "./gallery-file.ts";
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
        {(gallery?.pieces ?? []).map(({ path, name, about, conclusion }) => (
          <li key={path}>
            <button type="button" onClick={() => onOpen({ text: gallery!.files[path]!, path, files: gallery!.files })}>
              <strong>{name}</strong>
              <span>{about}</span>
              <span class="faint">{conclusion}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
