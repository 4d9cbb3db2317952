/** Accounts that only programs use (`accessmode`). */
export const NON_INTERACTIVE = 4;
/** The account of the product itself. */
export const SYSTEM = "00000000-0000-0000-0000-000000000001";
