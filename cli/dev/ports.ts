import { connect, createServer, type Server } from 'node:net'
import { Complaint } from '../complaint.ts'

/** @param otherPorts the options that choose other ones */
export async function requireFreePort(port: number, otherPorts: string, alsoIpv6: boolean): Promise<void> {
  const hosts = alsoIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  for (const host of hosts) {
    // Some systems let two programs listen on one port, one of them for all addresses: so ask as well.
    if (!(await canConnect(port, host)) && (await canListen(port, host))) continue
    throw new Complaint(
      `Port ${port} on ${host} is taken, probably by another "gatehouse dev" or "wrangler dev": end that one ` +
        `(\`lsof -i :${port}\` names it), or choose other ports: ${otherPorts}`,
    )
  }
}

export const hasIpv6 = (): Promise<boolean> => canListen(0, '::1')

const canListen = (port: number, host: string) =>
  new Promise<boolean>((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)))
  })

const canConnect = (port: number, host: string) =>
  new Promise<boolean>((done) => {
    const socket = connect({ port, host })
    socket.once('error', () => done(false))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
  })

/**
 * workerd listens on one address only, and `localhost` is ::1 for some programs and 127.0.0.1 for others. Listening on
 * all addresses would open the site to the network.
 */
export const forwardIpv6 = (port: number): Promise<Server> =>
  new Promise((done, fail) => {
    const server = createServer((incoming) => {
      const outgoing = connect({ port, host: '127.0.0.1' })
      incoming.on('error', () => outgoing.destroy())
      outgoing.on('error', () => incoming.destroy())
      incoming.pipe(outgoing).pipe(incoming)
    })
    server.once('error', fail)
    server.listen({ port, host: '::1' }, () => done(server))
  })
