/** Whether a proof's signature fits, tried in the browser, and the proof as a file. */

import { Badge, Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { download } from "../../api/http";
import { fits, proofFile, type Signed } from "./proof";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  hash: { overflowWrap: "anywhere", fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

export function Signature({ proof }: { proof: Signed }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const { data: whole } = useQuery({ queryKey: ["proof", proof.id, "fits"], queryFn: () => fits(proof), staleTime: Infinity });
  const key = whole === undefined || whole === null ? "unknown" : whole ? "fits" : "broken";
  return (
    <div className={styles.bar}>
      <Badge appearance="tint" color={{ unknown: "informative", fits: "success", broken: "danger" }[key] as "success"}>{t(`proof.${key}`)}</Badge>
      <Button size="small" onClick={() => download(`${proof.number || proof.request}.proof.json`, proofFile(proof))}>{t("proof.save")}</Button>
      <Text size={200}>SHA-256 <span className={styles.hash}>{proof.digest}</span></Text>
    </div>
  );
}
