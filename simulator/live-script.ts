/** Puts requests on top of the list as they come, until somebody pauses it. Without it, the page is reloaded by hand. */
export const LIVE_SCRIPT = `
const list = document.querySelector('.requests')
const state = document.querySelector('[data-state]')
const pause = document.querySelector('[data-pause]')
const EVERY_MS = 1000
let isPaused = false

const say = (text) => { if (state.textContent !== text) state.textContent = text }

async function look() {
  if (isPaused || document.hidden) return
  const newest = list.firstElementChild?.dataset.id ?? '0'
  const response = await fetch('/operator/requests/newer?than=' + newest)
  // It started again, or the list was cleared elsewhere.
  if (response.status === 409) return location.reload()
  if (response.status === 200) {
    const fresh = document.createElement('template')
    fresh.innerHTML = await response.text()
    document.querySelector('[data-none]')?.remove()
    list.prepend(...fresh.content.children)
    while (list.children.length > Number(list.dataset.limit)) list.lastElementChild.remove()
  }
  say('Live: new requests appear by themselves.')
}

async function goOn() {
  try {
    await look()
  } catch {
    say('The simulator does not answer. Still trying.')
  }
  setTimeout(goOn, EVERY_MS)
}

pause.hidden = false
pause.addEventListener('click', () => {
  isPaused = !isPaused
  pause.textContent = isPaused ? 'Go on' : 'Pause'
  say(isPaused ? 'Paused.' : 'Live: new requests appear by themselves.')
})
goOn()
`
