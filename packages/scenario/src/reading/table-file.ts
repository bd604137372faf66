import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Place, Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { childOf } from "../schema/language/structure.ts";
import { isPlain, type NamedColumns, traitOf } from "../schema/language/trait.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { readCsv } from "./csv.ts";
import { readNamedCsv } from "./named-csv.ts";
import { joinedPath } from "./path.ts";
import { part, type Written, type WrittenMap, type WrittenScalar, writtenOf } from "./written.ts";
import { readYaml } from "./yaml.ts";

type Path = readonly (string | number)[];

/** Tables that a scenario names, with their problems. */
export interface TableReading {
  /** Text of the file at a path, of a .parquet file as comma-separated values; exceptions become problems. */
  read(path: string): string;
  /** Path of the scenario; a table is relative to the file that names it, or to this one. */
  readonly path: string;
  readonly problems: Problem[];
}

/**
 * `written` with every path of a table replaced by the path, the SHA-256 of the file and its rows, each with its place there. A table that
 * was read before stays as it is, so that a resolved scenario needs no file.
 */
export function withTables(written: Written, reading: TableReading): Written {
  return within(written, scenarioSchema, [], reading);
}

function within(written: Written, schema: Schema, at: Path, reading: TableReading): Written {
  if (written.form === "scalar") {
    const { table } = traitOf(schema);
    return table !== undefined && typeof written.value === "string" ? tableOf(written, written.value, table, at, reading) : written;
  }
  if (written.form === "list") {
    const item = childOf(schema, 0);
    return item === undefined ? written : { ...written, items: written.items.map((each, i) => within(each, item, [...at, i], reading)) };
  }
  const kind = part(written, "kind");
  const entries = new Map(
    [...written.entries].map(([key, value]) => {
      const child = childOf(schema, key, kind?.form === "scalar" ? kind.value : undefined);
      return [key, child === undefined || isPlain(child) ? value : within(value, child, [...at, key], reading)];
    }),
  );
  return { ...written, entries };
}

type Schema = Parameters<typeof traitOf>[0];

/** The table at `name`; after a problem one that is right, so that nothing else is reported of it. */
function tableOf(
  named: WrittenScalar,
  name: string,
  columns: true | NamedColumns,
  at: Path,
  { read, path, problems }: TableReading,
): Written {
  const { place } = named;
  const refused = (wanted: string): Written => {
    problems.push({ path: at, given: shorten(name), wanted, ...(place === undefined ? {} : { place }) });
    return writtenOf({ path: name, sha256: "none", rows: columns === true ? [[1]] : [] }, place);
  };
  const hasNames = columns !== true;
  if (!(hasNames ? /\.(csv|json|parquet)$/i : /\.(csv|json)$/i).test(name)) {
    return refused(hasNames ? "the path of a .csv, .parquet or .json file" : "the path of a .csv or .json file");
  }
  const file = joinedPath(place !== undefined && "file" in place ? place.file : path, name);
  let text: string;
  try {
    text = read(file);
  } catch (error) {
    return refused(`a file that can be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const rows = rowsOf(text, file, columns, at, problems);
  if (rows === undefined) return refused("a file that holds a list of rows");
  const facts = writtenOf({ path: name, sha256: bytesToHex(sha256(utf8ToBytes(text))) }, place) as WrittenMap;
  return { ...facts, entries: new Map([...facts.entries, ["rows", rows]]) };
}

function rowsOf(text: string, file: string, columns: true | NamedColumns, at: Path, problems: Problem[]): Written | undefined {
  const placeOf = (line: number, column: number): Place => ({ file, line, column });
  if (!/\.json$/i.test(file)) {
    if (columns === true) return readCsv(text, placeOf);
    const { rows, problems: found } = readNamedCsv(text, columns, placeOf);
    problems.push(...found.map((problem) => ({ ...problem, path: at })));
    return rows;
  }
  const reading = readYaml(text, placeOf); // which JSON is part of
  problems.push(...reading.problems.map((problem) => ({ ...problem, path: at })));
  return reading.root;
}
