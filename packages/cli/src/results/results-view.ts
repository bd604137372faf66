import { METRICS } from "@tokenyard/scenario";
import type { Database } from "../tables/database.ts";

/**
 * Makes the view `results` for this connection: a row for each point with its index, a column for each parameter, its status and seed,
 * a column for each metric (in the units of the report; null where a point has none), whether it meets its targets, the reason, and the
 * whole report as JSON.
 */
export async function makeResultsView(database: Database): Promise<void> {
  const parameters = await parametersIn(database);
  const parameterColumns = parameters.map(({ path, type }) => {
    const place = text(`$.${JSON.stringify(path)}`);
    return `${type === "text" ? `parameters->>${place}` : `CAST(parameters->${place} AS ${type})`} AS ${name(path)}`;
  });
  const taken = new Set(parameters.map(({ path }) => path));
  const metrics = METRICS.filter((metric) => !taken.has(metric.name));
  const paths = [...new Set(metrics.flatMap(({ path }) => path.split(" / ")))];
  const value = (path: string, type = "DOUBLE") => `CAST(numbers[${paths.indexOf(path) + 1}] AS ${type})`;
  const metricColumns = metrics.map((metric) => {
    const [part, whole] = metric.path.split(" / ") as [string, string?];
    return `${whole === undefined ? value(part, metric.unit === "" ? "BIGINT" : "DOUBLE") : `${value(part)} / nullif(${value(whole)}, 0)`} AS ${name(metric.name)}`;
  });
  const columns = [
    "index",
    ...parameterColumns,
    "status",
    ...(taken.has("seed") ? [] : ["seed"]),
    ...metricColumns,
    "CASE WHEN status = 'ok' THEN NOT list_contains(json_extract_string(report, '$.targets[*].met'), 'false') END AS met",
    "reason",
    "report",
  ];
  const extracted = `json_extract_string(report, [${paths.map((path) => text(`$.${path}`)).join(", ")}])`;
  await database.run(
    `CREATE TEMP VIEW results AS SELECT ${columns.join(", ")} FROM (SELECT *, ${extracted} AS numbers FROM points) ORDER BY index, row`,
  );
}

interface Parameter {
  readonly path: string;
  /** Type of its column: numbers if every value is one. */
  readonly type: "BIGINT" | "DOUBLE" | "BOOLEAN" | "text";
}

/** The parameters that any point has, in the order in which they are met. */
async function parametersIn(database: Database): Promise<Parameter[]> {
  const rows = await database.rows(`
    SELECT path, list(DISTINCT type) FROM (
      SELECT row, generate_subscripts(json_keys(parameters), 1) AS position, unnest(json_keys(parameters)) AS path,
        json_type(parameters, '$.' || to_json(path)) AS type FROM points)
    GROUP BY path ORDER BY min(row), min(position)`);
  return rows.map(([path, types]) => ({ path: path as string, type: columnType((types as string[]).filter((type) => type !== "NULL")) }));
}

function columnType(types: readonly string[]): Parameter["type"] {
  const all = (...wanted: string[]) => types.length > 0 && types.every((type) => wanted.includes(type));
  if (all("UBIGINT", "BIGINT")) return "BIGINT";
  if (all("UBIGINT", "BIGINT", "DOUBLE")) return "DOUBLE";
  return all("BOOLEAN") ? "BOOLEAN" : "text";
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
