/** A text that is copied by a button. */

import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { useNotices } from "../../shell/notices";

const useStyles = makeStyles({
  line: { display: "flex", gap: tokens.spacingHorizontalS },
  input: { flexGrow: 1 },
});

export function Copy({ label, text, hint }: { label: string; text: string; hint?: string }) {
  const styles = useStyles();
  const { t } = useTranslation("design");
  const notices = useNotices();
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <div className={styles.line}>
          <Input {...control} className={styles.input} readOnly value={text} onFocus={(event) => event.target.select()} />
          <Button aria-label={`${t("copy")}: ${label}`} onClick={() => navigator.clipboard.writeText(text).then(() => notices.done(t("copied")), notices.failed)}>{t("copy")}</Button>
        </div>
      )}
    </Field>
  );
}
