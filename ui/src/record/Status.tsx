import { Badge } from "@fluentui/react-components";
import type { Detailed } from "../api/metadata";
import { DRAFT, LIVE, LIVE_EDITABLE } from "./life";

/** The state of a record in words; the colour only repeats them. */
export function Status({ entity, status }: { entity: Detailed; status: unknown }) {
  const color = status === LIVE ? "success" : status === LIVE_EDITABLE ? "warning" : status === DRAFT ? "informative" : "subtle";
  const label = entity.column("statuscode")?.options.find((it) => it.value === status)?.label ?? String(status ?? "");
  return <Badge size="extra-large" shape="rounded" appearance="tint" color={color} style={{ alignSelf: "center", whiteSpace: "nowrap" }}>{label}</Badge>;
}
