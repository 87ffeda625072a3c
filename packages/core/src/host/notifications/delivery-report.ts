/** What a delivery came to. */
export interface DeliveryReport {
  /** Messages that were sent. */
  readonly sent: number;
  /** Why others could not be, by the titles of the notifications. */
  readonly failed: readonly { readonly title: string; readonly message: string }[];
  /** How many things still wait to be told. */
  readonly waiting: number;
}

export const nothingDelivered: DeliveryReport = { sent: 0, failed: [], waiting: 0 };
