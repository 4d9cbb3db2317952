/**
 * What the designers of e-mails, forms and pages have around their own parts: where one is, the way back and forth, the
 * life cycle, the tabs with the number of errors, the check for errors, and what is not saved yet.
 */

import { CounterBadge, makeStyles, MessageBar, MessageBarBody, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import type { Row } from "../../api/row";
import { may, useSession } from "../../api/session";
import { EditBar } from "../../record/EditBar";
import type { Editing } from "../../record/editing";
import { Page } from "../../shell/page";
import { Loading, Problem } from "../../shell/state";
import { StepButtons } from "../../shell/StepButtons";
import type { Steps } from "../../shell/steps";
import { Tabs } from "../../shell/Tabs";
import { LifeCycle } from "./LifeCycle";
import type { Found } from "./operations";
import { Problems } from "./Problems";
import { stage } from "./state";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  tabs: { flexGrow: 1, flexWrap: "wrap" },
  problems: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM },
  heading: { margin: 0 },
});

/** What the check for errors says, and how to get from there to where it is mended. */
export interface Check {
  found: Found[] | undefined;
  error?: unknown;
  retry?: () => void;
  nameOf(place: string): string | undefined;
  onShow?: (place: string) => void;
  /** What it was made of, where that is not plain. */
  note?: string | undefined;
}

export function DesignFrame<T extends string>({ entity, id, row, title, editing, steps, locked, live, named, whole, blocked = false, commands, tabs, tab, onTab, check, children }: {
  entity: Detailed;
  id: string;
  row: Row;
  title: string;
  editing: Editing;
  /** The way back and forth, where the work is made in steps. */
  steps?: Pick<Steps<unknown>, "undo" | "redo">;
  /** Whether what is here can be changed at all. */
  locked: boolean;
  /** What to know while it is live. */
  live?: string;
  named?: Record<string, string>;
  whole?: readonly string[];
  /** Whether something is such that it cannot be saved. */
  blocked?: boolean;
  commands?: ReactNode;
  tabs?: readonly { value: T; label: string }[];
  tab?: T;
  onTab?(tab: T): void;
  /** None where what is open has nothing to do with it. */
  check: Check | false;
  children: ReactNode;
}) {
  const styles = useStyles();
  const { t } = useTranslation("design");
  const session = useSession();
  const errors = ((check && check.found) || []).filter((it) => !it.warning).length;
  return (
    <Page
      title={title}
      above={
        <Text size={200}>
          <Link to={`/list/${entity.name}`}>{entity.plural}</Link> · <Link to={`/record/${entity.name}/${id}`}>{t("record")}</Link>
        </Text>
      }
      commands={
        <>
          {steps && <StepButtons steps={steps} locked={locked} />}
          {commands}
          <LifeCycle entity={entity} id={id} row={row} dirty={editing.count > 0} errors={errors} />
        </>
      }
    >
      {live && stage(entity.name, row) === "live" && <MessageBar intent="info" layout="multiline"><MessageBarBody>{live}</MessageBarBody></MessageBar>}
      {(tabs || errors > 0) && (
        <div className={styles.bar}>
          {tabs && tab && onTab && <Tabs className={styles.tabs} tabs={tabs} open={tab} onOpen={onTab} />}
          {errors > 0 && <Text><CounterBadge count={errors} color="danger" /> {t("errors", { count: errors })}</Text>}
        </div>
      )}
      <Suspense fallback={<Loading />}>{children}</Suspense>
      {check && (
        <section className={styles.problems} aria-labelledby="problems">
          <Text as="h2" id="problems" weight="semibold" block className={styles.heading}>{t("problems.heading")}</Text>
          {check.note && <Text size={200} block>{check.note}</Text>}
          {check.error ? <Problem error={check.error} {...(check.retry ? { retry: check.retry } : {})} /> : check.found && <Problems found={check.found} nameOf={check.nameOf} onShow={check.onShow} />}
        </section>
      )}
      <EditBar entity={entity} editing={editing} blocked={blocked || locked || !may(session, "Write", entity.name)} named={named} whole={whole} />
    </Page>
  );
}
