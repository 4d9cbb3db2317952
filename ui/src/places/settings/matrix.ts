/** The privilege matrix: what each role may do to rows of each entity, and changing one privilege of one role. */

import { queryOptions } from "@tanstack/react-query";
import { call, send } from "../../api/http";
import { create } from "../../api/row";
import { WORDS } from "./Depth";

export interface Line {
  Id: string;
  Name: string;
  BuiltIn: boolean;
  /** By entity; depths in the order of the privileges. */
  On: Record<string, { Held: number[]; Product: number[] }>;
  /** Privileges about no entity, and whether the product gives them. */
  Acts: { Name: string; Product: boolean }[];
}

export interface Matrix {
  Privileges: string[];
  /** Every privilege about no entity. */
  Acts: string[];
  Roles: Line[];
}

export const matrixQuery = queryOptions({
  queryKey: ["settings", "matrix"],
  queryFn: async ({ signal }): Promise<Matrix> => {
    const matrix = await call<Matrix>("assent_PrivilegeMatrix()", { signal });
    return { ...matrix, Roles: matrix.Roles.filter((it) => it.Name !== "public") };
  },
});

export const held = (role: Line, entity: string, at: number) => role.On[entity]?.Held[at] ?? 0;
export const given = (role: Line, entity: string, at: number) => role.On[entity]?.Product[at] ?? 0;

/** What keeps a privilege of a role as it is, if anything does; the key of a text. */
export function locked(role: Line, privilege: string): string | undefined {
  if (role.Name === "system-administrator") return "matrix.lockedAdministrator";
  if (role.Name === "auditor" && privilege !== "Read") return "matrix.lockedAuditor";
  return undefined;
}

const bound = (role: string, act: string) => `roles(${role})/Microsoft.Dynamics.CRM.${act}`;

/** Sets a depth; what the entity files give needs no row. */
export async function set(role: Line, entity: string, privilege: string, depth: number, product: number) {
  const PrivilegeName = `prv${privilege}${entity}`;
  if (depth > product)
    await send(bound(role.Id, "AddPrivilegesRole"), { body: { Privileges: [{ PrivilegeName, Depth: WORDS[depth] }] } });
  else await send(bound(role.Id, "RemovePrivilegeRole"), { body: { PrivilegeName } });
}

/** A role of one's own, with what another role may; gives its identifier. */
export async function make(name: string, like: Line | undefined, privileges: string[]): Promise<string> {
  const id = await create("roles", { name });
  const all = Object.entries(like?.On ?? {}).flatMap(([entity, { Held }]) =>
    privileges.flatMap((privilege, at) => (Held[at] ? [{ PrivilegeName: `prv${privilege}${entity}`, Depth: WORDS[Held[at]] }] : [])),
  );
  all.push(...(like?.Acts ?? []).map((it) => ({ PrivilegeName: it.Name, Depth: WORDS[4] })));
  if (all.length > 0) await send(bound(id, "AddPrivilegesRole"), { body: { Privileges: all } });
  return id;
}

export const setAct = (role: string, PrivilegeName: string, on: boolean) =>
  on
    ? send(bound(role, "AddPrivilegesRole"), { body: { Privileges: [{ PrivilegeName, Depth: "Global" }] } })
    : send(bound(role, "RemovePrivilegeRole"), { body: { PrivilegeName } });
