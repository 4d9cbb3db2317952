/** What is known of the request and of the person who made it. */

import { Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { moment } from "../../api/row";
import { ENTITY, type Request } from "./request";

const useStyles = makeStyles({
  heading: { margin: 0 },
  list: { margin: 0, display: "grid", gap: tokens.spacingVerticalXS },
  value: { margin: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" },
  name: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

export function Facts({ request }: { request: Request }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const facts: [string, React.ReactNode][] = [
    ["person", request.person],
    ["email", request.email],
    ["contact", request.contact && <Link to={`/person/${request.contact.id}`}>{request.contact.name}</Link>],
    ["channel", request.channel && t(`channel.${request.channel}`)],
    ["received", moment(request.receivedOn)],
    ["text", request.text],
    ["owner", request.owner.name],
  ];
  return (
    <Card>
      <Text as="h2" weight="semibold" className={styles.heading}>{t("facts.title")}</Text>
      <dl className={styles.list}>
        {facts.filter(([, value]) => value).map(([name, value]) => (
          <div key={name}>
            <dt className={styles.name}>{t(`facts.${name}`)}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ))}
      </dl>
      <Link to={`/record/${ENTITY}/${request.id}`}>{t("facts.record")}</Link>
    </Card>
  );
}
