/**
 * The suppression ledger: ask about an address, end an entry, bring a list, take a list or a lowering back. It holds
 * keyed hashes only, so it cannot be listed by address.
 */

import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { holds, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { Tabs, useTab } from "../../shell/Tabs";
import { AskAddress } from "./AskAddress";
import { ImportList } from "./ImportList";
import { Lowerings } from "./Lowerings";
import { SuppressionCounts } from "./SuppressionCounts";

const useStyles = makeStyles({ body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "900px" } });

export default function Suppression() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const session = useSession();
  const tabs = ["ask", ...(holds(session, "prvAssentWriteSuppressions") ? ["import"] : []), ...(holds(session, "prvAssentReadLowerings") ? ["undo"] : [])];
  const [current, open] = useTab(tabs);
  return (
    <Page title={t("suppression.title")}>
      <div className={styles.body}>
        <Text>{t("suppression.what")}</Text>
        <Tabs tabs={tabs.map((it) => ({ value: it, label: t(`suppression.tab.${it}`) }))} open={current} label={t("suppression.title")} onOpen={open} />
        {current === "ask" && <><AskAddress /><SuppressionCounts /></>}
        {current === "import" && <ImportList />}
        {current === "undo" && <Lowerings undoes={holds(session, "prvAssentUndoLowering")} />}
      </div>
    </Page>
  );
}
