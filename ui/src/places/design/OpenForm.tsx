import { Open } from "./Open";

/** From the record of a form to its designer. */
export default function OpenForm({ id }: { id: string }) {
  return <Open to={`/form/${id}`} />;
}
