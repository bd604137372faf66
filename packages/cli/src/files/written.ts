import { BadInput } from "../outcomes/bad-input.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";

/** Result of `write`; if the file system refuses, throws BadInput with `path` and the reason. */
export function written<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const problem = refusalOf(path, error);
    throw problem === undefined ? error : new BadInput([problem]);
  }
}

/** Problem of `path` from the file system's `error`; undefined for other errors. */
export function refusalOf(path: string, error: unknown): LocatedProblem | undefined {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  return code === undefined || syscall === undefined ? undefined : plainProblem(path, `cannot be written: ${WHY[code] ?? message}`);
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: "no right to write there",
  EPERM: "no right to write there",
  EROFS: "the file system is read-only",
  ENOENT: "no such folder",
  ENOTDIR: "a file stands where a folder is wanted",
  EEXIST: "a file stands where a folder is wanted",
  EISDIR: "a folder stands where a file is wanted",
  ENOSPC: "no space left",
  EDQUOT: "no space left in the quota",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  EFBIG: "larger than a file may be there",
};
