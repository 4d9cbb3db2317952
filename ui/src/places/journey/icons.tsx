/** A picture for each kind of tile; it stands beside the kind's name. */

import type { Kind } from "./definition";

const PATHS: Record<Kind, string> = {
  Segment: "M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-5 7c0-3 2-5 5-5s5 2 5 5M13 4.5a2.5 2.5 0 0 1 0 4.5m2 2.5c2 .7 3 2.300 3 4.500",
  MarketingForm: "M5 3h10v14H5zM7.500 7h5M7.500 10h5M7.500 13h2.500",
  Email: "M3 5h14v10H3zM3 6l7 5 7-5",
  Scheduler: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3v4l3 2",
  Trigger: "M10 2l8 8-8 8-8-8 8-8Zm0 5v4m0 2v.01",
  Splitter: "M10 3v5M10 8l-6 4v5M10 8l6 4v5M2.500 15.500 4 17l1.500-1.500M14.500 15.500 16 17l1.500-1.500",
  CreateCrmActivity: "M4 3h12v14H4zM7 10l2 2 4-4",
};

export function TileIcon({ kind }: { kind: Kind }) {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[kind] ?? "M4 4h12v12H4z"} />
    </svg>
  );
}
