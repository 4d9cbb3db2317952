import { Badge } from "@fluentui/react-components";
import { useMaybeEntity } from "../../api/metadata";
import { look } from "./state";

/** How a mail stands, in the words of its column. */
export function State({ status }: { status: number }) {
  const column = useMaybeEntity("assent_outgoingmail")?.column("statuscode");
  const { color, mark } = look(status);
  return (
    <Badge appearance="tint" color={color} style={{ whiteSpace: "nowrap" }}>
      <span aria-hidden style={{ marginRight: 4 }}>{mark}</span>
      {column?.options.find((it) => it.value === status)?.label ?? ""}
    </Badge>
  );
}
