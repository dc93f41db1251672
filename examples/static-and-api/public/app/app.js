/** Asks the API. Where the session has ended, the answer says where to sign in again. */
async function ask(path) {
  const response = await fetch(path)
  const body = await response.json()
  if (response.status === 401 && body.login_url) location.assign(body.login_url)
  if (!response.ok) throw new Error(body.detail ?? body.error)
  return body
}

document.querySelector('button[type=button]').addEventListener('click', async () => {
  const response = await fetch('/auth/logout', { method: 'POST' })
  location.assign((await response.json()).logout_url)
})

const [me, orders] = await Promise.all([ask('/api/me'), ask('/api/orders')])
document.querySelector('output').textContent = me.email
document.querySelector('ul').replaceChildren(
  ...orders.map(({ item, by }) => {
    const line = document.createElement('li')
    line.textContent = `${item}, ordered by ${by}`
    return line
  }),
)
