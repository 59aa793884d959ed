// Writes a confirmation of each order to stdout, in place of sending it. A service may be away: the order waits.
const users = process.env.USER_SERVICE_URL ?? 'http://localhost:8001'
const orders = process.env.ORDER_SERVICE_URL ?? 'http://localhost:8002'

interface Order {
  id: number
  user: number
  item: string
}

async function get<Body>(url: string): Promise<Body> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`)
  return (await response.json()) as Body
}

async function confirmAll(): Promise<void> {
  for (const { id, user, item } of await get<Order[]>(`${orders}/orders/unconfirmed`)) {
    const { email } = await get<{ email: string }>(`${users}/users/${user}`)
    console.log(`to ${email}: order ${id}, ${item}, is on its way`)
    await fetch(`${orders}/orders/${id}/confirmed`, { method: 'PUT' })
  }
}

console.log('Worker ready')
for (;;) {
  await confirmAll().catch((error: Error) => console.error(error.message))
  await Bun.sleep(200)
}
