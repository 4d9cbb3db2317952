import { Open } from "./Open";

/** From the record of an e-mail to its designer. */
export default function OpenEmail({ id }: { id: string }) {
  return <Open to={`/email/${id}`} />;
}
