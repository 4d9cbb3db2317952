/** Consent change records with what proves them: narrowed, looked at one by one, taken out as a file; and what is left of erased ones. */

import {
  Button, Field, Input, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Select, Tab, TabList, Table, TableBody,
  TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download, send } from "../../api/http";
import { moment, rows, type Row } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Wide } from "../../shell/Wide";
import { Evidence } from "./Evidence";
import { type Level, useLevels } from "./levels";
import { PersonPicker } from "./PersonPicker";
import { ProofByAddress } from "./ProofByAddress";

const FORMATTED = "@OData.Community.Display.V1.FormattedValue";
const SHOWN = 100;

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "flex-end" },
});

interface Said {
  tab?: "erased";
  contact?: string;
  name?: string;
  from?: string;
  until?: string;
  form?: string;
  level?: string;
}

export default function ConsentRecords() {
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  const said = useSearch({ strict: false }) as Said;
  const say = (change: Said) => {
    const search = Object.fromEntries(Object.entries({ ...said, ...change }).filter(([, it]) => it !== undefined && it !== ""));
    void navigate({ to: ".", search: search as never, replace: true });
  };
  return (
    <Page title={t("records.title")} commands={said.tab !== "erased" && <Export said={said} />}>
      <TabList aria-label={t("records.title")} selectedValue={said.tab ?? "kept"} onTabSelect={(_, { value }) => say({ tab: value === "erased" ? "erased" : undefined })}>
        <Tab value="kept">{t("records.kept")}</Tab>
        <Tab value="erased">{t("records.erased")}</Tab>
      </TabList>
      {said.tab === "erased" ? <ProofByAddress /> : <Kept said={said} say={say} />}
    </Page>
  );
}

/** The level as the file's endpoint takes it, and as a filter. */
const byLevel = (said: Said, levels: Level[]) => levels.find((it) => String(it.number) === String(said.level));

function filter(said: Said, levels: Level[]): string | undefined {
  const level = byLevel(said, levels);
  const all = [
    said.contact && `_msgdpr_contactid_value eq ${said.contact}`,
    said.form && `_msgdpr_consentchangesourceform_value eq ${said.form}`,
    said.from && `assent_occurredon ge ${said.from}T00:00:00Z`,
    said.until && `assent_occurredon lt ${said.until}T00:00:00Z`,
    level && `msgdpr_value eq ${level.value}`,
  ].filter(Boolean);
  return all.length > 0 ? all.join(" and ") : undefined;
}

