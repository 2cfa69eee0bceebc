const maps = new WeakMap()
const TAP_MOVE = 9 // pixels a finger may slip and still tap
const TAP_TIME = 700 // milliseconds
const NEAREST = 1 // pixels per metre at the closest zoom

function shape(tag, attributes, className) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (className) element.setAttribute("class", className)
  return element
}

function tool(text, press) {
  const button = made("button", "tool", text)
  button.type = "button"
  button.addEventListener("click", press)
  return button
}

function shell(root) {
  const map = { root, fingers: new Map(), view: null, labels: [], dots: [] }
  map.frame = made("div", "frame")
  map.svg = shape("svg", {}, "ground")
  map.under = shape("g", {}, "under")
  map.over = shape("g", {}, "over")
  map.land = shape("g", {})
  map.land.append(map.under, map.over)
  map.marks = shape("g", {})
  map.pin = shape("g", {}, "pin")
  map.pin.append(shape("circle", { r: 15 }, "ring"), shape("circle", { r: 6 }, "core"))
  map.svg.append(map.land, map.marks, map.pin)
  map.tools = made("div", "tools")
  map.plus = tool("+", () => zoom(map, 1.6))
  map.minus = tool("−", () => zoom(map, 1 / 1.6))
  map.all = tool("", () => fit(map))
  map.here = tool("", () => locate(map))
  map.tools.append(map.plus, map.minus, map.all, map.here)
  map.credit = made("div", "credit")
  map.note = made("p", "note")
  map.note.setAttribute("role", "status")
  map.frame.append(map.svg, map.tools, map.credit)
  root.replaceChildren(map.frame, map.note)
  const svg = map.svg
  svg.addEventListener("pointerdown", (event) => down(map, event))
  svg.addEventListener("pointermove", (event) => move(map, event))
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => up(map, event))
  svg.addEventListener("wheel", (event) => wheel(map, event), { passive: false })
  map.watch = new ResizeObserver(() => {
    if (!map.view || map.view.whole) fit(map)
    else show(map)
  })
  map.watch.observe(map.frame)
  return map
}

// Ground units are metres east and north of the south-west corner; the view says where they fall on the screen.
const sx = (map, x) => map.view.x + x * map.view.k
const sy = (map, y) => map.view.y - y * map.view.k

function size(map) {
  return [map.frame.clientWidth, map.frame.clientHeight]
}

function smallest(map) {
  const [w, h] = size(map)
  return Math.min((w - 24) / map.data.size[0], (h - 24) / map.data.size[1])
}

function fit(map) {
  const [w, h] = size(map)
  if (!w || !h || !map.data) return
  const k = smallest(map)
  const [wide, tall] = map.data.size
  map.view = { k, x: (w - wide * k) / 2, y: h - (h - tall * k) / 2, whole: true }
  show(map)
}

function start(map) {
  const [w, h] = size(map)
  const box = map.data.focus
  if (!box || !w || !h) return fit(map)
  const k = Math.min((w - 24) / (box[2] - box[0]), (h - 24) / (box[3] - box[1]), NEAREST)
  if (k <= smallest(map)) return fit(map)
  centre(map, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], k)
}

function zoom(map, by, at) {
  if (!map.view) return
  const [w, h] = size(map)
  const [px, py] = at ?? [w / 2, h / 2]
  const k = Math.max(smallest(map), Math.min(NEAREST, map.view.k * by))
  if (k === smallest(map)) return fit(map)
  const gx = (px - map.view.x) / map.view.k
  const gy = (map.view.y - py) / map.view.k
  map.view = { k, x: px - gx * k, y: py + gy * k, whole: false }
  show(map)
}

function centre(map, point, k) {
  const [w, h] = size(map)
  map.view = { k, x: w / 2 - point[0] * k, y: h / 2 + point[1] * k, whole: false }
  show(map)
}

function show(map) {
  const [w, h] = size(map)
  const { k } = map.view
  map.svg.setAttribute("viewBox", `0 0 ${w} ${h}`)
  map.land.setAttribute("transform", `matrix(${k} 0 0 ${-k} ${map.view.x} ${map.view.y})`)
  // Seen whole, one finger scrolls the page over the map; zoomed in, it moves the map.
  map.svg.style.touchAction = map.view.whole ? "pan-x pan-y" : "none"
  const taken = []
  for (const label of map.labels) {
    const x = sx(map, label.at[0])
    const y = sy(map, label.at[1])
    const long = k > smallest(map) * 2
    label.element.textContent = long ? label.name : label.short
    label.element.setAttribute("x", x)
    label.element.setAttribute("y", y + 5)
    const half = (label.element.textContent.length * 14) / 2 + 2
    const box = [x - half, y - 10, x + half, y + 10]
    const free = !taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])
    label.element.style.display = free ? "" : "none"
    if (free) taken.push(box)
  }
  for (const dot of map.dots) dot.element.setAttribute("transform", `translate(${sx(map, dot.at[0])} ${sy(map, dot.at[1])})`)
  const pin = map.data.point
  map.pin.style.display = pin ? "" : "none"
  if (pin) map.pin.setAttribute("transform", `translate(${sx(map, pin[0])} ${sy(map, pin[1])})`)
}

