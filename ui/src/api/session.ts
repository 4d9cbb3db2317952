/** Who is signed in, and what they may do. What is not offered is refused by the server too. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { ApiError, call } from "./http";

export interface Session {
  id: string;
  name: string;
  roles: string[];
  privileges: Set<string>;
}

export type Privilege = "Create" | "Read" | "Write" | "Delete" | "Append" | "AppendTo" | "Assign" | "Share";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session> => {
    const me = await call<{ UserId: string; Name: string; Roles: string[]; Privileges: string[] }>("assent_WhoAmI()");
    ownTab(me.UserId);
    return { id: me.UserId, name: me.Name, roles: me.Roles, privileges: new Set(me.Privileges) };
  },
  staleTime: 300_000,
});

const OWNER = "assent.user";

/** What is kept in a tab of the browser is of whoever worked there: somebody else who signs in finds nothing of it. */
function ownTab(user: string) {
  if (sessionStorage.getItem(OWNER) === user) return;
  if (sessionStorage.getItem(OWNER) !== null) sessionStorage.clear();
  sessionStorage.setItem(OWNER, user);
}

export const useSession = () => useSuspenseQuery(sessionQuery).data;

/** Whether the person may do this to rows of an entity, be it only to their own. */
export const may = (session: Session, privilege: Privilege, entity: string) =>
  session.privileges.has(`prv${privilege}${entity}`);

/** Whether the person holds the privilege of an act, one about no entity. */
export const holds = (session: Session, act: string) => session.privileges.has(act);

const ADMINISTRATOR = "system-administrator";

/** Whether the person has one of the roles; an administrator has all. For what is shown by role; what may be done is asked by privilege. */
export const isOne = (session: Session, ...roles: string[]) =>
  session.roles.includes(ADMINISTRATOR) || roles.some((it) => session.roles.includes(it));

/** Away to the sign-in page, and back to here. */
export function signIn() {
  location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401;
