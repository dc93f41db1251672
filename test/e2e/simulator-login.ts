/** Jane of Acme signs in at the simulator. @returns the callback that it sends her to */
export async function passSimulator(authorize: string): Promise<URL> {
  const asked = await fetch(authorize, { redirect: 'manual' })
  const idp = new URL(asked.headers.get('Location') ?? '', authorize)
  const posted = await fetch(new URL(idp.pathname, idp), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      request: idp.searchParams.get('request') ?? '',
      scenario: 'login',
      email: 'jane@acme.example',
    }),
  })
  return new URL(posted.headers.get('Location') ?? '')
}
