/** What happened to the request, from the sealed audit trail, in sentences; the newest first. */

import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { day, moment } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { type Change, CREATED, historyQuery, useChangeNames, Who } from "../../record/changes";
import { Loading, Problem } from "../../shell/state";
import { Heading } from "./Heading";
import { ENTITY, type Request } from "./request";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  item: { display: "grid", gridTemplateColumns: "170px minmax(0, 1fr)", gap: tokens.spacingHorizontalM, borderLeft: `2px solid ${tokens.colorNeutralStroke2}`, paddingLeft: tokens.spacingHorizontalM, "@media (max-width: 600px)": { gridTemplateColumns: "1fr" } },
  small: { color: tokens.colorNeutralForeground2 },
});

export function Timeline({ request }: { request: Request }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const session = useSession();
  const entity = useEntity(ENTITY);
  const allowed = holds(session, "prvReadAuditSummary");
  const found = useQuery({ ...historyQuery(ENTITY, request.id), enabled: allowed });
  const names = useChangeNames(found.data ?? []);
  if (!allowed) return null;
  const after = (change: Change, column: string) => (change.Columns.includes(column) ? (change.Values[column]?.[1] ?? null) : undefined);
  const said = (change: Change): string => {
    if (change.Operation === CREATED) return t("timeline.created");
    const status = after(change, "statuscode");
    const identity = after(change, "assent_identityresult");
    const extended = after(change, "assent_extendedon");
    if (typeof extended === "string") return t("timeline.extended", { until: day(extended) });
    if (typeof identity === "number") return t(`timeline.identity.${identity}`);
    if (typeof status === "number") return t(`timeline.status.${status}`);
    if (change.Columns.includes("assent_plandigest")) return t("timeline.planned");
    return t("timeline.changed", { what: change.Columns.map((it) => entity.column(it)?.label ?? it).join(", ") });
  };
  return (
    <section aria-labelledby="timeline" className={styles.part}>
      <Heading id="timeline">{t("timeline.title")}</Heading>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      <ol className={styles.list}>
        {found.data?.toReversed().map((it) => (
          <li key={it.Row} className={styles.item}>
            <time dateTime={it.At} className={styles.small}>{moment(it.At)}</time>
            <span>
              {said(it)} <Text size={200} className={styles.small}><Who change={it} names={names} /></Text>
              {it.Justification && <Text block size={200} italic>{t("history.quoted", { text: it.Justification })}</Text>}
            </span>
          </li>
        ))}
      </ol>
      <Link to={`/record/${ENTITY}/${request.id}`} search={{ tab: "history" } as never}>{t("timeline.columns")}</Link>
    </section>
  );
}
