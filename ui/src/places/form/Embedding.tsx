/** The way onto other sites: which of them may show the form, and what stands in their pages. */

import { Field, makeStyles, MessageBar, MessageBarBody, Text, Textarea, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { type Draft, type Row, rows } from "../../api/row";
import { Copy } from "../design/Copy";
import { stage } from "../design/state";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "820px" },
  heading: { margin: 0 },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

const ORIGIN = /^https:\/\/[a-z0-9.-]+(:\d+)?$|^http:\/\/127\.0\.0\.1:\d+$/i;

export function Embedding({ entity, id, row, value, locked, onChange }: {
  entity: Entity;
  id: string;
  row: Row;
  value(name: string): Draft[string];
  locked: boolean;
  onChange(name: string, value: Draft[string]): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const kind = Number(value("msdyncrm_validforpagetype") ?? 0);
  const settings = useQuery({
    queryKey: ["form", "sites"],
    queryFn: async ({ signal }) => (await rows("msdyncrm_marketingpageconfigurations", { $filter: "msdyncrm_default eq true", $top: 1 }, signal))[0] ?? null,
  });
  const pages = useQuery({
    queryKey: ["form", id, "pages"],
    queryFn: ({ signal }) => rows("msdyncrm_marketingpages", { $filter: `_assent_formid_value eq ${id}`, $orderby: "msdyncrm_name" }, signal),
  });
  const text = String(value("assent_embeddomains") ?? "");
  const sites = (it: unknown) => String(it ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
  const wrong = sites(text).find((it) => !ORIGIN.test(it));
  const everywhere = sites(settings.data?.["assent_embeddomains"]);
  // What the server calls itself begins each of its addresses.
  const base = new URL(String(row["@odata.context"] ?? location.href)).origin;
  const title = String(value("msdyncrm_name") ?? "").replace(/[<>"&]/g, "");
  const allowed = [...sites(text), ...everywhere];
  return (
    <div className={styles.box}>
      <section>
        <Text as="h2" weight="semibold" size={400} block className={styles.heading}>{t("embed.pages")}</Text>
        {pages.data?.length === 0 && <Text>{t("embed.noPage")}</Text>}
        <ul className={styles.list}>
          {pages.data?.map((it) => <li key={String(it["msdyncrm_marketingpageid"])}><Link to={`/page/${String(it["msdyncrm_marketingpageid"])}`}>{String(it["msdyncrm_name"])}</Link></li>)}
        </ul>
      </section>
      {kind !== 0 ? (
        <MessageBar intent="info" layout="multiline"><MessageBarBody>{t(kind === 1 ? "embed.center" : "embed.never")}</MessageBarBody></MessageBar>
      ) : (
        <>
          <Field
            label={t("embed.sites")}
            hint={t("embed.sitesHint")}
            {...(wrong ? { validationState: "error" as const, validationMessage: t("embed.wrong", { site: wrong }) } : {})}
          >
            <Textarea rows={4} disabled={locked} value={text} placeholder="https://www.example.org" onChange={(_, { value }) => onChange("assent_embeddomains", value || null)} />
          </Field>
          {everywhere.length > 0 && <Text>{t("embed.everywhere", { sites: everywhere.join(", ") })}</Text>}
          {allowed.length === 0 ? (
            <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("embed.none")}</MessageBarBody></MessageBar>
          ) : (
            <>
              <Copy label={t("embed.script")} hint={t("embed.scriptHint")} text={`<script src="${base}/embed/${id}.js" data-title="${title}"></script>`} />
              <Copy label={t("embed.frame")} text={`<iframe src="${base}/e/${id}" title="${title}" style="border:0;width:100%;height:40rem"></iframe>`} />
            </>
          )}
          {stage(entity.name, row) !== "live" && <Text>{t("embed.notLive")}</Text>}
        </>
      )}
    </div>
  );
}
