/** Column security: which columns are closed to everybody, and the profiles that open them to some. */

import {
  Accordion, AccordionHeader, AccordionItem, AccordionPanel, Button, Checkbox, Field, Input, makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntities, useMaybeEntity } from "../../api/metadata";
import { create, update } from "../../api/row";
import { holds, may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Loading, Problem } from "../../shell/state";
import { Above } from "./Above";
import { Associated, TEAMS, USERS } from "./Associated";
import { type Act, ACTS, ALLOWED, permissionsQuery, type Profile, profilesQuery, type Secured, securedQuery } from "./secured";
import { Section } from "./Section";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  panel: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, paddingBottom: tokens.spacingVerticalL },
  box: { overflowX: "auto" },
});

export default function Columns() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const session = useSession();
  const secures = holds(session, "prvAssentSecureColumn");
  const secured = useQuery(securedQuery());
  return (
    <Page title={t("columns.title")} above={<Above />}>
      <Text>{t("columns.about")}</Text>
      {secured.error && <Problem error={secured.error} retry={() => void secured.refetch()} />}
      {secured.isPending && <Loading />}
      {secured.data && (
        <>
          <Section title={t("columns.secured")} wide>
            <SecuredList all={secured.data} allowed={secures} />
            {secures && <div className={styles.line}><Secure secured={secured.data} /></div>}
          </Section>
          <Profiles secured={secured.data} allowed={may(session, "Write", "fieldsecurityprofile")} />
        </>
      )}
    </Page>
  );
}

function useSecuring() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const securing = useMutation({
    mutationFn: ({ entity, column, on }: { entity: string; column: string; on: boolean; undoing?: boolean }) =>
      call("assent_SecureColumn", { body: { Entity: entity, Column: column, Secured: on } }),
    onSuccess: async (_, { undoing, ...it }) => {
      await Promise.all([client.invalidateQueries({ queryKey: ["settings", "secured"] }), client.invalidateQueries({ queryKey: ["metadata"] })]);
      notices.done(t(it.on ? "columns.closed" : "columns.opened"), undoing ? undefined : () => securing.mutate({ ...it, on: !it.on, undoing: true }));
    },
    onError: notices.failed,
  });
  return securing;
}

