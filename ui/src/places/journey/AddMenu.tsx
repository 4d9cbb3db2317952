import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { AddIcon } from "../../shell/icons";
import { AUDIENCES, type Kind, STEPS } from "./definition";
import { TileIcon } from "./icons";

/** A button that adds a tile of a kind. */
export function AddMenu({ label, audience, text, onAdd }: { label: string; audience?: boolean; text?: boolean; onAdd(kind: Kind): void }) {
  const { t } = useTranslation("journey");
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" shape={text ? "rounded" : "circular"} icon={<AddIcon />} aria-label={label} title={label} className="nodrag nopan">
          {text ? label : undefined}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {(audience ? AUDIENCES : STEPS).map((it) => (
            <MenuItem key={it} icon={<TileIcon kind={it} />} onClick={() => onAdd(it)}>{t(`kind.${it}`)}</MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
