/** What the designers ask of the Web API besides rows. */

import { call, invoke } from "../../api/http";
import { type Entity } from "../../api/metadata";
import { address } from "../../api/row";

/** What the check for errors says. Behind `#` of its place stands the block. */
export interface Found {
  place: string;
  text: string;
  warning: boolean;
}

const bound = (entity: Entity, id: string, name: string) => `${address(entity, id)}/Microsoft.Dynamics.CRM.${name}`;

/** A function of a row. */
export const ask = <T>(entity: Entity, id: string, name: string, given: Record<string, string> = {}, signal?: AbortSignal) =>
  call<T>(bound(entity, id, invoke(name, given)), { signal });

/** An action on a row. */
export const act = <T>(entity: Entity, id: string, name: string, body: Record<string, unknown> = {}, signal?: AbortSignal) =>
  call<T>(bound(entity, id, name), { method: "POST", body, signal });
