import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";
import { wholePage } from "../files/whole-page.ts";

/** A file of the page, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

/** A file that is sent as it is now, a piece at a time. */
export interface SentFile {
  readonly type: string;
  readonly file: string;
}

export type Answerable = Asset | SentFile;

/** Content type for scrapers of metrics. */
export const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** Files that are filled in before they are sent or written. */
const TEMPLATES: ReadonlySet<string> = new Set(["report.html", "report-timeline.html", "whole.html.gz"]);

/** The folder of the page, beside the bundle that runs. */
export const PAGE = new URL("web/", import.meta.url);

/** The files of the page by requested path: no path of a request reaches the file system. */
export function pageAssets(): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(PAGE)) {
    if (TEMPLATES.has(name)) continue;
    const asset = assetOf(readFileSync(new URL(name, PAGE)), TYPES[extname(name)] ?? "application/octet-stream");
    assets.set(`/${name}`, asset);
    if (name === "index.html") assets.set("/", asset);
  }
  assets.set("/tokenyard.html", assetOf(Buffer.from(wholePage()), TYPES[".html"]!));
  return assets;
}

export function assetOf(body: Buffer, type: string): Asset {
  return { type, body, gzipped: gzipSync(body), etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"` };
}
