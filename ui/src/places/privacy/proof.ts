/** Signed proofs of erasures: what they say, and whether the signature fits the text. */

import { queryOptions } from "@tanstack/react-query";
import { rows, type Row } from "../../api/row";

export interface Document {
  request: string;
  received: string;
  erased: string;
  approved_by: string | null;
  plan_sha256: string;
  records: string[];
  rows: { entity: string; deleted: number; blanked: number }[];
  columns: { entity: string; column: string; rows: number; action: string; ground: string | null }[];
  read_back: string;
  ledger_entries: number;
}

export interface Signed {
  id: string;
  request: string;
  number: string;
  on: string;
  text: string;
  digest: string;
  signature: string;
  publicKey: string;
  document: Document;
}

const signed = (row: Row): Signed => ({
  id: String(row["assent_erasureproofid"]),
  request: String(row["_assent_requestid_value"]),
  number: String(row["_assent_requestid_value@OData.Community.Display.V1.FormattedValue"] ?? ""),
  on: String(row["createdon"]),
  text: String(row["assent_document"]),
  digest: String(row["assent_digest"]),
  signature: String(row["assent_signature"]),
  publicKey: String(row["assent_publickey"]),
  document: JSON.parse(String(row["assent_document"])) as Document,
});

export const proofsQuery = (request?: string) =>
  queryOptions({
    queryKey: ["list", "assent_erasureproof", request ?? "all"],
    queryFn: async ({ signal }) => {
      const all = await rows("assent_erasureproofs", {
        $filter: request ? `_assent_requestid_value eq ${request}` : undefined,
        $orderby: "createdon desc",
        $top: 500,
      }, signal);
      return all.map(signed);
    },
  });

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (it) => Number.parseInt(it, 16));

/** Whether the signature (Ed25519) is one of this very text; `null` where the browser cannot tell. */
export async function fits(proof: Signed): Promise<boolean | null> {
  try {
    const key = await crypto.subtle.importKey("raw", bytes(proof.publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, bytes(proof.signature), new TextEncoder().encode(proof.text));
  } catch {
    return null;
  }
}

/** The proof as the file that `docs/requests.md` verifies without the product. */
export const proofFile = (proof: Signed) =>
  new Blob([JSON.stringify({ document: proof.text, sha256: proof.digest, signature: proof.signature, public_key: proof.publicKey, algorithm: "Ed25519" })], { type: "application/json" });
