export function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** `relative` as seen from the folder of the file `from`; absolute paths stay. */
export function joinedPath(from: string, relative: string): string {
  const folder = isAbsolute(relative) ? "" : from.slice(0, from.search(/[^/\\]*$/));
  const root = /^([A-Za-z]:)?[/\\]*/.exec(folder + relative)?.[0] ?? "";
  const kept: string[] = [];
  for (const step of (folder + relative).slice(root.length).split(/[/\\]/)) {
    if (step === "" || step === ".") continue;
    if (step === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(step);
  }
  return root + kept.join("/");
}

/** `path` as the file `from` would name it, both seen from one place: `joinedPath(from, …)` gives `path` back. Without a way there, `path` itself. */
export function relativePath(from: string, path: string): string {
  const folders = joinedPath("", from).split("/").slice(0, -1);
  const steps = joinedPath("", path).split("/");
  if (isAbsolute(from) !== isAbsolute(path)) return path;
  let shared = 0;
  while (shared < folders.length && shared < steps.length - 1 && folders[shared] === steps[shared]) shared++;
  if (folders.slice(shared).includes("..")) return path;
  return [...folders.slice(shared).map(() => ".."), ...steps.slice(shared)].join("/");
}
