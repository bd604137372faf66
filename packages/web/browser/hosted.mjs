// A static host as there are many: files below a path, types by name, no other header.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain; charset=utf-8" };

/** Serves `folder` below `path`; gives the address of that. */
export function hosted(folder, path) {
  const server = createServer(({ url }, response) => {
    const asked = decodeURI(url.split("?")[0]);
    const name = asked.startsWith(path) ? asked.slice(path.length) : "..";
    const file = join(folder, name === "" ? "index.html" : name);
    if (name.includes("..") || !existsSync(file) || !statSync(file).isFile()) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      resolve({ address: `http://127.0.0.1:${server.address().port}${path}`, close: () => server.close() });
    }),
  );
}
