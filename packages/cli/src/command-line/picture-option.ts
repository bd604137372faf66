import { PICTURE_KINDS, type PictureKind, type PictureOrder } from "../files/picture-order.ts";
import { Refused } from "./option-values.ts";

const OPTION = "--svg";
/** Between the two words of the option, as commander takes one. */
const JOINT = "\0";

/** `args` with the kind and the file behind each `--svg` as one word. */
export function withPictures(args: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [word, kind, file] = args.slice(at, at + 3);
    if (word === "--") return [...joined, ...args.slice(at)];
    joined.push(word!);
    if (word !== OPTION || kind === undefined || kind.startsWith("-")) continue;
    const isPair = file !== undefined && !file.startsWith("-");
    joined.push(isPair ? `${kind}${JOINT}${file}` : kind);
    at += isPair ? 2 : 1;
  }
  return joined;
}

/** The pictures that are ordered so far, with one more. */
export function pictureOrder(pair: string, before: readonly PictureOrder[] | Refused = []): readonly PictureOrder[] | Refused {
  if (before instanceof Refused) return before;
  const [kind = "", file = ""] = pair.split(JOINT);
  const given = `${kind}${file === "" ? "" : ` ${file}`}`;
  const kinds = `${PICTURE_KINDS.slice(0, -1).join(", ")} or ${PICTURE_KINDS.at(-1)}`;
  if (!isKind(kind)) return new Refused(given, `wanted ${kinds}, and a file: ${OPTION} ${PICTURE_KINDS[0]} plan.svg`);
  if (!file.endsWith(".svg")) return new Refused(given, `wanted a file that ends with .svg: ${OPTION} ${kind} plan.svg`);
  return [...before, { kind, file }];
}

function isKind(word: string): word is PictureKind {
  return (PICTURE_KINDS as readonly string[]).includes(word);
}
