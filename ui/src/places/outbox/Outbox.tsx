/** Every mail: to whom, how it stands, and why it may be sent or why not. */

import {
  Button, Field, makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { useRows } from "../../api/pages";
import { count, moment, type Row, rows } from "../../api/row";
import { nameOf, permitOf, reasonOf } from "../../said/said";
import { Find } from "../../shell/Find";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Wide } from "../../shell/Wide";
import { GROUPS, type Group, isGroup } from "./state";
import { State } from "./State";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  wide: { overflowWrap: "anywhere", minWidth: "160px" },
  narrow: { width: "190px" },
});

const SHOWN = "createdon,assent_to,_assent_contactid_value,assent_subject,statuscode,assent_failure,assent_basis,assent_permit,assent_purpose";

export default function Outbox() {
  const styles = useStyles();
  const { t } = useTranslation("outbox");
  const entity = useEntity("assent_outgoingmail");
  const navigate = useNavigate();
  const said = useSearch({ strict: false }) as { state?: unknown; purpose?: unknown; q?: unknown };
  const group: Group = isGroup(said.state) ? said.state : "all";
  const words = said.q === undefined ? "" : String(said.q);
  const purpose = typeof said.purpose === "number" ? said.purpose : undefined;
  const say = (change: object) =>
    void navigate({ to: ".", search: { ...said, ...change } as never, replace: true });
  const filters = [
    GROUPS[group].length ? `(${GROUPS[group].map((it) => `statuscode eq ${it}`).join(" or ")})` : "",
    purpose === undefined ? "" : `assent_purpose eq ${purpose}`,
    words ? `(contains(assent_to,'${words.replaceAll("'", "''")}') or contains(assent_subject,'${words.replaceAll("'", "''")}'))` : "",
  ].filter(Boolean);
  const found = useRows("assent_outgoingmails", {
    $select: SHOWN, $orderby: "createdon desc", $filter: filters.join(" and ") || undefined,
  });
  const counted = useQuery({
    queryKey: ["outbox", "counts"],
    queryFn: async ({ signal }) => {
      const all = await rows("assent_outgoingmails", { $apply: "groupby((statuscode),aggregate($count as number))" }, signal);
      return new Map(all.map((it) => [Number(it["statuscode"]), Number(it["number"])]));
    },
  });
  const sum = (it: Group) => {
    const all = [...(counted.data ?? [])];
    const wanted: readonly number[] = GROUPS[it];
    return all.filter(([status]) => wanted.length === 0 || wanted.includes(status)).reduce((sum, [, number]) => sum + number, 0);
  };
  const purposes = entity.column("assent_purpose")?.options ?? [];
  return (
    <Page title={t("title")}>
      <Text>{t("about")}</Text>
      <div className={styles.bar} role="search">
        <Field label={t("state")}>
          <Select value={group} onChange={(_, { value }) => say({ state: value === "all" ? undefined : value })}>
            {(Object.keys(GROUPS) as Group[]).map((it) => (
              <option key={it} value={it}>
                {t(`group.${it}`)}{counted.data ? ` (${count(sum(it))})` : ""}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("purpose")}>
          <Select value={purpose ?? ""} onChange={(_, { value }) => say({ purpose: value === "" ? undefined : Number(value) })}>
            <option value="">{t("any")}</option>
            {purposes.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
          </Select>
        </Field>
        <Field label={t("find")} style={{ flexGrow: 1, maxWidth: 360 }}><Find value={words} onFind={(q) => say({ q: q || undefined })} /></Field>
      </div>
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.isPending ? (
        <Loading />
      ) : found.rows.length === 0 && !found.error ? (
        <Empty title={t(filters.length ? "nothingFits" : "nothing")}>
          {filters.length ? (
            <Button onClick={() => void navigate({ to: ".", search: {} as never, replace: true })}>{t("showAll")}</Button>
          ) : (
            <Text>{t("nothingYet")}</Text>
          )}
        </Empty>
      ) : (
        <Wide label={t("title")} least={820}>
          <Table size="small" aria-label={t("title")}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell className={styles.narrow}>{t("time")}</TableHeaderCell>
                <TableHeaderCell>{t("to")}</TableHeaderCell>
                <TableHeaderCell>{t("subject")}</TableHeaderCell>
                <TableHeaderCell className={styles.narrow}>{t("state")}</TableHeaderCell>
                <TableHeaderCell>{t("why")}</TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {found.rows.map((it) => {
                const id = String(it["assent_outgoingmailid"]);
                return (
                  <TableRow key={id}>
                    <TableCell>{moment(String(it["createdon"]))}</TableCell>
                    <TableCell className={styles.wide}>{it["assent_to"] || t("friend")}</TableCell>
                    <TableCell className={styles.wide}>
                      <Link to={`/outbox/${id}`}>{it["assent_subject"] || t("noSubject")}</Link>
                    </TableCell>
                    <TableCell><State status={Number(it["statuscode"])} /></TableCell>
                    <TableCell className={styles.wide}><Why mail={it} /></TableCell>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </Wide>
      )}
      {found.hasMore && (
        <Button disabled={found.isFetching} style={{ alignSelf: "start" }} onClick={found.more}>{t("older")}</Button>
      )}
    </Page>
  );
}

/** The reason why it may be sent, or why it was not. */
function Why({ mail }: { mail: Row }) {
  const { t } = useTranslation("outbox");
  if (mail["assent_failure"]) return <>{reasonOf(String(mail["assent_failure"]))}</>;
  const basis = String(mail["assent_basis"] ?? "");
  return (
    <>
      {basis && t("allowedBy", { basis: nameOf("basis", basis) })}
      {mail["assent_permit"] && <Text block size={200}>{permitOf(String(mail["assent_permit"]))}</Text>}
    </>
  );
}
