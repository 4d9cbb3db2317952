/**
 * Questions about an address. They travel in the body of a batch, never in an address that gets logged on the way.
 */

import { ApiError, send } from "../../api/http";

const BOUNDARY = "question";

export async function quietly<T>(path: string, signal?: AbortSignal): Promise<T> {
  const body = [
    `--${BOUNDARY}`, "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
    `GET ${path} HTTP/1.1`, "Accept: application/json", "", "",
    `--${BOUNDARY}--`, "",
  ].join("\r\n");
  const headers = { "Content-Type": `multipart/mixed; boundary=${BOUNDARY}` };
  const text = await (await send("$batch", { method: "POST", headers, body, signal })).text();
  const status = Number(/^HTTP\/1\.1 (\d{3})/m.exec(text)?.[1] ?? 500);
  const said = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1) || "null") as T & {
    error?: { code: string; message: string };
  };
  if (status >= 400) throw new ApiError(status, said?.error?.code ?? "", said?.error?.message ?? "");
  return said;
}
