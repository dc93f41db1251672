export interface Order {
  readonly id: number
  readonly organization: string
  readonly item: string
}

/** In a real app: a database. */
export const ORDERS: readonly Order[] = [
  { id: 1, organization: 'org_20000000000000002', item: 'Anvil' },
  { id: 2, organization: 'org_20000000000000002', item: 'Rocket skates' },
  { id: 3, organization: 'org_20000000000000001', item: 'Notebook' },
]

export const ordersOf = (organization: string | undefined): readonly Order[] =>
  ORDERS.filter((order) => order.organization === organization)
