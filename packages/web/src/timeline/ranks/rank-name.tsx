import { groupOf, type RankGroup } from "@tokenyard/report";
import type { OpenGroups } from "../../worker/messages.ts";

interface RankNameProps {
  readonly rank: number;
  readonly groups: readonly RankGroup[];
  readonly open: OpenGroups;
  readonly isBusy: boolean;
  /** Opens or closes a stage; undefined where it has no other lanes. */
  readonly onToggle: ((firstRank: number) => void) | undefined;
}

/** Beside the lanes of a rank: its number, and for the first of a stage the stage, which opens. */
export function RankName({ rank, groups, open, isBusy, onToggle }: RankNameProps) {
  const group = groupOf(groups, rank);
  if (group === undefined || group.firstRank !== rank) return <span>rank {rank}</span>;
  const isOpen = open === "all" || open.includes(rank);
  if (group.ranks === 1 || onToggle === undefined) return <span>{group.label}</span>;
  return (
    <button type="button" aria-expanded={isOpen} disabled={isBusy} onClick={() => onToggle(rank)} title={`rank ${rank}`}>
      {isOpen ? "▾" : "▸"} {group.label}
    </button>
  );
}
