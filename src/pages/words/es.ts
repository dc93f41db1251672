import { refusals } from './es-refusals.ts'
import type { Words } from './words.ts'

/** All that pages say, in Spanish. */
export function words(): Words {
  return {
    language: 'es',
    direction: 'ltr',
    code: 'Código',
    reference: 'Referencia',
    homePage: 'Página principal',
    backToSite: (host) => `Volver a ${host}`,
    signInAgain: 'Volver a iniciar sesión',
    thisSite: 'este sitio',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'Causas habituales:',
      whatYouCanDo: 'Qué puede hacer',
      whomToAsk: (contact) => ['Contacto: ', contact],
      giveDetails: 'Indique allí los detalles de abajo.',
      tryAgain: 'Volver a intentar',
      switchAccount: 'Cambiar de cuenta',
      openSite: 'Abra el sitio que desea usar e inicie sesión desde allí.',
      forScripts: 'Un script abre `login_url` como una página.',
    },
    keepFragment: {
      title: 'Inicie sesión para continuar',
      goOn: 'Ir al inicio de sesión',
    },
    unsentForm: {
      backAtForm: 'Después de iniciar sesión, volverá a la página desde la que lo envió.',
      backHome:
        'Después de iniciar sesión, llegará a la página principal. Abra desde allí la página del formulario.',
      asItWas: (link) => [
        'Para enviarlo tal como estaba, ',
        link('inicie sesión en otra pestaña'),
        ', regrese a esta y vuelva a cargarla.',
      ],
    },
    folded: {
      user: 'Detalles',
      admin: 'Para su equipo de TI',
      developer: 'Para el equipo de desarrollo de este sitio',
      operator: 'Para el equipo responsable de este sitio',
    },
    details: {
      line: (label, value) => `${label}: ${value}`,
      time: 'Fecha y hora',
      site: 'Sitio',
      loginHost: 'Host de inicio de sesión',
      account: 'Cuenta',
      page: 'Página',
      code: 'Código',
      reference: 'Referencia',
      attribute: 'Atributo que falta',
      callbackUrl: 'URL de callback enviada',
    },
    mail: {
      send: 'Enviar los detalles por correo electrónico',
      sendToAdmin: 'Enviar los detalles a su equipo de TI',
      subject: (site) => `No puedo iniciar sesión en ${site}`,
      body: (site, said, details) =>
        `Hola:\n\nNo puedo iniciar sesión en ${site}. Esto es lo que aparece:\n\n${said}\n\n${details}`,
      subjectOfPage: (page) => `No puedo abrir ${page}`,
      bodyOfPage: (page, who, said, details) =>
        `Hola:\n\n${who === undefined ? 'No' : `He iniciado sesión como ${who}, pero no`} puedo abrir ${page}. Esto es lo que aparece:\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site) => `Iniciar sesión en ${site}`,
      check: 'Compruebe su dirección',
      email: 'Correo electrónico del trabajo',
      incomplete:
        'Esa dirección de correo electrónico no está completa. Escríbala entera, por ejemplo, ana@example.com.',
      submit: 'Continuar',
      continueAs: (who) => `Continuar como ${who}`,
      didYouMean: (address) => ['¿Quiso decir ', address, '?'],
      use: (address) => `Usar ${address}`,
      continueWith: (address) => `Continuar con ${address}`,
      workAddress: (domain) =>
        `Use aquí su dirección del trabajo: una dirección de ${domain} no suele pertenecer a ninguna organización.`,
      another: 'O use otra dirección',
      about:
        'Su dirección permite encontrar la página de inicio de sesión de su organización. Aquí no se pide ninguna contraseña.',
    },
    signOut: {
      title: '¿Cerrar sesión en este sitio?',
      titleEverywhere: '¿Cerrar todas las sesiones?',
      titleOfAll: '¿Cerrar sesión en todos los sitios?',
      ends: 'Esto cierra su sesión en este sitio, en este navegador.',
      endsOfAll:
        'Esto cierra su sesión, en este navegador, en todos los sitios que abrió con este inicio de sesión.',
      endsEverywhere: (minutes) =>
        `Esto cierra todas sus sesiones, en todos los navegadores y en todos los sitios de su organización. ${staysReadable(minutes)}`,
      alsoAtService: 'También se pide al servicio de inicio de sesión que cierre la suya.',
      ifUnwanted: 'Si solo siguió un enlace y no desea hacerlo, mantenga la sesión abierta.',
      submit: 'Cerrar sesión',
      submitEverywhere: 'Cerrar todas las sesiones',
      stay: 'Mantener la sesión abierta',
    },
    stillSignedIn: {
      title: 'Su sesión sigue abierta',
      who: (name) => `Ha iniciado sesión como ${name}.`,
    },
    signedOut: {
      title: 'Ha cerrado sesión',
      titleOfNothing: 'No ha iniciado sesión',
      nothing: 'No tiene ninguna sesión en este sitio, en este navegador.',
      endedHereAndAtService:
        'Su sesión en este sitio terminó, y se pidió a su servicio de inicio de sesión que también cerrara la suya.',
      endedOfAllAndAtService: (minutes) =>
        `Su sesión se cerró en todos los sitios que abrió con este inicio de sesión, y se pidió al servicio de inicio de sesión que también cerrara la suya. ${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes) =>
        `Su sesión se cerró en todos los sitios que abrió con este inicio de sesión. No se pudo cerrar la sesión en el servicio de inicio de sesión. ${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes) =>
        `Se cerraron todas sus sesiones, en todos los navegadores y en todos los sitios de su organización, y se pidió al servicio de inicio de sesión que también cerrara la suya. ${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes) =>
        `Se cerraron todas sus sesiones, en todos los navegadores y en todos los sitios de su organización. No se pudo cerrar la sesión en el servicio de inicio de sesión. ${staysReadable(minutes)}`,
      endedHereOnly:
        'Su sesión en este sitio terminó. No se pudo cerrar la sesión en su servicio de inicio de sesión.',
      endedHereMaybeNotAtLoginHost: (loginHost) =>
        `No tiene ninguna sesión abierta en este sitio. Quizá siga abierta su sesión en ${loginHost}; en ese caso, este sitio le dará acceso sin preguntar la próxima vez que lo abra.`,
      endedHereNotAtLoginHost: (loginHost) =>
        `Su sesión en este sitio terminó. Su sesión en ${loginHost} sigue abierta, así que este sitio le dará acceso sin preguntar la próxima vez que lo abra.`,
      othersGoOn: (others, link) => [
        others === 1
          ? 'Otra de sus sesiones sigue abierta, en otro navegador o en otro sitio de esta organización. Vuelva a iniciar sesión y abra '
          : `Otras ${others} de sus sesiones siguen abiertas, en otros navegadores o en otros sitios de esta organización. Vuelva a iniciar sesión y abra `,
        link('sus sesiones'),
        ' para cerrar las que deban cerrarse.',
      ],
      othersMayGoOn: (link) => [
        'No se pudo acceder a la lista de sesiones, así que quizá sigan abiertas otras sesiones suyas, en otros navegadores o en otros sitios de esta organización. Vuelva a iniciar sesión y abra ',
        link('sus sesiones'),
        ' para cerrar las que deban cerrarse.',
      ],
      notEnded:
        'No se cerró su sesión en el proveedor de identidad de su organización. En un dispositivo compartido, ciérrela allí también.',
    },
    sessions: {
      title: 'Sus sesiones',
      who: (name) => `Ha iniciado sesión como ${name}. Cierre cualquier sesión que no reconozca.`,
      lastActive: (time) => ['Última actividad: ', time],
      signedIn: (time) => ['Inicio de sesión: ', time],
      thisOne: 'esta sesión',
      end: 'Cerrar',
      endNamed: (device, active) => `Cerrar la sesión ${device}, última actividad: ${active}`,
      endsThisOne: 'Si la cierra, también termina la sesión actual.',
      endsOthers: (others, where) =>
        others === 1
          ? `Si la cierra, también termina otra sesión${where}, abierta con ella.`
          : `Si la cierra, también terminan otras ${others} sesiones${where}, abiertas con ella.`,
      ended: (sessions, minutes) =>
        `${sessions === 1 ? 'La sesión se cerró.' : `Se cerraron ${sessions} sesiones.`} ${staysReadable(minutes)}`,
      endOthers: 'Cerrar todas las demás',
      signOut: 'Cerrar sesión aquí',
      signOutOfAll: 'Cerrar sesión en todos los sitios',
    },
    device: {
      unknown: 'Dispositivo desconocido',
      on: (browser, system) => `${browser} en ${system}`,
    },
    changeOfIdentity: {
      title: (next) => `¿Cambiar a ${next}?`,
      whatHappened: (now, next, strong) => [
        'Ha iniciado sesión como ',
        strong(now),
        '. Un enlace de fuera de este sitio condujo a un inicio de sesión como ',
        strong(next),
        '. Todavía no ha cambiado nada.',
      ],
      whatHappenedForSite: (site, now, next, strong) => [
        `${site} pidió el inicio de sesión de otra persona: aquí ha iniciado sesión como `,
        strong(now),
        ', y el nuevo inicio de sesión se hizo como ',
        strong(next),
        '. Todavía no ha cambiado nada.',
      ],
      whatFollowsForSite: (now, next) =>
        `Si cambia a ${next}, en este navegador se cerrará la sesión de ${now} en todos los sitios que se abrieron con ese inicio de sesión.`,
      whatFollows: (next) =>
        `Continúe solo si desea cambiar de cuenta: a partir de entonces, lo que haga aquí se hará como ${next}.`,
      anotherAccount: (name) => `${name} (otra cuenta)`,
      anotherOrganization: (name) => `${name} (otra organización)`,
      stay: (now) => `Seguir como ${now}`,
      submit: (next) => `Cambiar a ${next}`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  minutes === 1
    ? 'Las páginas de otros sitios y las de otros navegadores pueden seguir siendo legibles durante un minuto como máximo.'
    : `Las páginas de otros sitios y las de otros navegadores pueden seguir siendo legibles durante ${minutes} minutos como máximo.`
