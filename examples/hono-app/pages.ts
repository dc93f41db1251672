import { html } from 'hono/html'

export const STYLE = `
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #f6f5f1 }
  nav { display: flex; gap: 1rem; align-items: center; border-bottom: 1px solid #dddad2; padding-bottom: .75rem }
  nav form { margin-left: auto }
  .plan { padding: .1rem .6rem; border-radius: 1rem; background: #1f5f4a; color: #fff }
`

type Content = ReturnType<typeof html>

const page = (title: string, content: Content, account: Content) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Orders</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <nav><a href="/">Home</a> <a href="/dashboard">Dashboard</a> <a href="/billing">Billing</a> ${account}</nav>
    <h1>${title}</h1>
    ${content}
  </body>
</html>`

/** Whoever opens it: nobody has been asked, so it says nothing of a session. */
export const publicPage = (title: string, content: Content) => page(title, content, html``)

/** Signing out is a form, so that no link on another site can do it. */
export const privatePage = (title: string, who: string, content: Content) =>
  page(
    title,
    content,
    html`<form method="post" action="/auth/logout">${who} <button type="submit">Sign out</button></form>`,
  )