function spot(map, event) {
  const box = map.svg.getBoundingClientRect()
  return [event.clientX - box.left, event.clientY - box.top]
}

function down(map, event) {
  if (event.pointerType === "mouse" && event.button !== 0) return
  const at = spot(map, event)
  map.fingers.set(event.pointerId, at)
  if (map.fingers.size === 1) map.tap = { at, since: performance.now() }
  else map.tap = null
  map.svg.setPointerCapture(event.pointerId)
}

function move(map, event) {
  const before = map.fingers.get(event.pointerId)
  if (!before) return
  const at = spot(map, event)
  if (map.tap && Math.hypot(at[0] - map.tap.at[0], at[1] - map.tap.at[1]) > TAP_MOVE) map.tap = null
  if (map.fingers.size === 2) {
    const other = [...map.fingers].find(([id]) => id !== event.pointerId)[1]
    const was = Math.hypot(before[0] - other[0], before[1] - other[1])
    const is = Math.hypot(at[0] - other[0], at[1] - other[1])
    if (was > 0) zoom(map, is / was, [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2])
  } else if (!map.tap && !map.view.whole) {
    map.view.x += at[0] - before[0]
    map.view.y += at[1] - before[1]
    show(map)
  }
  map.fingers.set(event.pointerId, at)
}

function up(map, event) {
  const known = map.fingers.delete(event.pointerId)
  const tap = map.tap
  map.tap = null
  if (!known || !tap || event.type === "pointercancel" || performance.now() - tap.since > TAP_TIME) return
  const [px, py] = spot(map, event)
  say(map, (px - map.view.x) / map.view.k, (map.view.y - py) / map.view.k)
}

function wheel(map, event) {
  if (map.view?.whole && event.deltaY > 0) return // nothing left to zoom out of: let the page scroll
  event.preventDefault()
  zoom(map, Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150), spot(map, event))
}

function say(map, x, y) {
  const { origin, metres } = map.data
  fire(map, origin[0] + x / metres[0], origin[1] + y / metres[1])
}

function fire(map, lng, lat) {
  map.note.textContent = ""
  map.setTriggerValue("point", { lng: lng.toFixed(6), lat: lat.toFixed(6) })
}

function locate(map) {
  map.note.textContent = map.data.words.waiting
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => fire(map, coords.longitude, coords.latitude),
    () => (map.note.textContent = map.data.words.nowhere),
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
  )
}

function ground(map, data) {
  map.under.replaceChildren(...data.streets.map((s) => shape("path", { d: s.path }, "outline")))
  map.over.replaceChildren(...data.streets.map((s) => shape("path", { d: s.path }, "street")))
  map.labels = data.streets.map((s) => {
    const element = shape("text", { "text-anchor": "middle" }, "label")
    return { element, name: s.name, short: s.short, at: s.label }
  })
}

function points(map, data) {
  map.dots = data.near.map((near) => {
    const element = shape("g", {}, "dot")
    const light = drawn(near.light)
    for (const [name, value] of Object.entries({ x: -8, y: -8, width: 16, height: 16 })) light.setAttribute(name, value)
    const title = shape("title", {})
    title.textContent = near.label
    element.append(title, light)
    return { element, at: near.at }
  })
  map.marks.replaceChildren(...map.labels.map((l) => l.element), ...map.dots.map((d) => d.element))
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gd-pickmap")
  if (!root || !data) return
  let map = maps.get(root)
  if (!map) maps.set(root, (map = shell(root)))
  const fresh = map.revision !== data.revision
  const moved = JSON.stringify(map.data?.point ?? null) !== JSON.stringify(data.point)
  map.data = data
  map.setTriggerValue = setTriggerValue
  map.frame.style.height = `${data.height}px`
  map.svg.setAttribute("role", "img")
  map.svg.setAttribute("aria-label", data.words.map)
  for (const [button, word] of [[map.plus, "plus"], [map.minus, "minus"], [map.all, "all"], [map.here, "here"]]) {
    button.setAttribute("aria-label", data.words[word])
    button.title = data.words[word]
  }
  map.all.textContent = data.words.all
  map.here.textContent = data.words.here
  map.here.hidden = !(window.isSecureContext && navigator.geolocation)
  map.credit.textContent = data.words.credit
  if (fresh) ground(map, data)
  map.revision = data.revision
  points(map, data)
  if (!map.view || fresh) start(map)
  if (!map.view) return () => map.watch.disconnect()
  if (data.point && moved) {
    const [w, h] = size(map)
    const [x, y] = [sx(map, data.point[0]), sy(map, data.point[1])]
    // Seen whole, a pixel is tens of metres: come closer, so that the point can be put right.
    if (map.view.whole) centre(map, data.point, Math.max(smallest(map) * 4, 0.12))
    else if (x < 20 || y < 20 || x > w - 20 || y > h - 20) centre(map, data.point, map.view.k)
  }
  show(map)
  return () => map.watch.disconnect()
}
