/**
 * The suppression ledger: ask about an address, end an entry, bring a list, take a list or a lowering back. It holds
 * keyed hashes only, so it cannot be listed by address.
 */

import { makeStyles, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { holds, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { AskAddress } from "./AskAddress";
import { ImportList } from "./ImportList";
import { Lowerings } from "./Lowerings";
import { SuppressionCounts } from "./SuppressionCounts";

const useStyles = makeStyles({ body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "900px" } });

export default function Suppression() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  const session = useSession();
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const tabs = ["ask", ...(holds(session, "prvAssentWriteSuppressions") ? ["import"] : []), ...(holds(session, "prvAssentReadLowerings") ? ["undo"] : [])];
  const current = tabs.includes(tab ?? "") ? tab! : "ask";
  return (
    <Page title={t("suppression.title")}>
      <div className={styles.body}>
        <Text>{t("suppression.what")}</Text>
        <TabList
          aria-label={t("suppression.title")}
          selectedValue={current}
          onTabSelect={(_, { value }) => void navigate({ to: ".", search: { tab: value } as never, replace: true })}
        >
          {tabs.map((it) => <Tab key={it} value={it}>{t(`suppression.tab.${it}`)}</Tab>)}
        </TabList>
        {current === "ask" && <><AskAddress /><SuppressionCounts /></>}
        {current === "import" && <ImportList />}
        {current === "undo" && <Lowerings undoes={holds(session, "prvAssentUndoLowering")} />}
      </div>
    </Page>
  );
}
