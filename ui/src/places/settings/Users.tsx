/** The people and programs that have an account: who may what, who is shut out, who was here last. */

import {
  Badge, Button, Field, makeStyles, SearchBox, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMaybeEntity } from "../../api/metadata";
import { useRows } from "../../api/pages";
import { moment, reference, rows, shown } from "../../api/row";
import { holds, may, useSession } from "../../api/session";
import { AddIcon } from "../../shell/icons";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Wide } from "../../shell/Wide";
import { Above } from "./Above";
import { NON_INTERACTIVE, SYSTEM } from "./account";
import { Invite } from "./Invite";
import { type Made, OneTimeLink } from "./OneTimeLink";
import { useRoleName } from "./roles";
import { Section } from "./Section";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  box: { overflowX: "auto" },
});


export default function Users() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const session = useSession();
  const invites = holds(session, "prvAssentManageSignIn") && may(session, "Create", "systemuser");
  const roleName = useRoleName();
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [words, setWords] = useState("");
  const [kind, setKind] = useState("open");
  const users = useQuery({
    queryKey: ["settings", "users"],
    queryFn: ({ signal }) =>
      rows("systemusers", { $select: "fullname,internalemailaddress,assent_role,isdisabled,accessmode", $orderby: "fullname" }, signal),
  });
  const sessions = useQuery({
    queryKey: ["settings", "sessions"],
    enabled: may(session, "Read", "assent_session"),
    queryFn: ({ signal }) => rows("assent_sessions", { $select: "_assent_systemuserid_value,assent_seenon", $orderby: "assent_seenon desc" }, signal),
  });
  const seen = Map.groupBy(sessions.data ?? [], (it) => String(it["_assent_systemuserid_value"]));
  const fits = (it: Record<string, unknown>) => {
    const program = it["accessmode"] === NON_INTERACTIVE;
    if (it["systemuserid"] === SYSTEM) return false;
    if (kind === "open" ? it["isdisabled"] || program : kind === "closed" ? !it["isdisabled"] : kind === "programs" && !program) return false;
    return `${String(it["fullname"])} ${String(it["internalemailaddress"] ?? "")}`.toLowerCase().includes(words.toLowerCase());
  };
  const all = users.data?.filter(fits) ?? [];
  return (
    <Page
      title={t("users.title")}
      above={<Above />}
      commands={invites && (
        <Button appearance="primary" icon={<AddIcon />} onClick={() => setInviting(true)}>{t("invite.command")}</Button>
      )}
    >
      <div className={styles.bar} role="search">
        <Field label={t("users.show")}>
          <Select value={kind} onChange={(_, { value }) => setKind(value)}>
            {["open", "closed", "programs", "all"].map((it) => <option key={it} value={it}>{t(`users.kind.${it}`)}</option>)}
          </Select>
        </Field>
        <Field label={t("users.find")} style={{ flexGrow: 1, maxWidth: 360 }}>
          <SearchBox value={words} onChange={(_, { value }) => setWords(value)} />
        </Field>
        <Link to="/settings/teams">{t("teams.title")}</Link>
        <Link to="/settings/roles">{t("matrix.title")}</Link>
      </div>
      {users.error && <Problem error={users.error} retry={() => void users.refetch()} />}
      {users.isPending ? <Loading /> : all.length === 0 ? (
        <Empty title={t("users.nothing")}>{invites && <Button onClick={() => setInviting(true)}>{t("invite.command")}</Button>}</Empty>
      ) : (
        <Wide label={t("users.title")} least={700}>
          <Table size="small" aria-label={t("users.title")}>
            <TableHeader>
              <TableRow>
                {["name", "address", "role", "state", "seen"].map((it) => <TableHeaderCell key={it}>{t(`users.${it}`)}</TableHeaderCell>)}
              </TableRow>
            </TableHeader>
            <TableBody>
              {all.map((it) => {
                const id = String(it["systemuserid"]);
                const open = seen.get(id);
                return (
                  <TableRow key={id}>
                    <TableCell><Link to={`/settings/users/${id}`}>{it["fullname"] || t("users.nameless")}</Link></TableCell>
                    <TableCell style={{ overflowWrap: "anywhere" }}>{it["internalemailaddress"]}</TableCell>
                    <TableCell>{it["assent_role"] ? roleName(String(it["assent_role"])) : "–"}</TableCell>
                    <TableCell><AccountState closed={it["isdisabled"] === true} program={it["accessmode"] === NON_INTERACTIVE} /></TableCell>
                    <TableCell>{open ? t("users.sessions", { count: open.length, when: moment(String(open[0]?.["assent_seenon"])) }) : "–"}</TableCell>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </Wide>
      )}
      {may(session, "Read", "assent_useraccess") && <Accesses />}
      {may(session, "Read", "assent_lockout") && <LockOuts />}
      <Invite open={inviting} onClose={() => setInviting(false)} onMade={setMade} />
      <OneTimeLink made={made} onClose={() => setMade(null)} />
    </Page>
  );
}

export function AccountState({ closed, program }: { closed: boolean; program: boolean }) {
  const { t } = useTranslation("settings");
  if (closed) return <Badge appearance="tint" color="danger">✕ {t("users.closed")}</Badge>;
  if (program) return <Badge appearance="tint" color="informative">◆ {t("users.program")}</Badge>;
  return <Badge appearance="tint" color="success">✓ {t("users.open")}</Badge>;
}

/** Who signed in and out, or tried to; of one user or of all. */
export function Accesses({ user }: { user?: string }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const entity = useMaybeEntity("assent_useraccess");
  const found = useRows("assent_useraccesses", {
    $orderby: "createdon desc", $filter: user && `_assent_systemuserid_value eq ${user}`,
  }, 15);
  const [event, method, whom] = ["assent_event", "assent_method", "assent_systemuserid"].map((it) => entity?.column(it));
  if (!entity || !event || !method || !whom) return null;
  return (
    <Section title={entity.plural} about={t("accesses.about")} wide>
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.rows.length === 0 && !found.isPending ? <Text>{t("accesses.nothing")}</Text> : (
        <div className={styles.box}>
          <Table size="small" aria-label={entity.plural}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t("when")}</TableHeaderCell>
                <TableHeaderCell>{event.label}</TableHeaderCell>
                <TableHeaderCell>{method.label}</TableHeaderCell>
                {!user && <TableHeaderCell>{whom.label}</TableHeaderCell>}
              </TableRow>
            </TableHeader>
            <TableBody>
              {found.rows.map((it) => (
                <TableRow key={String(it["assent_useraccessid"])}>
                  <TableCell>{moment(String(it["createdon"]))}</TableCell>
                  <TableCell>{shown(it, event)}</TableCell>
                  <TableCell>{shown(it, method) || "–"}</TableCell>
                  {!user && <TableCell>{reference(it, whom)?.name ?? t("accesses.unknown")}</TableCell>}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
      {found.hasMore && <Button size="small" style={{ alignSelf: "start" }} disabled={found.isFetching} onClick={found.more}>{t("older")}</Button>}
    </Section>
  );
}

/** Addresses that have to wait; only keyed hashes of them are kept. */
function LockOuts() {
  const { t } = useTranslation("settings");
  const found = useQuery({
    queryKey: ["settings", "lockouts"],
    queryFn: ({ signal }) => rows("assent_lockouts", { $orderby: "assent_laston desc", $top: 50 }, signal),
  });
  const locked = found.data ?? [];
  return (
    <Section title={t("lockouts.title")} about={t("lockouts.about")}>
      {found.error && <Problem error={found.error} />}
      {found.data && locked.length === 0 && <Text>{t("lockouts.nothing")}</Text>}
      {locked.length > 0 && (
        <ul>
          {locked.map((it) => (
            <li key={String(it["assent_lockoutid"])}>
              {t("lockouts.one", { count: Number(it["assent_tries"]), when: moment(String(it["assent_laston"])) })}
              {it["assent_until"] && new Date(String(it["assent_until"])) > new Date() && (
                <> <Badge appearance="tint" color="warning">… {t("lockouts.until", { when: moment(String(it["assent_until"])) })}</Badge></>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