function SecuredList({ all, allowed }: { all: Secured[]; allowed: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const entities = useEntities();
  const securing = useSecuring();
  if (all.length === 0) return <Text>{t("columns.nothing")}</Text>;
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={t("columns.secured")}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{t("columns.entity")}</TableHeaderCell>
            <TableHeaderCell>{t("columns.column")}</TableHeaderCell>
            {allowed && <TableHeaderCell style={{ width: 160 }} aria-label={t("columns.open")} />}
          </TableRow>
        </TableHeader>
        <TableBody>
          {all.map((it) => (
            <TableRow key={`${it.entity} ${it.column}`}>
              <TableCell>{entities.get(it.entity)?.label ?? it.entity}</TableCell>
              <TableCell>{it.label} <Text size={200}>({it.column})</Text></TableCell>
              {allowed && (
                <TableCell>
                  <Button size="small" disabled={securing.isPending} aria-label={t("columns.openOne", { column: it.label })} onClick={() => securing.mutate({ ...it, on: false })}>{t("columns.open")}</Button>
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

/** Closes one more column. */
function Secure({ secured }: { secured: Secured[] }) {
  const { t } = useTranslation("settings");
  const entities = useEntities();
  const [entity, setEntity] = useState("");
  const [column, setColumn] = useState("");
  const detailed = useMaybeEntity(entity || undefined);
  const securing = useSecuring();
  const closed = new Set(secured.filter((it) => it.entity === entity).map((it) => it.column));
  const open = detailed?.columns.filter((it) => it.updatable && !closed.has(it.name)).sort((one, other) => one.label.localeCompare(other.label)) ?? [];
  return (
    <>
      <Field label={t("columns.entity")}>
        <Select value={entity} onChange={(_, { value }) => { setEntity(value); setColumn(""); }}>
          <option value="">{t("pick")}</option>
          {[...entities.values()].filter((it) => !it.intersect).sort((one, other) => one.label.localeCompare(other.label)).map((it) => <option key={it.name} value={it.name}>{it.label}</option>)}
        </Select>
      </Field>
      <Field label={t("columns.column")}>
        <Select value={column} disabled={!detailed} onChange={(_, { value }) => setColumn(value)}>
          <option value="">{t("pick")}</option>
          {open.map((it) => <option key={it.name} value={it.name}>{it.label}</option>)}
        </Select>
      </Field>
      <Button disabled={!column || securing.isPending} onClick={() => { securing.mutate({ entity, column, on: true }); setColumn(""); }}>{t("columns.close")}</Button>
    </>
  );
}

function Profiles({ secured, allowed }: { secured: Secured[]; allowed: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const profiles = useQuery(profilesQuery);
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: () => create("fieldsecurityprofiles", { name: name.trim() }),
    onSuccess: async () => { setName(""); await client.invalidateQueries({ queryKey: ["settings", "profiles"] }); notices.done(t("created")); },
    onError: notices.failed,
  });
  return (
    <Section title={t("columns.profiles")} about={t("columns.profilesAbout")} wide>
      {profiles.error && <Problem error={profiles.error} />}
      {profiles.data?.length === 0 && <Text>{t("columns.noProfiles")}</Text>}
      {allowed && (
        <form className={styles.line} onSubmit={(event) => { event.preventDefault(); if (name.trim()) making.mutate(); }}>
          <Field label={t("columns.newProfile")}><Input value={name} maxLength={160} onChange={(_, { value }) => setName(value)} /></Field>
          <Button type="submit" disabled={!name.trim() || making.isPending}>{t("add")}</Button>
        </form>
      )}
      <Accordion multiple collapsible>
        {profiles.data?.map((it) => (
          <AccordionItem key={it.id} value={it.id}>
            <AccordionHeader as="h3">{it.name}</AccordionHeader>
            <AccordionPanel className={styles.panel}>
              {it.description && <Text>{it.description}</Text>}
              <Permissions profile={it} secured={secured} allowed={allowed} />
              <Text weight="semibold">{t("columns.users")}</Text>
              <Associated of="fieldsecurityprofiles" id={it.id} by="systemuserprofiles_association" target={USERS} filter="isdisabled eq false" label={t("columns.users")} nothing={t("columns.noUsers")} readOnly={!allowed} />
              <Text weight="semibold">{t("teams.title")}</Text>
              <Associated of="fieldsecurityprofiles" id={it.id} by="teamprofiles_association" target={TEAMS} label={t("teams.title")} nothing={t("user.noTeams")} readOnly={!allowed} />
            </AccordionPanel>
          </AccordionItem>
        ))}
      </Accordion>
    </Section>
  );
}

/** What a profile allows, by column. */
function Permissions({ profile, secured, allowed }: { profile: Profile; secured: Secured[]; allowed: boolean }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const entities = useEntities();
  const found = useQuery(permissionsQuery(profile.id));
  const changing = useMutation({
    mutationFn: async ({ of, act, on }: { of: Secured; act: Act; on: boolean }) => {
      const row = found.data?.find((it) => it.entity === of.entity && it.column === of.column);
      const value = { [act]: on ? ALLOWED : 0 };
      if (row) await update("fieldpermissions", row.id, value);
      else
        await create("fieldpermissions", {
          "fieldsecurityprofileid@odata.bind": `/fieldsecurityprofiles(${profile.id})`, entityname: of.entity, attributelogicalname: of.column, ...value,
        });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings", "permissions", profile.id] }),
    onError: notices.failed,
  });
  if (found.error) return <Problem error={found.error} />;
  if (secured.length === 0) return <Text>{t("columns.nothing")}</Text>;
  return (
    <Table size="small" aria-label={t("columns.permissions", { profile: profile.name })}>
      <TableHeader>
        <TableRow>
          <TableHeaderCell>{t("columns.column")}</TableHeaderCell>
          {ACTS.map((it) => <TableHeaderCell key={it} style={{ width: 120 }}>{t(`columns.${it}`)}</TableHeaderCell>)}
        </TableRow>
      </TableHeader>
      <TableBody>
        {secured.map((of) => {
          const row = found.data?.find((it) => it.entity === of.entity && it.column === of.column);
          return (
            <TableRow key={`${of.entity} ${of.column}`}>
              <TableCell>{entities.get(of.entity)?.label ?? of.entity}: {of.label}</TableCell>
              {ACTS.map((act) => (
                <TableCell key={act}>
                  <Checkbox
                    aria-label={`${of.label}: ${t(`columns.${act}`)}`}
                    checked={row?.[act] ?? false}
                    disabled={!allowed || !found.data || changing.isPending}
                    onChange={(_, { checked }) => changing.mutate({ of, act, on: checked === true })}
                  />
                </TableCell>
              ))}
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
