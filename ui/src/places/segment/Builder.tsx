/** The builder of a filter: groups of conditions that nest, rows that refer to a contact, blocks. */

import { makeStyles, tokens } from "@fluentui/react-components";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type FullField, QueryBuilder } from "react-querybuilder";
import {
  AddCondition, AddGroup, CombinatorControl, FieldControl, MatchControl, NotControl, OperatorControl, RemoveControl, ShiftControl, ValueControl,
} from "./controls";
import { DID, type Scope } from "./fields";
import { empty, type Group, NOTHING_DONE, operatorsOf } from "./rules";

const useStyles = makeStyles({
  group: {
    display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`, borderLeft: `3px solid ${tokens.colorBrandStroke1}`,
    borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1,
  },
  header: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, ":empty": { display: "none" } },
  rule: {
    display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center",
    padding: `${tokens.spacingVerticalXS} 0`, borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
});

const CONTROLS = {
  fieldSelector: FieldControl, operatorSelector: OperatorControl, valueEditor: ValueControl, combinatorSelector: CombinatorControl,
  notToggle: NotControl, matchModeEditor: MatchControl, addRuleAction: AddCondition, addGroupAction: AddGroup,
  removeRuleAction: RemoveControl, removeGroupAction: RemoveControl, shiftActions: ShiftControl,
};

/** What a new condition is about until somebody chooses. */
const COMMON = "emailaddress1";

export interface Circumstances {
  scope: Scope;
  /** The segment itself, which cannot ask for itself. */
  segment: string;
}

export default function Builder({ group, scope, segment, disabled, onChange }: {
  group: Group;
  scope: Scope;
  segment: string;
  disabled: boolean;
  onChange(group: Group): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const own = useMemo(() => ({ fields: listed(scope), context: { scope, segment } satisfies Circumstances }), [scope, segment]);
  const classes = useMemo(
    () => ({ ruleGroup: styles.group, header: styles.header, body: styles.body, rule: styles.rule }),
    [styles],
  );
  const combinators = [{ name: "and", label: t("all") }, { name: "or", label: t("any") }];
  return (
    <QueryBuilder
      query={group}
      onQueryChange={onChange}
      fields={own.fields}
      context={own.context}
      disabled={disabled}
      controlElements={CONTROLS}
      controlClassnames={classes}
      combinators={combinators}
      getOperators={(_, { fieldData }) => operatorsOf(scope.fields.get(fieldData.name)).map((name) => ({ name, label: t(`operator.${name}`) }))}
      getDefaultField={COMMON}
      getDefaultValue={(rule) => first(rule.field, scope)}
      getSubQueryBuilderProps={(_, { fieldData }) => {
        const inside = scope.inside(String(fieldData["entity"]));
        return {
          context: { scope: inside ?? scope, segment } satisfies Circumstances,
          combinators,
          getOperators: (name: string) => operatorsOf(inside?.fields.get(name)).map((it) => ({ name: it, label: t(`operator.${it}`) })),
          getDefaultField: [...(inside?.fields.keys() ?? [])][0] ?? "",
          getDefaultValue: (rule: { field: string }) => first(rule.field, inside ?? scope),
        } as never;
      }}
      showNotToggle
      showShiftActions
      resetOnOperatorChange={false}
      translations={{
        fields: { title: t("condition.field") }, operators: { title: t("condition.operator") }, value: { title: t("condition.value") },
        combinators: { title: t("condition.combinator") }, matchMode: { title: t("condition.match") },
        addRule: { label: t("addCondition"), title: t("addCondition") }, addGroup: { label: t("addGroup"), title: t("addGroup") },
        removeRule: { label: "", title: t("removeCondition") }, removeGroup: { label: "", title: t("removeGroup") },
        notToggle: { label: t("not"), title: t("not") }, shiftActionUp: { label: "", title: t("earlier") }, shiftActionDown: { label: "", title: t("later") },
      }}
      accessibleDescriptionGenerator={({ path }) => t(path.length ? "groupWithin" : "groupWhole")}
    />
  );
}

/** The value that a condition begins with. */
function first(name: string, scope: Scope) {
  if (name === DID) return NOTHING_DONE;
  const field = scope.fields.get(name);
  if (field?.is === "rows") return empty();
  return field?.column?.kind === "Boolean" ? "true" : "";
}

function listed(scope: Scope): FullField[] {
  return [...scope.fields.values()].map((it) => {
    const inside = it.is === "rows" && it.entity ? scope.inside(it.entity) : undefined;
    const field: FullField = { name: it.name, value: it.name, label: it.label };
    if (!inside) return field;
    return { ...field, entity: it.entity ?? "", matchModes: ["some", "none", "all"], subproperties: listed(inside) };
  });
}
