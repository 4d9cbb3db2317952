/** The officer's working place for one request, from its receipt to the proof that it was answered. */

import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { day } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { Loading } from "../../shell/state";
import { AnswerStep } from "./AnswerStep";
import { ByHandStep } from "./ByHandStep";
import { Clock } from "./Clock";
import { DecisionStep } from "./DecisionStep";
import { Facts } from "./Facts";
import { IdentityStep } from "./IdentityStep";
import { PersonStep } from "./PersonStep";
import { PlanStep } from "./PlanStep";
import {
  APPROVED, ASSESSED, COMPLETED, DECLINED, hasPlan, IDENTITY, isForAddress, PLANNED, planQuery, type Request, requestQuery,
  WITHDRAWN,
} from "./request";
import { RunStep } from "./RunStep";
import type { Standing } from "./Step";
import { Timeline } from "./Timeline";
import { Withdraw } from "./Withdraw";

const useStyles = makeStyles({
  both: { display: "grid", gap: tokens.spacingHorizontalXL, gridTemplateColumns: "minmax(0, 1fr) 320px", alignItems: "start", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
});

export default function RequestPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  return <Loaded key={id} id={id} />;
}

function Loaded({ id }: { id: string }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const session = useSession();
  const { data: request } = useSuspenseQuery(requestQuery(id));
  const planned = hasPlan(request);
  const plan = useQuery({ ...planQuery(id), enabled: planned });
  const can = (act: string) => !request.closed && holds(session, act);
  const decides = can("prvAssentDecideRequest");
  const plans = can("prvAssentPlanRequest");
  const items = plan.data ?? [];
  const identified = request.identityResult === 1;
  const hasItems = items.length > 0;
  const at = (now: boolean, done: boolean): Standing => (done ? "done" : request.closed ? "left" : now ? "now" : "later");
  return (
    <Page
      title={t("request.title", { type: t(`type.${request.type}`), number: request.number })}
      above={<Link to="/privacy/board">{t("board.title")}</Link>}
      commands={decides && <Withdraw request={request} />}
    >
      <Next request={request} hasItems={hasItems} />
      <div className={styles.both}>
        <div className={styles.column}>
          <IdentityStep request={request} editable={can("prvAssentIdentifyRequest")} standing={at(true, identified)} />
          {planned ? (
            <>
              <PersonStep request={request} editable={plans} standing={at(identified, hasItems)} />
              <PlanStep request={request} editable={plans} items={items} error={plan.error} standing={at(request.status === PLANNED, request.status === APPROVED || request.status === COMPLETED)} />
              <DecisionStep request={request} editable={decides} items={items} standing={at(request.status === PLANNED, request.decision !== null && request.status !== PLANNED)} />
              <RunStep request={request} editable={can(RUNS[request.type] ?? "")} items={items} standing={at(request.status === APPROVED, request.status === COMPLETED)} />
            </>
          ) : (
            <ByHandStep request={request} editable={decides} standing={at(identified, request.closed)} />
          )}
          <AnswerStep request={request} editable={plans} items={items} standing={request.closed ? "now" : "later"} />
          <Suspense fallback={<Loading />}>
            <Timeline request={request} />
          </Suspense>
        </div>
        <aside className={styles.column} aria-label={t("request.aside")}>
          <Clock request={request} editable={decides} />
          <Facts request={request} />
        </aside>
      </div>
    </Page>
  );
}

/** The privilege that carrying a request out needs, by its type. */
const RUNS: Partial<Record<number, string>> = {
  1: "prvAssentExportSubject", 2: "prvAssentEraseSubject", 4: "prvAssentRestrictSubject", 6: "prvAssentNoteObjection",
};

/** What is to be done next, in one sentence. */
function Next({ request, hasItems }: { request: Request; hasItems: boolean }) {
  const { t } = useTranslation("privacy");
  if (request.closed)
    return (
      <MessageBar intent={request.status === COMPLETED ? "success" : "info"} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t(`status.${request.status}`)}</MessageBarTitle>
          {request.answeredOn && `${day(request.answeredOn)}. `}
          {t(`next.${{ [COMPLETED]: "completed", [DECLINED]: "declined", [WITHDRAWN]: "withdrawn" }[request.status] ?? "failed"}`)}
        </MessageBarBody>
      </MessageBar>
    );
  const key =
    request.status === APPROVED ? "run"
    : request.status === PLANNED ? "decide"
    : request.status === IDENTITY ? "identityOpen"
    : request.status !== ASSESSED ? "identity"
    : !hasPlan(request) ? "byHand"
    : hasItems ? "decide"
    : isForAddress(request) ? "planAddress" : "person";
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t("next.title")}</MessageBarTitle>
        <Text>{t(`next.${key}`)}</Text>
      </MessageBarBody>
    </MessageBar>
  );
}
