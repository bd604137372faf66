import { signal } from "@preact/signals";
import { type GalleryFile, pieceIn } from "../app/gallery-file.ts";
import type { Session } from "../app/session.ts";
import { GUIDE_TITLES, guideIn } from "./guide-titles.ts";
import type { Guide, Step } from "./step.ts";

/** A guide that is under way; `at` is the place of its step, from 0. */
export interface Tour {
  readonly guide: Guide;
  readonly at: number;
  /** The text of the gallery that the step is about. */
  readonly text: string;
}

/** The guide that the page follows; undefined for none. */
export const tour = signal<Tour | undefined>(undefined);

/** Shows the step that `fragment` names: its plan, which runs unless it is shown already, and its view. Whether it names one. */
export async function followGuide(session: Session, gallery: GalleryFile | undefined, fragment: string): Promise<boolean> {
  const wanted = guideIn(fragment);
  if (wanted === undefined) {
    tour.value = undefined;
    return false;
  }
  const { GUIDES } = await import("./guides.ts");
  const guide = GUIDES.find(({ name }) => name === wanted.name)!;
  const at = Math.min(Math.max(wanted.step, 1), guide.steps.length) - 1;
  const step = guide.steps[at]!;
  const source = pieceIn(`open=${step.open}`, gallery);
  if (source === undefined) return false;
  const open = session.source.value;
  if (open?.path !== source.path || open.text !== source.text) session.openAndRun(source);
  else if (session.answered.value === undefined && session.running.value === undefined) session.run();
  session.view.value = step.view;
  session.stretch.value = step.stretch;
  tour.value = { guide, at, text: source.text };
  session.news.value = `${GUIDE_TITLES[guide.name]}: step ${at + 1} of ${guide.steps.length}`;
  return true;
}

/** Step of a tour. */
export function stepOf({ guide, at }: Tour): Step {
  return guide.steps[at]!;
}
