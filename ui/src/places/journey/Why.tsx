/** May this person get it? Somebody is chosen, and the gate answers. */

import { Field, makeStyles, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { RowInput } from "../../record/RowInput";
import { Verdict } from "./Verdict";

const useStyles = makeStyles({
  parts: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "800px" },
});

export default function Why({ target, contact, tile, onContact }: {
  target: string;
  contact: string | null;
  /** What a tile is called. */
  tile?(id: string): string;
  onContact(contact: string | null): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  return (
    <div className={styles.parts}>
      <Field label={t("why.who")} hint={t("why.hint")}>
        <RowInput entities={["contact"]} value={contact} onChange={onContact} />
      </Field>
      {contact && <Verdict target={target} contact={contact} tile={tile} />}
    </div>
  );
}
