/** Requests as cards, a column for each step. The arrow keys go from card to card. */

import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { day } from "../../api/row";
import { Due } from "./Due";
import { APPROVED, ASSESSED, IDENTITY, PLANNED, RECEIVED, type Request, RUNNING } from "./request";

const COLUMNS = [[RECEIVED], [IDENTITY], [ASSESSED], [PLANNED], [APPROVED, RUNNING]];

const useStyles = makeStyles({
  board: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(5, minmax(190px, 1fr))", overflowX: "auto", paddingBottom: tokens.spacingVerticalS },
  column: { backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusLarge, padding: tokens.spacingHorizontalS, minHeight: "120px" },
  heading: { display: "block", margin: `0 0 ${tokens.spacingVerticalXXS}` },
  hint: { display: "block", color: tokens.colorNeutralForeground2, marginBottom: tokens.spacingVerticalS },
  cards: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  closed: { listStyleType: "none", margin: 0, padding: 0, display: "grid", gap: tokens.spacingHorizontalS, gridTemplateColumns: "repeat(auto-fill, minmax(220px, 1fr))" },
  link: { color: "inherit", textDecorationLine: "none", display: "block", borderRadius: tokens.borderRadiusMedium },
  card: { ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover } },
  small: { color: tokens.colorNeutralForeground2, overflowWrap: "anywhere" },
  badges: { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: tokens.spacingVerticalXXS },
});

export function BoardCards({ open, closed }: { open: Request[]; closed: Request[] }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  return (
    <>
      {open.length > 0 && (
        <div className={styles.board} onKeyDown={walk}>
          {COLUMNS.map((statuses, at) => {
            const cards = open.filter((it) => statuses.includes(it.status));
            return (
              <section key={at} className={styles.column} aria-labelledby={`column${at}`} data-column={at}>
                <Text as="h2" id={`column${at}`} weight="semibold" className={styles.heading}>
                  {t(`status.${statuses[0]}`)} ({cards.length})
                </Text>
                <Text size={200} className={styles.hint}>{t(`board.next.${statuses[0]}`)}</Text>
                <ul className={styles.cards}>
                  {cards.map((it) => <RequestCard key={it.id} request={it} />)}
                </ul>
              </section>
            );
          })}
        </div>
      )}
      <Accordion collapsible>
        <AccordionItem value="closed">
          <AccordionHeader as="h2">{t("board.closed", { count: closed.length })}</AccordionHeader>
          <AccordionPanel>
            {closed.length === 0
              ? <Text>{t("board.nothingClosed")}</Text>
              : <ul className={styles.closed}>{closed.map((it) => <RequestCard key={it.id} request={it} />)}</ul>}
          </AccordionPanel>
        </AccordionItem>
      </Accordion>
    </>
  );
}

function RequestCard({ request }: { request: Request }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  return (
    <li>
      <Link to={`/privacy/request/${request.id}`} className={styles.link}>
        <Card size="small" className={styles.card}>
          <Text weight="semibold">{t(`type.${request.type}`)}</Text>
          <Text size={200} className={styles.small}>
            {request.person || request.email || t("noPerson")}
          </Text>
          {request.closed ? (
            <Text size={200}>
              {t(`status.${request.status}`)}
              {request.answeredOn && ` · ${day(request.answeredOn)}`}
            </Text>
          ) : (
            <span className={styles.badges}>
              <Due on={request.dueOn} zone={request.zone} label={t("clock.due")} />
              {request.limitOn !== request.dueOn && <Due on={request.limitOn} zone={request.zone} label={t("clock.limit")} />}
              {request.extendedOn && <Text size={200}>{t("clock.extended")}</Text>}
            </span>
          )}
          <Text size={200} className={styles.small}>{request.number}</Text>
        </Card>
      </Link>
    </li>
  );
}

/** Up and down within a column, left and right to the next one that has cards. */
function walk(event: KeyboardEvent<HTMLDivElement>) {
  const here = (event.target as HTMLElement).closest("a");
  const column = here?.closest<HTMLElement>("[data-column]");
  if (!here || !column) return;
  const cards = [...column.querySelectorAll<HTMLElement>("a")];
  const at = cards.indexOf(here);
  const aside = (step: 1 | -1) => {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-column]")];
    for (let next = all.indexOf(column) + step; all[next]; next += step) {
      const others = all[next]!.querySelectorAll<HTMLElement>("a");
      if (others.length > 0) return others[Math.min(at, others.length - 1)];
    }
    return undefined;
  };
  const ways: Record<string, () => HTMLElement | undefined> = {
    ArrowDown: () => cards[at + 1],
    ArrowUp: () => cards[at - 1],
    ArrowRight: () => aside(1),
    ArrowLeft: () => aside(-1),
  };
  const to = ways[event.key]?.();
  if (!to) return;
  event.preventDefault();
  to.focus();
}
