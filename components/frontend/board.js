const boards = new WeakMap()
const [NO, TITLE, PLACE, UNIT, LIGHT, LEFT, WHOLE, FLAGS, CHANNEL] = [0, 1, 2, 3, 4, 5, 6, 7, 8]

function unpacked(row, texts) {
  const card = row.slice()
  for (const i of [TITLE, PLACE, UNIT, LIGHT, LEFT, WHOLE, CHANNEL]) card[i] = texts[row[i]]
  card[FLAGS] = row[FLAGS].map((i) => texts[i])
  return card
}

function fill(button, card, words) {
  const top = made("span", "top")
  const left = made("span", "left", card[LEFT])
  top.append(drawn(card[LIGHT]), left)
  if (card[WHOLE] !== "none") {
    const whole = made("span", "whole")
    whole.append(drawn(card[WHOLE]), made("span", "", words.whole))
    top.append(whole)
  }
  const parts = [top, made("span", "title", card[TITLE])]
  if (card[PLACE]) parts.push(made("span", "place", card[PLACE]))
  if (card[UNIT]) parts.push(made("span", "unit", card[UNIT]))
  const foot = made("span", "foot")
  for (const flag of card[FLAGS]) foot.append(made("span", "flag", flag))
  foot.append(made("span", "no", [card[CHANNEL], card[NO]].filter(Boolean).join(" · ")))
  parts.push(foot)
  button.replaceChildren(...parts)
  button.classList.toggle("late", card[LIGHT] === "red")
  const clock = [words.lights[card[LIGHT]], card[LEFT]].filter(Boolean).join(", ")
  const whole = card[WHOLE] === "none" ? "" : `${words.whole}: ${words.lights[card[WHOLE]]}`
  const said = [card[NO], card[TITLE], card[PLACE], card[UNIT], clock, whole, ...card[FLAGS], card[CHANNEL]]
  button.setAttribute("aria-label", said.filter(Boolean).join(", "))
}

function shell(root) {
  const board = { root, lanes: [], cards: new Map(), tabs: made("nav", "tabs"), strip: made("div", "strip") }
  root.replaceChildren(board.tabs, board.strip)
  board.strip.addEventListener("scroll", () => markTabs(board), { passive: true })
  board.watch = new ResizeObserver(() => markTabs(board))
  board.watch.observe(board.strip)
  root.addEventListener("keydown", (event) => walk(board, event))
  root.addEventListener("focusin", (event) => {
    if (event.target.classList.contains("card")) rove(board, event.target)
  })
  return board
}

function lane(board, i) {
  if (board.lanes[i]) return board.lanes[i]
  const it = { tab: made("button", "tab"), box: made("section", "lane"), head: made("h3"), body: made("div", "cards") }
  it.tab.type = "button"
  it.more = made("button", "more")
  it.more.type = "button"
  it.none = made("p", "nothing")
  it.body.setAttribute("role", "list")
  it.box.append(it.head, it.body)
  it.tab.addEventListener("click", () => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    board.strip.scrollTo({ left: it.box.offsetLeft - board.strip.offsetLeft, behavior: calm ? "auto" : "smooth" })
  })
  board.tabs.append(it.tab)
  board.strip.append(it.box)
  board.lanes[i] = it
  return it
}

function counted(count) {
  return count > 999 ? "999+" : String(count)
}

function named(element, title, count) {
  element.replaceChildren(made("span", "name", title), made("span", "count", counted(count)))
  element.title = `${title} ${count}`
}

function place(parent, wanted) {
  // Move only what is out of place: moving an element loses its focus and its scroll position.
  wanted.forEach((element, i) => {
    if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null)
  })
  while (parent.children.length > wanted.length) parent.lastElementChild.remove()
}

