/** One account: its roles and teams, its open sessions, and how its holder gets in or is kept out. */

import { Button, Field, makeStyles, MessageBar, MessageBarBody, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useMaybeEntity } from "../../api/metadata";
import { moment, retrieve, rows, shown, update } from "../../api/row";
import { holds, may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Above } from "./Above";
import { NON_INTERACTIVE } from "./account";
import { Ask } from "../../shell/Ask";
import { Associated, ROLES, TEAMS } from "./Associated";
import { type Made, OneTimeLink } from "./OneTimeLink";
import { Passkeys } from "./Passkeys";
import { useRoleName, useRoles } from "./roles";
import { Section } from "./Section";
import { Accesses, AccountState } from "./Users";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
});

export default function User() {
  const { id = "" } = useParams({ strict: false });
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const session = useSession();
  const signsIn = holds(session, "prvAssentManageSignIn");
  const changes = may(session, "Write", "systemuser");
  const oneself = session.id === id;
  const roles = useRoles();
  const roleName = useRoleName();
  const [made, setMade] = useState<Made | null>(null);
  const [closing, setClosing] = useState(false);
  const { data: user } = useSuspenseQuery({
    queryKey: ["settings", "users", id],
    queryFn: ({ signal }) => retrieve({ set: "systemusers" }, id, signal),
  });
  const closed = user["isdisabled"] === true;
  const program = user["accessmode"] === NON_INTERACTIVE;
  const name = String(user["fullname"] || t("users.nameless"));
  const renew = () => Promise.all([["settings", "users"], ["settings", "sessions"], ["rows", "assent_useraccesses"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  const changing = useMutation({
    mutationFn: async ({ values }: { values: Record<string, string | boolean>; back?: Record<string, string | boolean> }) => update("systemusers", id, values),
    onSuccess: async (_, { back }) => {
      setClosing(false);
      await renew();
      notices.done(t("saved"), back && (() => changing.mutate({ values: back })));
    },
    onError: notices.failed,
  });
  const inviting = useMutation({
    mutationFn: () => call<{ Link: string; Minutes: number }>(`systemusers(${id})/Microsoft.Dynamics.CRM.assent_InviteUser`, { body: {} }),
    onSuccess: async ({ Link, Minutes }) => { setMade({ name, link: Link, minutes: Minutes }); await renew(); },
    onError: notices.failed,
  });
  const leaving = useMutation({
    mutationFn: () => call<{ Ended: number }>(`systemusers(${id})/Microsoft.Dynamics.CRM.assent_SignOutUser`, { body: {} }),
    onSuccess: async ({ Ended }) => { await renew(); notices.done(t("user.signedOut", { count: Ended })); },
    onError: notices.failed,
  });
  return (
    <Page
      title={name}
      above={<Above to="/settings/users" name={t("users.title")} />}
      commands={(signsIn || changes) && (
        <>
          {signsIn && !program && <Button disabled={closed || inviting.isPending} onClick={() => inviting.mutate()}>{t("user.link")}</Button>}
          {signsIn && <Button disabled={leaving.isPending} onClick={() => leaving.mutate()}>{t("user.signOut")}</Button>}
          {changes && (closed ? (
            <Button onClick={() => changing.mutate({ values: { isdisabled: false }, back: { isdisabled: true } })}>{t("user.reopen")}</Button>
          ) : (
            <Button disabled={oneself} title={oneself ? t("user.notOneself") : undefined} onClick={() => setClosing(true)}>{t("user.close")}</Button>
          ))}
        </>
      )}
    >
      <div className={styles.line}>
        <AccountState closed={closed} program={program} />
        <Text>{user["internalemailaddress"]}</Text>
        <Link to={`/record/systemuser/${id}`}>{t("user.record")}</Link>
      </div>
      {!program && !user["internalemailaddress"] && (
        <MessageBar intent="info"><MessageBarBody>{t("user.noAddress")}</MessageBarBody></MessageBar>
      )}
      <Section title={t("user.roles")} about={t("user.rolesAbout")}>
        <div className={styles.line}>
          <Field label={t("users.role")} hint={oneself ? t("user.notOwnRole") : t("user.roleHint")}>
            <Select
              value={String(user["assent_role"] ?? "")}
              disabled={!changes || oneself || changing.isPending}
              onChange={(_, { value }) => changing.mutate({ values: { assent_role: value }, back: { assent_role: String(user["assent_role"] ?? "") } })}
            >
              {!user["assent_role"] && <option value="">{t("pick")}</option>}
              {roles.data?.map((it) => <option key={it.id} value={it.name}>{roleName(it.name)}</option>)}
            </Select>
          </Field>
        </div>
        <Text weight="semibold">{t("user.further")}</Text>
        <Associated of="systemusers" id={id} by="systemuserroles_association" target={ROLES} filter="name ne 'public'" label={t("user.further")} nothing={t("user.noFurther")} readOnly={!may(session, "Create", "systemuserroles")} words={roleName} />
        <Text weight="semibold">{t("teams.title")}</Text>
        <Associated of="systemusers" id={id} by="teammembership_association" target={TEAMS} label={t("teams.title")} nothing={t("user.noTeams")} readOnly={!may(session, "Create", "teammembership")} />
      </Section>
      {may(session, "Read", "assent_session") && <Sessions user={id} />}
      {!program && may(session, "Read", "assent_credential") && <Passkeys user={id} readOnly={!signsIn} />}
      {may(session, "Read", "assent_useraccess") && <Accesses user={id} />}
      <OneTimeLink made={made} onClose={() => setMade(null)} />
      <Ask open={closing} title={t("user.closeTitle", { name })} yes={t("user.close")} busy={changing.isPending} onNo={() => setClosing(false)} onYes={() => changing.mutate({ values: { isdisabled: true }, back: { isdisabled: false } })}>
        {t("user.closeText")}
      </Ask>
    </Page>
  );
}

/** Where the user is signed in now. */
function Sessions({ user }: { user: string }) {
  const { t } = useTranslation("settings");
  const entity = useMaybeEntity("assent_session");
  const method = entity?.column("assent_method");
  const found = useQuery({
    queryKey: ["settings", "sessions", user],
    queryFn: ({ signal }) => rows("assent_sessions", { $filter: `_assent_systemuserid_value eq ${user}`, $orderby: "assent_seenon desc" }, signal),
  });
  if (!entity || !method) return null;
  const open = (found.data ?? []).filter((it) => new Date(String(it["assent_expireson"])) > new Date());
  return (
    <Section title={t("user.sessions")} wide>
      {open.length === 0 ? <Text>{t("user.noSessions")}</Text> : (
        <Table size="small" aria-label={t("user.sessions")}>
          <TableHeader>
            <TableRow>
              {["assent_name", "assent_method", "assent_seenon", "assent_expireson"].map((it) => <TableHeaderCell key={it}>{entity.column(it)?.label}</TableHeaderCell>)}
            </TableRow>
          </TableHeader>
          <TableBody>
            {open.map((it) => (
              <TableRow key={String(it["assent_sessionid"])}>
                <TableCell>{it["assent_name"]}</TableCell>
                <TableCell>{shown(it, method)}</TableCell>
                <TableCell>{it["assent_seenon"] && moment(String(it["assent_seenon"]))}</TableCell>
                <TableCell>{moment(String(it["assent_expireson"]))}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