function Kept({ said, say }: { said: Said; say(change: Said): void }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const levels = useLevels();
  const [most, setMost] = useState(SHOWN);
  const [chosen, setChosen] = useState<Row | null>(null);
  const forms = useQuery({
    queryKey: ["list", "msdyncrm_marketingform", "names"],
    queryFn: ({ signal }) => rows("msdyncrm_marketingforms", { $select: "msdyncrm_name", $orderby: "msdyncrm_name", $top: 500 }, signal),
    retry: false,
  });
  const where = filter(said, levels);
  const found = useQuery({
    queryKey: ["list", "msgdpr_gdprconsentchangerecord", "desk", where, most],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      rows("msgdpr_gdprconsentchangerecords", { $filter: where, $orderby: "assent_occurredon desc,createdon desc", $top: most + 1 }, signal),
  });
  const all = found.data ?? [];
  const level = (row: Row, column: string) => levels.find((it) => it.value === (row[column] ?? null))?.label ?? String(row[column]);
  return (
    <>
      <Text>{t("records.what")}</Text>
      <div className={styles.bar}>
        <Field label={t("records.person")}>
          {said.contact
            ? <Button onClick={() => say({ contact: undefined, name: undefined })}>{t("records.removePerson", { name: said.name ?? said.contact })}</Button>
            : <PersonPicker onPick={(it) => say({ contact: it.id, name: it.name })} />}
        </Field>
        <Field label={t("records.from")}><Input type="date" value={said.from ?? ""} onChange={(_, { value }) => say({ from: value })} /></Field>
        <Field label={t("records.until")}><Input type="date" value={said.until ?? ""} onChange={(_, { value }) => say({ until: value })} /></Field>
        <Field label={t("records.level")}>
          <Select value={said.level ?? ""} onChange={(_, { value }) => say({ level: value })}>
            <option value="">{t("records.anyLevel")}</option>
            {levels.map((it) => <option key={it.number} value={it.number}>{it.label}</option>)}
          </Select>
        </Field>
        {(forms.data ?? []).length > 0 && (
          <Field label={t("records.form")}>
            <Select value={said.form ?? ""} onChange={(_, { value }) => say({ form: value })}>
              <option value="">{t("records.anyForm")}</option>
              {forms.data?.map((it) => <option key={String(it["msdyncrm_marketingformid"])} value={String(it["msdyncrm_marketingformid"])}>{String(it["msdyncrm_name"])}</option>)}
            </Select>
          </Field>
        )}
      </div>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data && all.length === 0 && (
        <Empty title={t(where ? "records.nothingFits" : "records.none")}>
          {where
            ? <Button onClick={() => say({ contact: undefined, name: undefined, from: undefined, until: undefined, form: undefined, level: undefined })}>{t("board.showAll")}</Button>
            : <Text>{t("records.noneText")}</Text>}
        </Empty>
      )}
      {all.length > 0 && (
        <Wide label={t("records.title")} least={860}>
          <Table size="small" aria-label={t("records.title")}>
            <TableHeader>
              <TableRow>{["on", "person", "change", "source", "form", "optin", "evidence"].map((it) => <TableHeaderCell key={it}>{t(`records.head.${it}`)}</TableHeaderCell>)}</TableRow>
            </TableHeader>
            <TableBody>
              {all.slice(0, most).map((it) => {
                const id = String(it["msgdpr_gdprconsentchangerecordid"]);
                const name = String(it[`_msgdpr_contactid_value${FORMATTED}`] ?? t("noPerson"));
                return (
                  <TableRow key={id}>
                    <TableCell>{it["assent_occurredon"] && moment(String(it["assent_occurredon"]))}</TableCell>
                    <TableCell>{it["_msgdpr_contactid_value"] ? <Link to={`/person/${String(it["_msgdpr_contactid_value"])}`}>{name}</Link> : name}</TableCell>
                    <TableCell>{level(it, "assent_previousvalue")} → {level(it, "msgdpr_value")}</TableCell>
                    <TableCell><Source text={String(it["msgdpr_consentchangesource"] ?? "")} /></TableCell>
                    <TableCell>{String(it[`_msgdpr_consentchangesourceform_value${FORMATTED}`] ?? "")}</TableCell>
                    <TableCell>{t(it["_assent_optinrequestid_value"] ? "yes" : "no")}</TableCell>
                    <TableCell><Button size="small" aria-label={t("records.showOf", { name })} onClick={() => setChosen(it)}>{t("records.show")}</Button></TableCell>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
          {all.length > most && <Button onClick={() => setMost(most + SHOWN)}>{t("records.more")}</Button>}
        </Wide>
      )}
      {chosen && <Evidence row={chosen} levels={levels} onClose={() => setChosen(null)} />}
    </>
  );
}

/** Where a change came from; what stands behind the colon was typed by somebody. */
export function Source({ text }: { text: string }) {
  const { t } = useTranslation("privacy");
  const [word = "", ...rest] = text.split(":");
  return <>{t(`source.${word}`, { defaultValue: word })}{rest.length > 0 && `: ${rest.join(":").trim()}`}</>;
}

function Export({ said }: { said: Said }) {
  const { t } = useTranslation("privacy");
  const notices = useNotices();
  const fetching = useMutation({
    mutationFn: async (format: string) => {
      const given = { format, contact: said.contact, from: said.from, until: said.until, form: said.form, level: said.level };
      const query = Object.entries(given).filter(([, it]) => it).map(([name, it]) => `${name}=${encodeURIComponent(String(it))}`).join("&");
      download(`${t("records.fileName")}.${format}`, await (await send(`/consent/records?${query}`)).blob());
    },
    onSuccess: () => notices.done(t("records.exported")),
    onError: notices.failed,
  });
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement><Button disabledFocusable={fetching.isPending}>{t(fetching.isPending ? "list.exporting" : "records.export")}</Button></MenuTrigger>
      <MenuPopover>
        <MenuList>
          {["xlsx", "csv", "json"].map((it) => <MenuItem key={it} onClick={() => fetching.mutate(it)}>{t(`records.format.${it}`)}</MenuItem>)}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
