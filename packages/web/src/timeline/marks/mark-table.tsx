import { MARK_KINDS, type Mark, measured } from "@tokenyard/report";
import { counted } from "@tokenyard/scenario";
import { useState } from "preact/hooks";
import { Scrolls } from "../../charts/scrolls.tsx";
import { MARK_SIGNS } from "./mark-strip.tsx";

const MOST = 100;

/** Marks beside the ops, as a table; each row shows its time in the picture. */
export function MarkTable({ marks, onShow }: { readonly marks: readonly Mark[]; readonly onShow: (mark: Mark) => void }) {
  const [isOpen, setOpen] = useState(false);
  if (marks.length === 0) return null;
  const counts = MARK_KINDS.flatMap((kind) => {
    const count = marks.filter((mark) => mark.kind === kind).length;
    return count === 0 ? [] : [`${MARK_SIGNS[kind]} ${counted(count, kind)}`];
  });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{counts.join(", ")}</summary>
      {isOpen && (
        <Scrolls label="table of marks">
          <table>
            <thead>
              <tr>
                {["at", "lasts", "what"].map((head) => (
                  <th key={head} scope="col" class={head === "what" ? "text" : ""}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {marks.slice(0, MOST).map((mark) => (
                <tr key={`${mark.fromNs} ${mark.words}`}>
                  <td>
                    <button type="button" onClick={() => onShow(mark)}>
                      {measured(mark.fromNs / 1e9, "s")}
                    </button>
                  </td>
                  <td>{mark.toNs > mark.fromNs ? measured((mark.toNs - mark.fromNs) / 1e9, "s") : ""}</td>
                  <td class="text">
                    {MARK_SIGNS[mark.kind]} {mark.words}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {marks.length > MOST && (
            <p class="faint">
              the first {MOST} of {marks.length.toLocaleString("en-US")}
            </p>
          )}
        </Scrolls>
      )}
    </details>
  );
}
