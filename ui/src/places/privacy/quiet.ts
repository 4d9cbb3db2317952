/**
 * Questions about an address. They travel in the body of a batch (OData v4.01 JSON), never in an address that gets
 * logged on the way.
 */

import { ApiError, call } from "../../api/http";

interface Answer<T> {
  status: number;
  body?: T & { error?: { code: string; message: string } };
}

export async function quietly<T>(path: string, signal?: AbortSignal): Promise<T> {
  const body = { requests: [{ id: "1", method: "GET", url: path }] };
  const { responses } = await call<{ responses: Answer<T>[] }>("$batch", { method: "POST", body, signal });
  const answer = responses[0];
  if (!answer?.body || answer.status >= 400)
    throw new ApiError(answer?.status ?? 500, answer?.body?.error?.code ?? "", answer?.body?.error?.message ?? "");
  return answer.body;
}
