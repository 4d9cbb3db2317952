/** What happens with each column of each kind of record, and what the officer takes out of it, on a ground. */

import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, Badge, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { Problem } from "../../shell/state";
import { PlanEntity } from "./PlanEntity";
import { type Action, ACCESS, ERASURE, type Item, type Request } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  head: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
});

export const COLOURS: Record<Action, "danger" | "warning" | "success" | "informative" | "brand"> = {
  deleted: "danger", blanked: "warning", kept: "informative", "given out": "brand", changed: "warning",
};

export function PlanStep({ request, editable, items, error, standing }: {
  request: Request; editable: boolean; items: Item[]; error: unknown; standing: Standing;
}) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entities = useEntities();
  const groups = Map.groupBy(items, (it) => it.Entity);
  const held = items.filter((it) => it.Held).length;
  const said = items.length === 0
    ? t("plan.none")
    : t("plan.said", { count: groups.size }) + (held > 0 ? ` ${t("plan.held", { count: held })}` : "");
  const changeable = editable && (request.type === ACCESS || request.type === ERASURE);
  return (
    <Step title={t("plan.title")} said={said} standing={standing}>
      {Boolean(error) && <Problem error={error} />}
      <Text>{t(items.length === 0 ? "plan.noneText" : `plan.rule.${request.type}`)}</Text>
      <Accordion collapsible multiple>
        {[...groups].map(([name, all]) => (
          <AccordionItem key={name} value={name}>
            <AccordionHeader>
              <span className={styles.head}>
                <Text weight="semibold">{t(`plan.special.${name}`, { defaultValue: entities.get(name)?.plural ?? name })}</Text>
                {[...Map.groupBy(all, (it) => it.Action)].map(([action, of]) => (
                  <Badge key={action} appearance="tint" color={COLOURS[action]}>
                    {t(`action.${action}`)}: {t("plan.columns", { count: of.filter((it) => !it.Record).length || of.length })}
                  </Badge>
                ))}
                {all.some((it) => it.Held) && <Badge appearance="outline">{t("plan.changedByHand")}</Badge>}
                <Text size={200}>{t("plan.rows", { count: Math.max(...all.map((it) => it.Rows)) })}</Text>
              </span>
            </AccordionHeader>
            <AccordionPanel>
              <PlanEntity request={request} name={name} items={all} changeable={changeable && entities.has(name)} />
            </AccordionPanel>
          </AccordionItem>
        ))}
      </Accordion>
    </Step>
  );
}
