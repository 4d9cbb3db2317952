/** What a read after the write found, and what was kept with its ground; for an erasure the signed proof of it. */

import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { count } from "../../api/row";
import { Heading } from "./Heading";
import { proofsQuery } from "./proof";
import { ERASURE, type Item, type Request } from "./request";
import { Signature } from "./Signature";

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
  box: { overflowX: "auto" },
});

export function Proof({ request, items }: { request: Request; items: Item[] }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entities = useEntities();
  const proofs = useQuery({ ...proofsQuery(request.id), enabled: request.type === ERASURE });
  const proof = proofs.data?.[0];
  const label = (name: string) => t(`plan.special.${name}`, { defaultValue: entities.get(name)?.plural ?? name });
  const kept = [...Map.groupBy(items.filter((it) => it.Action === "kept" && it.Rows > 0), (it) => `${it.Entity}\n${it.Ground ?? ""}`)];
  const verified = items.filter((it) => it.Verified).length;
  return (
    <>
      <Text weight="semibold">{request.result}</Text>
      <Text>{t("proof.readBack", { verified: count(verified), all: count(items.length) })}</Text>
      {proof && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("proof.rows")}>
            <TableHeader>
              <TableRow>{["entity", "deleted", "blanked"].map((it) => <TableHeaderCell key={it}>{t(`proof.head.${it}`)}</TableHeaderCell>)}</TableRow>
            </TableHeader>
            <TableBody>
              {proof.document.rows.map((it) => (
                <TableRow key={it.entity}>
                  <TableCell>{label(it.entity)}</TableCell>
                  <TableCell>{count(it.deleted)}</TableCell>
                  <TableCell>{count(it.blanked)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
      <Heading small>{t("proof.kept")}</Heading>
      {kept.length === 0 ? <Text>{t("proof.nothingKept")}</Text> : (
        <ul className={styles.list}>
          {kept.map(([key, of]) => <li key={key}>{label(of[0]!.Entity)} ({t("plan.columns", { count: of.length })}): {of[0]!.Ground}</li>)}
        </ul>
      )}
      {proof && (
        <>
          <Heading small>{t("proof.signed")}</Heading>
          <Text>{t("proof.signedText")}</Text>
          <Signature proof={proof} />
        </>
      )}
    </>
  );
}
