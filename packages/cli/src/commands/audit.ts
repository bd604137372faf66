import { Problems } from "@tokenyard/scenario";
import {
  type Audit,
  type AuditProgress,
  type AuditTextOptions,
  audit,
  auditFacts,
  auditHtml,
  auditMarkdown,
  auditText,
  claimProblems,
  Stopped,
} from "@tokenyard/study";
import { answeredScenario, answerFileProblems, writeAnswer } from "../files/answer-file.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { piecesBeside } from "../scenarios/files-beside.ts";
import { type Reader, type ReadScenario, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { checkQueue, studyRunner } from "../studies/study-runner.ts";
import { type ExitCode, FINE, MISSED } from "../terminal/exit-code.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";

export interface AuditCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  /** Takes the audit as a page. */
  readonly html?: string;
  readonly markdown?: boolean;
  /** Whether a claim that fails ends the process with exit code 1. */
  readonly strict?: boolean;
  readonly maxReplications?: number;
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
  /** Whether assumptions are moved through their ranges. */
  readonly ranges?: boolean;
  /** Whether changes that would make failed claims hold are looked for. */
  readonly remedies?: boolean;
}

const TICK_MS = 200;
const WANTED_CLAIMS =
  "claims to audit, such as [{ id: rate, text: the plan's words, claimed: 100 tokens/ms, metric: throughputPerGpu, comparison: '>=' }]";
const STYLES = { good: "green", bad: "red", doubtful: "yellow", strong: "bold", faint: "dim" } as const;

/** Says of every claim of a plan whether it holds, and why. Problems of the claims are reported at their places before anything runs. */
export async function auditClaims(
  file: string,
  options: AuditCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const beside = (error: Problems, name: string) => claimProblems(error, piecesBeside(name));
  const pages = (readers: readonly Reader[]) => answerFileProblems(options.html, readers);
  const [read] = await readScenarios([file], { ...options, beside }, terminal, (each) => each, pages, pages);
  const { claims = [], deployment } = read!.scenario;
  if (claims.length + Object.keys(deployment?.promises ?? {}).length === 0)
    throw read!.refused([{ path: ["claims"], wanted: WANTED_CLAIMS }]);
  const found = await audited(read!, options, terminal, simulation);
  if (options.json) terminal.out.write(`${JSON.stringify(found)}\n`);
  else terminal.out.write(options.markdown ? auditMarkdown(shown(found)) : auditText(shown(found), pageOf(terminal)));
  writeAnswer(options.html, () => ({
    title: `audit of ${found.scenario.name}`,
    conclusion: found.conclusion,
    facts: auditFacts(found),
    body: auditHtml(found),
    tables: [],
    warnings: [],
    scenarios: [answeredScenario(read!, simulation)],
  }));
  return options.strict && found.claims.some(({ verdict }) => verdict === "fails") ? MISSED : FINE;
}

async function audited(
  { file, scenario, readPieces, refused }: ReadScenario,
  options: AuditCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<Audit> {
  const { workers, queue, maxReplications, ranges, remedies } = options;
  const interrupt = new Interrupt();
  const title = `audit of ${scenario.name}`;
  await checkQueue(queue, workers);
  const runner = await studyRunner({ workers, queue, file, title, err: terminal.err, study: undefined, simulation });
  const progress = new StudyProgress(terminal.err, title, performance.now(), "run");
  let now: AuditProgress = { stage: "readings", started: 0, ended: 0 };
  let rangesFromMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const state = {
      ended: now.ended,
      most: null,
      workforce: runner.workforce(),
      best: undefined,
      doing: doingText(now),
      leftSeconds: leftSeconds(now, nowMs - rangesFromMs),
    };
    progress.show(state, nowMs);
  }, TICK_MS);
  try {
    return await audit(scenario, {
      readPieces,
      runner,
      signal: interrupt.signal,
      onProgress: (next) => {
        if (next.claim !== undefined && now.claim === undefined) rangesFromMs = performance.now();
        now = next;
      },
      ...(maxReplications === undefined ? {} : { maxReplications }),
      ...(ranges === undefined ? {} : { ranges }),
      ...(remedies === undefined ? {} : { remedies }),
    });
  } catch (error) {
    if (error instanceof Problems) throw refused(error.problems);
    if (error instanceof Stopped) throw new Interrupted();
    throw error;
  } finally {
    clearInterval(timer);
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
}

/** `claim 12 of 41: throughput-required/decode`. */
function doingText({ stage, claim }: AuditProgress): string {
  if (claim !== undefined) return `claim ${claim.done + 1} of ${claim.of}: ${claim.id}`;
  return { readings: "every claim under every reading", ranges: "assumptions one by one", remedies: "what would help" }[stage];
}

/**
 * Estimate of the seconds left in the search claim by claim, by the time of earlier claims; undefined in the first third, which makes runs
 * for all claims.
 */
function leftSeconds({ claim }: AuditProgress, forMs: number): number | undefined {
  if (claim === undefined || claim.done < claim.of / 3) return undefined;
  return ((forMs / claim.done) * (claim.of - claim.done)) / 1e3;
}

/** `found` with every text on one line and nothing in it that could steer a terminal. */
function shown(found: Audit): Audit {
  const tame = (_key: string, value: unknown) => (typeof value === "string" ? harmless(value.replace(/\s+/g, " ")) : value);
  return JSON.parse(JSON.stringify(found), tame) as Audit;
}

function pageOf({ out }: Terminal): AuditTextOptions {
  return {
    ink: (text, tone) => styled(out, STYLES[tone], text),
    ...(out.columns === undefined ? {} : { width: Math.min(out.columns, 120) }),
  };
}
