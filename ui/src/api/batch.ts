/** Several changes in one transaction: all of them are made, or none. */

import { send } from "./http";

export interface Change {
  method: "PATCH" | "POST" | "DELETE";
  path: string;
  /** Only this version of the row. */
  etag?: string | undefined;
  body?: unknown;
}

/** Makes the changes. What is refused names the first that was, and leaves nothing behind. */
export async function changeSet(changes: Change[]): Promise<void> {
  if (changes.length === 0) return;
  const [batch, set] = [crypto.randomUUID(), crypto.randomUUID()];
  const parts = changes.flatMap(({ method, path, etag, body }) => [
    `--${set}`,
    "Content-Type: application/http",
    "Content-Transfer-Encoding: binary",
    "",
    `${method} ${path} HTTP/1.1`,
    ...(etag ? [`If-Match: ${etag}`] : []),
    ...(body === undefined ? ["", ""] : ["Content-Type: application/json", "", JSON.stringify(body)]),
  ]);
  const lines = [`--${batch}`, `Content-Type: multipart/mixed; boundary=${set}`, "", ...parts, `--${set}--`, `--${batch}--`, ""];
  await send("$batch", { method: "POST", headers: { "Content-Type": `multipart/mixed; boundary=${batch}` }, body: lines.join("\r\n") });
}
