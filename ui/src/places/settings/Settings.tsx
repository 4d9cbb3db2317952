/** Where everything that an administrator sets is found, and how it stands. */

import { Badge, Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isOne, may, useSession, type Session } from "../../api/session";
import { AUDITOR, OFFICER } from "../../shell/areas";
import { Page } from "../../shell/page";
import { type Step, useSteps } from "../start/steps";

const useStyles = makeStyles({
  groups: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL },
  cards: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fill, minmax(min(280px, 100%), 1fr))" },
  heading: { margin: `0 0 ${tokens.spacingVerticalS}` },
});

interface Place {
  to: string;
  word: string;
  allowed: (session: Session) => boolean;
  /** The step of the first run that this place is about. */
  step?: Step["name"];
}

const staff = (session: Session) => isOne(session, OFFICER, AUDITOR);
const reads = (entity: string) => (session: Session) => may(session, "Read", entity);

const GROUPS: { word: string; places: Place[] }[] = [
  {
    word: "organisation",
    places: [
      { to: "/settings/organisation", word: "organisation", allowed: reads("assent_setting"), step: "organisation" },
      { to: "/settings/consent", word: "consent", allowed: staff, step: "consent" },
      { to: "/settings/intelligence", word: "intelligence", allowed: staff },
      { to: "/start", word: "start", allowed: (session) => isOne(session) },
    ],
  },
  {
    word: "people",
    places: [
      { to: "/settings/users", word: "users", allowed: staff, step: "users" },
      { to: "/settings/teams", word: "teams", allowed: staff },
      { to: "/settings/roles", word: "matrix", allowed: staff },
      { to: "/settings/columns", word: "columns", allowed: staff },
      { to: "/list/businessunit", word: "units", allowed: staff },
    ],
  },
  {
    word: "watch",
    places: [
      { to: "/settings/audit", word: "audit", allowed: staff },
      { to: "/settings/auditing", word: "auditing", allowed: staff },
      { to: "/settings/jobs", word: "jobs", allowed: staff },
      { to: "/outbox", word: "outbox", allowed: reads("assent_outgoingmail") },
      { to: "/import", word: "import", allowed: (session) => may(session, "Create", "contact") },
    ],
  },
];

export default function Settings() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const session = useSession();
  const { steps } = useSteps(isOne(session));
  return (
    <Page title={t("title")}>
      <div className={styles.groups}>
        {GROUPS.map(({ word, places }) => {
          const shown = places.filter((it) => it.allowed(session));
          return shown.length > 0 && (
            <section key={word} aria-labelledby={`settings-${word}`}>
              <Text as="h2" id={`settings-${word}`} size={400} weight="semibold" block className={styles.heading}>{t(`hub.${word}`)}</Text>
              <div className={styles.cards}>
                {shown.map((it) => {
                  const missing = steps?.some((step) => step.name === it.step && !step.done);
                  return (
                    <Card key={it.to}>
                      <Link to={it.to}><Text weight="semibold">{t(`hub.to.${it.word}`)}</Text></Link>
                      <Text>{t(`hub.about.${it.word}`)}</Text>
                      {missing && <Badge appearance="tint" color="warning" style={{ alignSelf: "start" }}>! {t("hub.missing")}</Badge>}
                    </Card>
                  );
                })}
              </div>
            </section>
          );
        })}
      </div>
    </Page>
  );
}