function drawLane(board, data, column, i, seen) {
  const it = lane(board, i)
  named(it.tab, column.title, column.count)
  named(it.head, column.title, column.count)
  it.box.setAttribute("aria-label", `${column.title} ${column.count}`)
  const wanted = column.cards.map((row) => {
    const card = unpacked(row, data.texts)
    const no = card[NO]
    seen.add(no)
    let slot = board.cards.get(no)
    if (!slot) {
      slot = { box: made("div", "slot"), button: made("button", "card"), looks: "" }
      slot.box.setAttribute("role", "listitem")
      slot.button.type = "button"
      slot.button.tabIndex = -1
      slot.button.dataset.no = no
      slot.button.addEventListener("click", () => board.fire("open", no))
      slot.box.append(slot.button)
      board.cards.set(no, slot)
    }
    const looks = JSON.stringify([card, data.words])
    if (slot.looks !== looks) fill(slot.button, card, data.words)
    slot.looks = looks
    slot.button.classList.toggle("chosen", no === data.selected)
    if (no === data.selected) slot.button.setAttribute("aria-current", "true")
    else slot.button.removeAttribute("aria-current")
    return slot.box
  })
  if (!wanted.length) {
    it.none.textContent = data.words.nothing
    wanted.push(it.none)
  }
  if (column.more) {
    it.more.textContent = data.words.more
    it.more.setAttribute("aria-label", `${data.words.more}: ${column.title}`)
    it.more.onclick = () => board.fire("more", column.step)
    wanted.push(it.more)
  }
  place(it.body, wanted)
}

function markTabs(board) {
  const { scrollLeft, clientWidth } = board.strip
  for (const it of board.lanes) {
    const from = it.box.offsetLeft - board.strip.offsetLeft
    const shown = from + it.box.offsetWidth / 2 > scrollLeft && from + it.box.offsetWidth / 2 < scrollLeft + clientWidth
    it.tab.classList.toggle("shown", shown)
    if (shown) it.tab.setAttribute("aria-current", "true")
    else it.tab.removeAttribute("aria-current")
  }
}

function buttonsOf(it) {
  return [...it.body.querySelectorAll("button")]
}

function rove(board, target) {
  for (const slot of board.cards.values()) slot.button.tabIndex = slot.button === target ? 0 : -1
}

function walk(board, event) {
  const here = board.root.getRootNode().activeElement
  const column = board.lanes.findIndex((it) => it.body.contains(here))
  if (column < 0 || event.altKey || event.ctrlKey || event.metaKey) return
  const rows = buttonsOf(board.lanes[column])
  const row = rows.indexOf(here)
  let to = null
  if (event.key === "ArrowDown") to = rows[row + 1]
  else if (event.key === "ArrowUp") to = rows[row - 1]
  else if (event.key === "Home") to = rows[0]
  else if (event.key === "End") to = rows.at(-1)
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const step = event.key === "ArrowRight" ? 1 : -1
    for (let i = column + step; i >= 0 && i < board.lanes.length && !to; i += step) {
      const others = buttonsOf(board.lanes[i])
      to = others[Math.min(row, others.length - 1)]
    }
  } else return
  event.preventDefault()
  if (to) to.focus()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gd-board")
  if (!root || !data) return
  let board = boards.get(root)
  if (!board) boards.set(root, (board = shell(root)))
  board.fire = setTriggerValue
  root.style.setProperty("--tall", data.height ? `${data.height}px` : "max(420px, calc(100dvh - 220px))")
  board.tabs.setAttribute("aria-label", data.words.steps)
  const focused = root.getRootNode().activeElement
  const seen = new Set()
  data.columns.forEach((column, i) => drawLane(board, data, column, i, seen))
  while (board.lanes.length > data.columns.length) {
    const gone = board.lanes.pop()
    gone.tab.remove()
    gone.box.remove()
  }
  for (const [no, slot] of board.cards) {
    if (seen.has(no)) continue
    slot.box.remove()
    board.cards.delete(no)
  }
  if (focused?.isConnected && root.contains(focused)) focused.focus({ preventScroll: true })
  const inTabOrder = [...board.cards.values()].some((slot) => slot.button.tabIndex === 0)
  const first = root.querySelector(".card")
  if (!inTabOrder && first) first.tabIndex = 0
  markTabs(board)
  return () => board.watch.disconnect()
}
