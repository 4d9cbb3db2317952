/** What an import did, or would do: numbers, refused rows by line and column, what deserves a look. No cell of the file is in it. */

import { Button, makeStyles, MessageBar, MessageBarBody, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { download } from "../../api/http";
import { useMaybeEntity } from "../../api/metadata";
import { count } from "../../api/row";
import { csvFile } from "../../shell/csv";
import type { Report as Of } from "./run";

const useStyles = makeStyles({
  counts: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, margin: 0 },
  count: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: tokens.spacingHorizontalM, minWidth: "110px" },
  number: { margin: 0, fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600, fontWeight: tokens.fontWeightSemibold },
  box: { overflow: "auto", maxHeight: "400px", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

const ALWAYS = ["rows", "created", "updated", "unchanged", "refused"] as const;
const WHERE_SO = ["suppressed", "repeated", "consent_raised", "consent_lowered", "consent_kept"] as const;

export function Report({ report, file }: { report: Of; file: string }) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const entity = useMaybeEntity(report.entity || undefined);
  const label = (names: string) => names.split(", ").map(one).join(", ");
  const one = (name: string) =>
    name.startsWith("consent.") ? t(`evidence.${name.slice("consent.".length)}`) : (entity?.column(name)?.label ?? name);
  const save = () => {
    const lines = [["line", "column", "reason"], ...report.refusals.map((it) => [String(it.line), it.column ?? "", it.reason])];
    download(`${file}.refused.csv`, csvFile(lines));
  };
  const saveAll = () => download(`${file}.report.json`, new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }));
  return (
    <>
      <dl className={styles.counts}>
        {[...ALWAYS, ...WHERE_SO.filter((it) => report[it] > 0)].map((it) => (
          <div key={it} className={styles.count}>
            <dt>{t(`report.${it}`)}</dt>
            <dd className={styles.number}>{count(report[it])}</dd>
          </div>
        ))}
      </dl>
      {report.warnings.map((it) => (
        <MessageBar key={it} intent="warning" layout="multiline"><MessageBarBody>{it}</MessageBarBody></MessageBar>
      ))}
      {report.dry_run && Object.keys(report.would).length > 0 && (
        <div>
          <Text weight="semibold" block>{t("report.would")}</Text>
          <ul className={styles.list}>
            {Object.entries(report.would).map(([name, number]) => <li key={name}>{label(name)}: {count(number)}</li>)}
          </ul>
        </div>
      )}
      {report.refusals.length > 0 && (
        <>
          <Text weight="semibold">{t("report.refusedRows", { count: report.refused, shown: count(report.refused) })}</Text>
          <div className={styles.box} tabIndex={0} role="region" aria-label={t("report.refusals")}>
            <Table size="small" aria-label={t("report.refusals")}>
              <TableHeader>
                <TableRow>
                  <TableHeaderCell style={{ width: 90 }}>{t("report.line")}</TableHeaderCell>
                  <TableHeaderCell style={{ width: 220 }}>{t("report.column")}</TableHeaderCell>
                  <TableHeaderCell>{t("report.reason")}</TableHeaderCell>
                </TableRow>
              </TableHeader>
              <TableBody>
                {report.refusals.slice(0, 200).map((it, at) => (
                  <TableRow key={at}>
                    <TableCell>{count(it.line)}</TableCell>
                    <TableCell>{it.column ? label(it.column) : "–"}</TableCell>
                    <TableCell>{it.reason}</TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </div>
          {report.refusals.length > 200 && <Text>{t("report.first", { count: 200 })}</Text>}
        </>
      )}
      {report.repeated_lines.length > 0 && <Text>{t("report.repeatedLines", { lines: report.repeated_lines.slice(0, 30).join(", ") })}</Text>}
      <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
        {report.refusals.length > 0 && <Button onClick={save}>{t("report.saveRefused")}</Button>}
        <Button onClick={saveAll}>{t("report.save")}</Button>
      </div>
    </>
  );
}
