/** What the example is about. All of it travels as JSON. */

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  /** Of one piece, in cents. */
  readonly priceCents: number;
}

export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly lines: readonly Line[];
}

export interface Receipt {
  readonly orderId: string;
  readonly totalCents: number;
  readonly paymentId: string;
  readonly trackingNumber: string;
}

/** Orders above this need a person's consent, in cents. */
export const approvalLimitCents = 100_000;
