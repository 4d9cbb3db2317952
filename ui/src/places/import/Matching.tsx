/** By which columns a record is found that is there already, and what happens to it then. */

import { Button, Dropdown, Field, makeStyles, Option, Radio, RadioGroup, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import { isEvidence, type Mapping, ON_MATCH, type OnMatch } from "./mapping";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
});

export function Matching({ entity, mapping, onChange }: { entity: Detailed; mapping: Mapping; onChange(mapping: Mapping): void }) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const mapped = [...mapping.targets.filter((it) => it && !isEvidence(it)), ...Object.keys(mapping.constants)];
  const label = (it: string) => entity.column(it)?.label ?? it;
  const set = (match: string[][]) => onChange({ ...mapping, match });
  return (
    <div className={styles.box}>
      <Text>{t("match.about")}</Text>
      {mapping.match.map((list, at) => (
        <div key={at} className={styles.line}>
          <Field label={t(at === 0 ? "match.first" : "match.next")}>
            <Dropdown
              multiselect
              value={list.map(label).join(" + ")}
              selectedOptions={list}
              placeholder={t("match.choose")}
              onOptionSelect={(_, { selectedOptions }) => set(mapping.match.with(at, selectedOptions))}
            >
              {mapped.map((it) => <Option key={it} value={it}>{label(it)}</Option>)}
            </Dropdown>
          </Field>
          <Button onClick={() => set(mapping.match.filter((_, other) => other !== at))}>{t("remove")}</Button>
        </div>
      ))}
      {mapping.match.length === 0 && <Text>{t("match.none")}</Text>}
      <Button style={{ alignSelf: "start" }} disabled={mapped.length === 0 || mapping.match.some((it) => it.length === 0)} onClick={() => set([...mapping.match, []])}>
        {t(mapping.match.length ? "match.another" : "match.add")}
      </Button>
      {mapping.match.length > 0 && (
        <Field label={t("match.onMatch")}>
          <RadioGroup value={mapping.onMatch} onChange={(_, { value }) => onChange({ ...mapping, onMatch: value as OnMatch })}>
            {ON_MATCH.map((it) => <Radio key={it} value={it} label={t(`match.${it}`)} />)}
          </RadioGroup>
        </Field>
      )}
    </div>
  );
}
