import { AMBIGUOUS, EXPECTED, inSentences } from './es-evidence.ts'
import { scalekitWords } from './es-scalekit.ts'
import type { Explanation, RefusalWords } from './explanation.ts'

const CHECK_THE_LINK =
  'Si escribió la dirección, compruebe que no tenga errores. Si siguió un enlace, avise a quien se lo dio.'
const SIGN_IN_AGAIN = 'Vuelva a iniciar sesión desde esta página.'
const OTHER_ACCOUNT =
  'Cambie a una cuenta de la organización correcta o consulte al equipo responsable de este sitio.'
const TRY_AGAIN = 'Inténtelo de nuevo en un momento.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} Si sigue ocurriendo, avise al equipo responsable de este sitio.`
const STILL_SIGNED_IN = 'Su sesión sigue abierta.'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'Este enlace no funciona',
  detail: 'Le falta una parte, o alguna cambió por el camino.',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'Esta dirección es ambigua',
  detail: 'Se puede leer de más de una forma, así que no se abrió.',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'Este inicio de sesión no comenzó aquí',
  detail:
    'Comenzó en otro navegador o en otra ventana, estuvo abierto más de diez minutos, o las cookies están bloqueadas.',
  remedy: `Permita las cookies de este sitio en su navegador. ${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'Este inicio de sesión tardó demasiado',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'No se pudo confirmar su identidad',
  detail:
    'No se pudo verificar lo que envió el servicio de inicio de sesión, así que no se inició ninguna sesión.',
  remedy: `${SIGN_IN_AGAIN} Si ocurre otra vez, envíe los detalles de abajo al equipo responsable de este sitio.`,
  technical:
    'Los registros indican la comprobación que falló, con la referencia de abajo. Causas habituales: SCALEKIT_ENVIRONMENT_URL o SCALEKIT_CLIENT_ID de otro entorno, o relojes que no coinciden.',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: 'Esto no está disponible en este momento',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'No se pudo verificar este aviso',
  detail: 'Quien lo envió no pudo demostrar que es el servicio de inicio de sesión.',
  remedy: 'No se hizo nada. Aquí no hay nada que usted deba hacer en un navegador.',
  technical: `Falló la comprobación “${check}”. Compare el secreto y la dirección con los del panel de Scalekit.`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'No se pudo iniciar sesión',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`La dirección contiene ${AMBIGUOUS[part]}.`),
    rules_disagree: () =>
      ambiguous(
        'Los servidores leen esta dirección de más de una forma, y a cada una se le aplican reglas distintas de este sitio. Los registros indican cada lectura y su regla, con la referencia de abajo: una sola regla debe abarcarlas todas.',
      ),
    site_unknown: () => ({
      title: 'No hay ningún sitio configurado para este host',
      detail: 'La dirección lleva hasta aquí, pero todavía no hay nada configurado para ella.',
      remedy:
        'Compruebe que la dirección no tenga errores. Si es correcta, avise al equipo responsable del sitio.',
      technical:
        'Agregue el host a `sites` en gatehouse.config.ts. Con `sitesInKv` también sirve una entrada en KV, con `site:` y el host en minúsculas, sin puerto.',
    }),
    site_lookups_limited: () =>
      unavailable(
        'Se pidieron demasiadas direcciones desconocidas, así que esta no se buscó.',
        'Se pidieron más hosts sin sitio de los que se buscan en KV en un minuto.',
      ),
    site_lookup_failed: () =>
      unavailable(
        'No se pudo leer la configuración de este sitio.',
        'No se pudo leer en KV la entrada de este host. Los registros indican la causa, con la referencia de abajo.',
      ),
    route_unknown: () => ({
      title: 'No hay nada en esta dirección',
      detail: 'El inicio de sesión de este sitio no tiene esa página.',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'Esta dirección no acepta ese tipo de solicitud',
      detail: 'Un formulario o un script la pidió de una forma a la que no responde.',
      remedy: 'Vuelva a la página de la que vino e inténtelo de nuevo.',
      technical: `Esta dirección solo responde a ${allow}.`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`El parámetro “${parameter}” aparece más de una vez.`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(`Para el parámetro “${parameter}” se espera ${EXPECTED[expected]}.`),
    not_a_navigation: () => ({
      title: 'Esta dirección necesita una página propia',
      detail: 'El navegador la pidió como parte de otra página.',
      remedy: 'Ábrala en una ventana aparte.',
      technical:
        'Un script lleva allí con `location.assign(…)`: para un inicio de sesión, con la `login_url` de la respuesta que recibió.',
    }),
    rate_limited: () => ({
      title: 'Demasiados inicios de sesión desde su red',
      detail: 'En un minuto intentaron iniciar sesión más personas o pestañas de las que acepta este sitio.',
      remedy: 'Espere un minuto y vuelva a iniciar sesión.',
      technical: 'Se alcanzó el límite de inicios de sesión: lo fija LOGIN_RATE_LIMIT.',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'Esta solicitud contiene demasiado',
      detail: 'Su navegador envió más de lo que este sitio puede leer.',
      remedy: 'Borre las cookies de este sitio en su navegador o use un enlace más corto.',
      technical:
        part === 'address'
          ? `La dirección supera los ${limit} bytes.`
          : part === 'headers'
            ? `Los encabezados superan en conjunto los ${limit} bytes.`
            : `El encabezado ${part.header} supera los ${limit} bytes.`,
    }),
    login_required: ({ unsent }) =>
      unsent
        ? {
            title: 'Lo que envió no se recibió',
            detail: 'No ha iniciado sesión, o su sesión terminó, así que no se aceptó nada.',
            remedy: 'Inicie sesión y envíelo de nuevo.',
          }
        : {
            title: 'Inicie sesión para continuar',
            detail: 'No ha iniciado sesión, o su sesión terminó.',
            remedy: 'Inicie sesión e inténtelo de nuevo.',
          },
    login_loop: () => ({
      title: 'El inicio de sesión vuelve a empezar una y otra vez',
      detail: 'Tres inicios de sesión en un minuto no abrieron la página.',
      remedy:
        'Permita las cookies de este sitio en su navegador y vuelva a iniciar sesión. Si sigue ocurriendo, envíe los detalles de abajo al equipo responsable de este sitio.',
      causes: [
        'El navegador no conserva las cookies de este sitio.',
        'El inicio de sesión se abandonó.',
        'La página pide un inicio de sesión reciente, y se usó uno anterior.',
      ],
      technical:
        'Los registros indican si el navegador envió una sesión (`sentSession`) y qué faltaba (`why`). Compruebe si GATEHOUSE_KEYS o los relojes difieren entre despliegues, y si hay un `maxAge` que ningún inicio de sesión cumple.',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'No tiene acceso a esta página',
      detail: `Ha iniciado sesión como ${named(who, organization)}. ${inSentences(lacks)}`,
      remedy: mayBeNew
        ? 'Si acaba de recibir un rol o un grupo, vuelva a iniciar sesión: cuenta a partir del siguiente inicio de sesión. Si no, cambie a una cuenta que tenga acceso o consulte al equipo responsable de este sitio.'
        : 'Cambie a una cuenta que tenga acceso o consulte al equipo responsable de este sitio.',
      technical: 'Los registros indican la regla, y lo que aceptaría, con la referencia de abajo.',
      command: '`gatehouse explain` muestra el resultado de las reglas para una cuenta.',
    }),
    foreign_websocket: () => ({
      title: 'Otro sitio no puede conectarse',
      detail: 'Una página de otro sitio intentó abrir una conexión con este.',
      remedy: 'Abra este sitio directamente e inténtelo allí de nuevo.',
      technical: 'Una página de otro origen pidió un WebSocket. Ábralo desde una página de este sitio.',
    }),
    foreign_request: () => ({
      title: 'Otro sitio no puede enviar esto',
      detail: 'Una página de otro sitio envió algo que podría cambiar cosas aquí. No se transmitió.',
      remedy: 'Abra este sitio directamente e inténtelo allí de nuevo.',
      technical:
        'La solicitud tiene el `Origin` de otro sitio. Envíela desde una página de este, o agregue ese origen a `cors`.',
    }),
    upstream_unreachable: () => ({
      title: 'El servidor de esta página no responde',
      detail: 'Usted tiene acceso, pero no se pudo llegar a la página.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'El servidor de origen (upstream) de esta página no respondió. Los registros indican la causa, con la referencia de abajo.',
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'Este inicio de sesión está incompleto',
      detail: 'El servicio de inicio de sesión no devolvió ningún resultado.',
      remedy: SIGN_IN_AGAIN,
      technical: 'El callback no contiene ni `code` ni `error`.',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'Este inicio de sesión ya no se conoce',
      detail: 'Ya se usó, o no se pudo encontrar a tiempo.',
      remedy: SIGN_IN_AGAIN,
      technical:
        'La entrada de este inicio de sesión ya se usó, o no se pudo leer a tiempo en KV, dos veces seguidas.',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () => tookTooLong('Un inicio de sesión debe completarse en diez minutos.'),
    transaction_of_other_host: startedElsewhere,
    login_request_missing: () => ({
      title: 'Abra el sitio que desea usar',
      detail: 'Aquí se inicia sesión para otros sitios, y usted no viene de ninguno de ellos.',
      remedy: 'Abra el sitio directamente: le traerá hasta aquí, y después volverá a él.',
    }),
    login_request_invalid: () => ({
      title: 'Este inicio de sesión no lo comenzó un sitio autorizado',
      detail: 'El enlace que le trajo hasta aquí fue alterado o es para otra dirección.',
      remedy: 'Abra el sitio que desea usar e inicie sesión desde allí.',
    }),
    login_request_expired: () => ({
      title: 'Este inicio de sesión tardó demasiado',
      detail: 'Un inicio de sesión debe completarse en diez minutos.',
      remedy: 'Vuelva al sitio e inicie sesión desde allí.',
    }),
    ticket_unreadable: startedElsewhere,
    ticket_of_other_host: startedElsewhere,
    ticket_of_other_login: startedElsewhere,
    ticket_expired: () => tookTooLong('El regreso a este sitio debe hacerse en un minuto.'),
    ticket_repeated: () => ({
      title: 'Este inicio de sesión ya se usó',
      detail: 'Cada inicio de sesión abre este sitio una sola vez, y este ya lo hizo.',
      remedy: SIGN_IN_AGAIN,
    }),
    login_host_session_ended: () => ({
      title: 'Su sesión se cerró mientras tanto',
      detail: 'El inicio de sesión con el que se iba a abrir este sitio terminó.',
      remedy: SIGN_IN_AGAIN,
    }),
    issuer_mismatch: unproven,
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'El servicio de inicio de sesión no responde',
      detail: 'No respondió a tiempo, o su respuesta no es válida.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Scalekit no respondió, o su respuesta no tiene sentido. Los registros indican la causa, con la referencia de abajo.',
    }),
    code_rejected: () => ({
      title: 'Este inicio de sesión ya se usó',
      detail: 'Se usó antes, o tardó demasiado.',
      remedy: SIGN_IN_AGAIN,
      technical: 'El código de un solo uso ya se usó, o es demasiado antiguo.',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Este sitio es para otra organización',
            detail: `Ha iniciado sesión como ${named(who, organization)}. Este sitio es para miembros de otra organización.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Esa cuenta pertenece a otra organización',
            detail:
              who === undefined
                ? 'El inicio de sesión funcionó, pero era para otra organización.'
                : `Inició sesión como ${named(who, organization)}, pero este inicio de sesión era para otra organización.`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Este sitio requiere otro inicio de sesión',
            detail: `Ha iniciado sesión como ${named(who, organization)}. Este sitio es para quienes inician sesión de otra forma.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Inició sesión de otra forma',
            detail:
              who === undefined
                ? 'El inicio de sesión funcionó, pero no de la forma que requiere este sitio.'
                : `Inició sesión como ${named(who, organization)}, pero no de la forma que requiere este sitio.`,
            remedy: OTHER_ACCOUNT,
          },
    access_withdrawn: ({ cause }) =>
      cause === 'operator_ended'
        ? {
            title: 'Sus sesiones se cerraron mientras iniciaba sesión',
            detail: 'El equipo responsable de este sitio acaba de cerrarlas.',
            remedy: `${SIGN_IN_AGAIN} Si ocurre otra vez, consulte al equipo responsable de este sitio.`,
          }
        : {
            title: 'Su acceso se retiró mientras iniciaba sesión',
            detail: 'Su organización, o el servicio de inicio de sesión de este sitio, acaba de ponerle fin.',
            remedy: `${SIGN_IN_AGAIN} Si no obtiene acceso, consulte al equipo de TI de su organización.`,
            technical:
              'Después de que comenzara este inicio de sesión, se eliminó a la persona o su acceso del directorio, o se envió un cierre de sesión para ella.',
          },
    login_declined: ({ message }) => ({
      title: 'Este sitio le negó el acceso',
      detail: message,
      remedy: 'Cambie de cuenta o consulte al equipo responsable de este sitio.',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'Su cuenta contiene demasiados datos',
      detail: 'Usted pertenece a más grupos o roles de los que este sitio puede recordar.',
      remedy:
        'No puede resolverlo por su cuenta: envíe los detalles de abajo al equipo de TI de su organización.',
      technical: `Los nombres, roles y grupos necesitan en conjunto ${bytes} bytes; caben ${limit}. Envíe menos grupos o roles a esta aplicación.`,
    }),
    registry_unreachable: () =>
      unavailable(
        `No se pudo acceder a la lista de sesiones. ${STILL_SIGNED_IN}`,
        'La lista de sesiones (un Durable Object) no respondió. Los registros indican la causa, con la referencia de abajo.',
      ),
    session_not_found: () => ({
      title: 'Esa sesión no existe',
      detail: 'Ha terminado, o no es suya.',
      remedy: 'Vuelva a cargar sus sesiones.',
    }),
    cross_site_request: () => ({
      title: 'Otro sitio no puede pedir esto',
      detail: 'Otra página le envió aquí para cambiar algo de su inicio de sesión. No se cambió nada.',
      remedy: 'Abra este sitio directamente y hágalo allí.',
      technical:
        'Las sesiones se cierran, y las cuentas se cambian, solo desde páginas de este sitio (Sec-Fetch-Site, Origin).',
    }),
    portal_without_organization: ({ who }) => ({
      title: 'Su cuenta no pertenece a ninguna organización',
      detail: `Ha iniciado sesión como ${who}. En el portal de administración, cada organización configura su propio inicio de sesión.`,
      remedy: 'Cambie a una cuenta de su organización.',
    }),
    portal_limited: () => ({
      title: 'El portal de administración se abrió demasiadas veces',
      detail: 'Lo abrió en un minuto más veces de las que acepta este sitio.',
      remedy: 'Espere un minuto y ábralo de nuevo.',
    }),
    management_unreachable: () => ({
      title: 'El portal de administración no responde',
      detail: `No se pudo abrir a tiempo. ${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'La API de administración de Scalekit no respondió. Los registros indican la causa, con la referencia de abajo.',
    }),
    management_limited: () => ({
      title: 'El portal de administración está ocupado',
      detail: `Por el momento no admite más visitas. ${STILL_SIGNED_IN}`,
      remedy: 'Espere un minuto y ábralo de nuevo.',
    }),
    management_refused: () => ({
      title: 'No se pudo abrir el portal de administración',
      detail: `El servicio de inicio de sesión no permitió que este sitio lo abriera para usted. ${STILL_SIGNED_IN}`,
      remedy: 'Envíe los detalles de abajo al equipo responsable de este sitio.',
      technical:
        'La API de administración de Scalekit lo rechazó. Los registros contienen su respuesta, con la referencia de abajo.',
    }),
    webhook_invalid: unverifiedNotice,
    logout_token_invalid: unverifiedNotice,
    operator_request_malformed: ({ check }) => ({
      title: 'Esta no es una solicitud de operación',
      detail: `Falló la comprobación “${check}”.`,
      remedy:
        'Envíe un token firmado, y nada más, como application/jwt: es lo que hace `gatehouse sessions`.',
    }),
    operator_request_invalid: ({ check }) => ({
      title: 'Esta solicitud de operación no es de confianza',
      detail: `Falló la comprobación “${check}”.`,
      remedy: 'Compare el reloj, la dirección solicitada y la clave con los del Worker.',
    }),
    operator_request_repeated: () => ({
      title: 'Esta solicitud de operación ya se usó',
      detail: 'Cada solicitud vale una sola vez.',
      remedy: 'Firme otra.',
    }),
    body_too_large: ({ limit }) => ({
      title: 'Esta solicitud es demasiado grande',
      detail: 'Se envió más de lo que se lee aquí.',
      remedy: 'Envíe menos.',
      technical: `Aquí se leen como máximo ${limit} bytes.`,
    }),
    misconfigured: () => ({
      title: 'Este sitio no está bien configurado',
      detail: 'Nadie tiene acceso hasta que se corrija.',
      remedy: 'Envíe los detalles de abajo al equipo responsable de este sitio.',
      technical:
        'La configuración tiene problemas. Los registros los enumeran todos, con la referencia de abajo.',
    }),
    fault: () => ({
      title: 'Algo salió mal de nuestro lado',
      detail: 'No se pudo completar la solicitud.',
      remedy: TRY_AGAIN_OR_TELL,
      technical: 'Se produjo una excepción. Está en los registros, con la referencia de abajo.',
    }),
  }
}
