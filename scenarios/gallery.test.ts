import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenarioFile, type PassCounts, parseScenario, prepare, type Report, renderText, run, summarize, targetsOf } from "tokenyard";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));

/** A scenario of the gallery: `scenario.yaml` of a folder, which has the folder's name, or one that is listed beside it. */
interface Piece {
  readonly name: string;
  readonly file: string;
  /** Its kept report. */
  readonly kept: string;
}

const pieces: readonly Piece[] = readdirSync(GALLERY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(GALLERY, entry.name, "scenario.yaml")))
  .flatMap(({ name }) => readdirSync(join(GALLERY, name)).flatMap((file) => pieceOf(name, file)))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

function pieceOf(folder: string, file: string): Piece[] {
  const own = file === "scenario.yaml";
  const base = file.replace(/\.yaml$/, "");
  if (base === file) return [];
  const path = join(GALLERY, folder);
  return [
    { name: own ? folder : `${folder}, ${base}`, file: join(path, file), kept: join(path, own ? "report.txt" : `${base}.report.txt`) },
  ];
}

const folders = pieces.filter(({ file }) => basename(file) === "scenario.yaml");
const variants = pieces.filter(({ file }) => basename(file) !== "scenario.yaml");

/** Those that take seconds each: half of the gallery's time. */
const LENGTHY: ReadonlySet<string> = new Set([
  "alerts-on-the-plan",
  "decode-512",
  "decode-72",
  "deployment-plan-faults",
  "flapping-link",
  "prefix-cache",
  "rebalance-drift",
  "spare-experts",
]);
const lengthy = folders.filter(({ name }) => LENGTHY.has(name));
const others = folders.filter(({ name }) => !LENGTHY.has(name));

const reports = new Map<string, Report>();
/** By piece: how its passes were timed. */
const timed = new Map<string, PassCounts>();

/** The report of a piece, simulated once. */
function reportOf(piece: Piece): Report {
  const report = reports.get(piece.name) ?? simulated(piece);
  reports.set(piece.name, report);
  return report;
}

function simulated({ name, file }: Piece): Report {
  const { scenario, readPieces } = loadScenarioFile(file);
  const counts = { form: 0, loop: 0, launched: 0, formless: new Map<string, number>() };
  timed.set(name, counts);
  return summarize(run(prepare(scenario, { readPieces }), { counts }), targetsOf(scenario));
}

const KEPT = "$name still gives the report that is kept beside it, and its resolved scenario means the same";

// `pnpm gallery` writes the reports again, and golden.json; a change to one is reviewed like code.
test.each(others)(KEPT, isKept);
test.each([...lengthy, ...variants])(KEPT, { tags: "long" }, isKept);

async function isKept(piece: Piece): Promise<void> {
  const report = reportOf(piece);
  expect(report.scenario.name).toBe(piece.name);
  const again = parseScenario(JSON.parse(JSON.stringify(report.scenario.resolved)));
  expect(again).toEqual(loadScenarioFile(piece.file).scenario); // of which all else follows: laws.test.ts runs it again
  await expect(renderText(report)).toMatchFileSnapshot(piece.kept);
}

test("reports as JSON have the SHA-256 that golden.json keeps, as `tokenyard run --json --replications 1 … | sha256sum` would print it", () => {
  const kept = JSON.parse(readFileSync(join(GALLERY, "golden.json"), "utf8"));
  expect(Object.keys(kept)).toEqual(folders.map(({ name }) => name));
  for (const piece of others) expect([piece.name, lineHash(reportOf(piece))]).toEqual([piece.name, kept[piece.name]]);
});

test("golden.json has that of every folder", { tags: "long" }, async () => {
  const hashes = Object.fromEntries(folders.map((piece) => [piece.name, lineHash(reportOf(piece))]));
  await expect(`${JSON.stringify(hashes, null, 2)}\n`).toMatchFileSnapshot(join(GALLERY, "golden.json"));
});

// Answers do not depend on how passes are timed, but speed does: a form that gives way for no reason would be slow, and right.
test("passes of every piece are timed by form, by loop or as they are launched as often as timed-by.txt keeps, and batches without a form are so for its reasons", {
  tags: "long",
}, async () => {
  const table = pieces.map((piece) => {
    reportOf(piece);
    const { form, loop, launched, formless } = timed.get(piece.name)!;
    const why = [...formless].sort().map(([reason, batches]) => `${batches} × ${reason}`);
    return [piece.name.padEnd(40), ...[form, loop, launched].map((count) => `${count}`.padStart(9)), "  ", why.join("; ") || "-"].join("");
  });
  const head = `${"piece".padEnd(40)}     form     loop launched  batches without a form`;
  await expect(`${[head, ...table].join("\n")}\n`).toMatchFileSnapshot(join(GALLERY, "timed-by.txt"));
});

function lineHash(report: Report): string {
  return createHash("sha256")
    .update(`${JSON.stringify(report)}\n`)
    .digest("hex");
}
