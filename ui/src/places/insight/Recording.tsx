/** What may be recorded and concluded about this person, and what decides; what is held back is said. */

import { Badge, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { count } from "../../api/row";
import type { Allowed, Insights } from "./insight";

const useStyles = makeStyles({
  rules: { display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`, margin: 0, alignItems: "start" },
  what: { margin: 0, maxWidth: "80ch" },
});

/** Why something is refused, in the words of the page; what it has none for, in the server's. */
const useBecause = () => {
  const { t } = useTranslation("insight");
  return ({ fact, reason }: Allowed) => t(`because.${fact}`, { defaultValue: reason });
};

export function Held({ insights }: { insights: Insights }) {
  const { t } = useTranslation("insight");
  const because = useBecause();
  if (insights.behaviour.allowed) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t("held.title")}</MessageBarTitle>
        {because(insights.behaviour)}{" "}
        {insights.withheld > 0 && t("held.kept", { count: insights.withheld, number: count(insights.withheld) })}
      </MessageBarBody>
    </MessageBar>
  );
}

/** Why no conclusion is drawn. */
export function Unconcluded({ insights }: { insights: Insights }) {
  const { t } = useTranslation("insight");
  const because = useBecause();
  return <Text block>{t("hours.not")} {because(insights.conclusions)}</Text>;
}

/** What allows recording what, and how it stands with this person. */
export function Rules({ insights }: { insights: Insights }) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const because = useBecause();
  const rules: [string, Allowed | null][] = [["always", null], ["tracking", insights.behaviour], ["profiling", insights.conclusions]];
  return (
    <section aria-labelledby="recorded">
      <Text as="h3" id="recorded" size={400} weight="semibold" block>{t("rules.title")}</Text>
      <dl className={styles.rules}>
        {rules.map(([name, it]) => [
          <dt key={`${name}?`}>
            <Badge appearance="tint" color={!it || it.allowed ? "success" : "warning"}>{t(!it ? "rules.yes" : it.allowed ? "rules.allowed" : "rules.notAllowed")}</Badge>
          </dt>,
          <dd key={name} className={styles.what}>
            <Text block>{t(`rules.${name}`)}</Text>
            {it && !it.allowed && <Text size={200} block>{because(it)}</Text>}
          </dd>,
        ])}
      </dl>
    </section>
  );
}
