/** Where everything that an administrator sets is found, and how it stands. */

import { Badge, Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { holds, may, useSession, type Session } from "../../api/session";
import { keepsRoles, keepsUsers, oversees } from "../../shell/areas";
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

const reads = (entity: string) => (session: Session) => may(session, "Read", entity);

const GROUPS: { word: string; places: Place[] }[] = [
  {
    word: "organisation",
    places: [
      { to: "/settings/organisation", word: "organisation", allowed: reads("assent_setting"), step: "organisation" },
      { to: "/settings/consent", word: "consent", allowed: oversees, step: "consent" },
      { to: "/settings/intelligence", word: "intelligence", allowed: oversees },
      { to: "/start", word: "start", allowed: (session) => may(session, "Write", "assent_setting") },
    ],
  },
  {
    word: "people",
    places: [
      { to: "/settings/users", word: "users", allowed: keepsUsers, step: "users" },
      { to: "/settings/teams", word: "teams", allowed: keepsUsers },
      { to: "/settings/roles", word: "matrix", allowed: keepsRoles },
      { to: "/settings/columns", word: "columns", allowed: (session) => oversees(session) || holds(session, "prvAssentSecureColumn") },
      { to: "/list/businessunit", word: "units", allowed: keepsUsers },
    ],
  },
  {
    word: "watch",
    places: [
      { to: "/settings/audit", word: "audit", allowed: oversees },
      { to: "/settings/auditing", word: "auditing", allowed: reads("organization") },
      { to: "/settings/jobs", word: "jobs", allowed: oversees },
      { to: "/outbox", word: "outbox", allowed: reads("assent_outgoingmail") },
      { to: "/import", word: "import", allowed: (session) => may(session, "Create", "contact") },
    ],
  },
];

export default function Settings() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const session = useSession();
  const { steps } = useSteps(may(session, "Write", "assent_setting"));
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
