/** A journey: designed as a drawing or as a list, rehearsed, followed person by person, and asked why. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type Detailed, useEntity } from "../../api/metadata";
import { rowQuery } from "../../api/row";
import { Designer } from "./Designer";
import { NewJourney } from "./NewJourney";

export default function JourneyPage() {
  const { id = "new" } = useParams({ strict: false });
  const entity = useEntity("msdyncrm_customerjourney");
  return id === "new" ? <NewJourney entity={entity} /> : <Loaded key={id} entity={entity} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery(rowQuery(entity, id));
  return <Designer entity={entity} id={id} row={row} />;
}
