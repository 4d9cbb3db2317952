import { Open } from "./Open";

/** From the record of a page to its designer. */
export default function OpenPage({ id }: { id: string }) {
  return <Open to={`/page/${id}`} />;
}
