/** The filter in words, as it is understood. */

import { useTranslation } from "react-i18next";
import { shownValue } from "../../api/row";
import { useNames } from "../../record/names";
import { DID, type Field, LIST, type Scope, SEGMENT } from "./fields";
import { asGroup, type Behaviour, type Group, isComplete, type Rule, takes } from "./rules";

export function Sentence({ group, scope }: { group: Group; scope: Scope }) {
  const { t } = useTranslation("segment");
  const { t: shared } = useTranslation();
  const quoted = (text: string) => shared("history.quoted", { text });
  const names = useNames(referred(group, scope));
  const name = (entity: string, id: string) => names.get(`${entity}:${id}`) ?? id;
  const together = (it: Group, within: Scope): string => {
    const parts = it.rules.filter((it): it is Rule | Group => typeof it === "object").map((it) => ("rules" in it ? bracketed(it, within) : one(it, within)));
    const text = parts.filter(Boolean).join(it.combinator === "or" ? ` ${t("word.or")} ` : ` ${t("word.and")} `);
    return it.not && text ? t("word.not", { what: text }) : text;
  };
  const bracketed = (it: Group, within: Scope) => {
    const text = together(it, within);
    return it.rules.length > 1 && text ? `(${text})` : text;
  };
  const one = (rule: Rule, within: Scope): string => {
    const field = within.fields.get(rule.field);
    if (!field || !isComplete(rule, within)) return "";
    if (field.is === "rows") {
      const inside = field.entity ? within.inside(field.entity) : undefined;
      const text = inside ? together(asGroup(rule.value), inside) : "";
      return t(`match.${rule.match?.mode ?? "some"}Of`, { what: field.label }) + (text ? ` (${text})` : "");
    }
    if (field.name === DID) return done(rule.value as Behaviour, rule.operator);
    const said = (value: string) => {
      if (field.name === SEGMENT) return quoted(name("msdyncrm_segment", value));
      if (field.name === LIST) return quoted(name("list", value));
      return spoken(field, value, name, quoted);
    };
    const values = (Array.isArray(rule.value) ? rule.value.map(String) : [String(rule.value ?? "")]).filter(Boolean);
    const value = takes(rule.operator) === "nothing" ? "" : values.map(said).join(", ");
    const operator = t(`operator.${rule.operator}`);
    const told = operator.includes("…") ? operator.replace("…", value) : `${operator} ${value}`;
    return `${field.is === "block" ? "" : field.label} ${told}`.trim();
  };
  const done = (it: Behaviour, operator: string) => {
    const with_ = [it.email && name("msdyncrm_marketingemail", it.email), it.journey && name("msdyncrm_customerjourney", it.journey), it.form && name("msdyncrm_marketingform", it.form), it.page && name("msdyncrm_marketingpage", it.page), it.link]
      .filter(Boolean)
      .map((it) => quoted(String(it)));
    return [
      t(`operator.${operator}`), t(`interaction.${it.type}`), ...with_,
      it.often ? t(`behaviour.often.${it.often}`, { count: Number(it.times) }) : "",
      it.within ? t(`behaviour.within.${it.within}`).replace("…", it.number) : "",
    ].filter(Boolean).join(" ");
  };
  const text = together(group, scope);
  return <>{text ? t("sentence", { what: text }) : t("sentenceNobody")}</>;
}

function spoken(field: Field, value: string, name: (entity: string, id: string) => string, quoted: (text: string) => string): string {
  const column = field.column;
  if (!column) return value;
  if (column.targets.length) return column.targets.map((it) => name(it, value)).find((it) => it !== value) ?? value;
  if (column.options.length) return column.options.find((it) => String(it.value) === value)?.label ?? value;
  if (column.kind === "Boolean") return shownValue(value === "true", column);
  if (column.kind === "DateTime") return value.includes("-") ? shownValue(value, column) : value;
  return quoted(value);
}

/** Rows that the filter names. */
function referred(group: Group, scope: Scope): string[] {
  return group.rules.flatMap((it): string[] => {
    if (typeof it !== "object") return [];
    if ("rules" in it) return referred(it, scope);
    const field = scope.fields.get(it.field);
    const value = typeof it.value === "string" && it.value ? it.value : "";
    if (it.field === SEGMENT) return value ? [`msdyncrm_segment:${value}`] : [];
    if (it.field === LIST) return value ? [`list:${value}`] : [];
    if (it.field === DID) {
      const { email, journey, form, page } = it.value as Behaviour;
      return [email && `msdyncrm_marketingemail:${email}`, journey && `msdyncrm_customerjourney:${journey}`, form && `msdyncrm_marketingform:${form}`, page && `msdyncrm_marketingpage:${page}`].filter((it): it is string => Boolean(it));
    }
    if (field?.is === "rows" && field.entity) {
      const inside = scope.inside(field.entity);
      return inside ? referred(asGroup(it.value), inside) : [];
    }
    return value && field?.column?.targets.length ? field.column.targets.map((it) => `${it}:${value}`) : [];
  });
}
