import type { StudyTable } from "@tokenyard/study";
import { partOf } from "../whole/whole-page.ts";
import type { Source } from "../worker/source.ts";

/** How far a study is that the server follows. */
export interface StudyState {
  /** The file as it was given. */
  readonly file: string;
  readonly command: string;
  readonly name: string;
  /** Another process writes it. */
  readonly isRunning: boolean;
  readonly points: number;
  readonly ok: number;
  readonly infeasible: number;
  readonly failed: number;
}

/** What the command line gave to the server. */
export interface Served {
  readonly files: readonly Source[];
  readonly studies: readonly StudyState[];
}

/** A study that is open, and how it was when it was last read. */
export interface Followed {
  readonly at: number;
  readonly state: StudyState;
  /** Null while no point has ended. */
  readonly table: StudyTable | null;
}

/** Files of the command line; none if the page is one file. */
export async function served(): Promise<Served> {
  return { files: [], studies: [], ...(await json<Partial<Served>>("files.json")) };
}

/** Study `at` as it is now; undefined where the server does not answer. */
export async function followed(at: number): Promise<Followed | undefined> {
  const read = await json<Omit<Followed, "at">>(`study-${at}.json`);
  return read && { at, ...read };
}

/** The scenario of a point of study `at`, as YAML. */
export async function pointOf(at: number, index: number): Promise<string | undefined> {
  return (await json<{ readonly text: string }>(`study-${at}/point-${index}.json`))?.text;
}

/** What the page has from its build: beside it, or in its one file. */
export async function built<Tree>(name: "gallery" | "schema"): Promise<Tree | undefined> {
  const inFile = partOf(name);
  return inFile === undefined ? json<Tree>(`${name}.json`) : JSON.parse(inFile);
}

/** Undefined where there is none, as beside a page that is one file. */
export async function json<Tree>(name: string): Promise<Tree | undefined> {
  if (partOf("worker") !== undefined) return undefined;
  try {
    const answer = await fetch(name);
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

interface Listener {
  /** The texts have changed. */
  onTexts(): void;
  onStudy(at: number): void;
}

/** Hears of changes until the page ends. */
export function listen({ onTexts, onStudy }: Listener): void {
  const events = new EventSource("events");
  events.addEventListener("changed", onTexts);
  events.addEventListener("study", ({ data }) => onStudy((JSON.parse(data) as { readonly at: number }).at));
}
