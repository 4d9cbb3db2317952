/** What proves one change of consent: who, when, how, the text that was shown, both steps; and the receipt of it. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, download, invoke } from "../../api/http";
import type { Row } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { useZoneOf, When } from "../person/There";
import { Source } from "./ConsentRecords";
import { Heading } from "./Heading";
import type { Level } from "./levels";

const FORMATTED = "@OData.Community.Display.V1.FormattedValue";
const SET = "msgdpr_gdprconsentchangerecords";

const useStyles = makeStyles({
  list: { display: "grid", gridTemplateColumns: "minmax(140px, auto) 1fr", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`, margin: 0 },
  value: { margin: 0, overflowWrap: "anywhere" },
  quote: { margin: 0, padding: tokens.spacingHorizontalM, borderLeft: `3px solid ${tokens.colorNeutralStroke1}`, whiteSpace: "pre-wrap", maxHeight: "200px", overflowY: "auto" },
});

export function Evidence({ row, levels, onClose }: { row: Row; levels: Level[]; onClose(): void }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const notices = useNotices();
  const id = String(row["msgdpr_gdprconsentchangerecordid"]);
  const contact = row["_msgdpr_contactid_value"];
  const zone = useZoneOf(typeof contact === "string" ? contact : null);
  const wordings = [row["_assent_wordingid_value"], row["_assent_levelwordingid_value"]];
  const texts = useQuery({
    queryKey: ["row", "assent_wording", ...wordings],
    queryFn: ({ signal }) => Promise.all(wordings.map((it) => (it ? call<Row>(`assent_wordings(${String(it)})`, { signal }).catch(() => null) : null))),
  });
  const receipt = useMutation({
    mutationFn: async (format: string) => {
      const answer = await call<{ Receipt: unknown }>(invoke(`${SET}(${id})/Microsoft.Dynamics.CRM.assent_ConsentReceipt`, { Format: format }));
      download(`${id}.${format}.json`, new Blob([JSON.stringify(answer.Receipt, null, 2)], { type: "application/json" }));
    },
    onError: notices.failed,
  });
  const level = (column: string) => levels.find((it) => it.value === (row[column] ?? null))?.label ?? "";
  const at = (column: string) => (row[column] ? <When at={String(row[column])} zone={zone} /> : "");
  const text = (column: string) => String(row[column] ?? "");
  const facts: [string, React.ReactNode][] = [
    ["person", String(row[`_msgdpr_contactid_value${FORMATTED}`] ?? "")],
    ["change", `${level("assent_previousvalue")} → ${level("msgdpr_value")}`],
    ["occurred", at("assent_occurredon")],
    ["recorded", at("createdon")],
    ["source", <Source text={text("msgdpr_consentchangesource")} />],
    ["form", text(`_msgdpr_consentchangesourceform_value${FORMATTED}`)],
    ["requested", at("assent_requestedon")],
    ["confirmed", row["_assent_optinrequestid_value"] ? at("assent_occurredon") : ""],
    ["by", text(`_msgdpr_changedby_value${FORMATTED}`)],
    ["justification", text("assent_justification")],
    ["language", text("assent_language")],
    ["from", [text("assent_requestedfrom"), text("assent_actedfrom")].filter(Boolean).join(" / ")],
  ];
  const [wording, meaning] = texts.data ?? [];
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("evidence.title")}</DialogTitle>
          <DialogContent>
            <dl className={styles.list}>
              {facts.filter(([, value]) => value).map(([name, value]) => [
                <dt key={`${name}?`}>{t(`evidence.${name}`)}</dt>,
                <dd key={name} className={styles.value}>{value}</dd>,
              ])}
            </dl>
            {([["wording", wording], ["meaning", meaning]] as const).map(([name, it]) => it && (
              <section key={name}>
                <Heading small>{t(`evidence.${name}`)}</Heading>
                <blockquote className={styles.quote}>{String(it["assent_text"] ?? "")}</blockquote>
                <Text size={200}>{t("evidence.hash", { version: String(it["assent_version"] ?? ""), hash: String(it["assent_hash"] ?? "") })}</Text>
              </section>
            ))}
            {!row["_assent_wordingid_value"] && <Text block>{t("evidence.noWording")}</Text>}
            <Link to={`/record/msgdpr_gdprconsentchangerecord/${id}`} search={{ tab: "history" } as never}>{t("evidence.record")}</Link>
          </DialogContent>
          <DialogActions>
            <Button disabledFocusable={receipt.isPending} onClick={() => receipt.mutate("iso27560")}>{t("evidence.iso")}</Button>
            <Button disabledFocusable={receipt.isPending} onClick={() => receipt.mutate("kantara")}>{t("evidence.kantara")}</Button>
            <Button appearance="primary" onClick={onClose}>{t("close")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
