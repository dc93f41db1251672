/** The fields of a form (`application/x-www-form-urlencoded`), whatever type the request says it has; its size is limited by the routes. */
export const readForm = async (request: Request): Promise<URLSearchParams> =>
  new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()))
