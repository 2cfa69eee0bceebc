// A light is a shape as well as a colour: circle in time, triangle due soon, square overdue, bar without a clock.
const SHAPES = {
  green: "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0 -12z",
  yellow: "M8 1.5l7 12.5h-14z",
  red: "M2 2h12v12h-12z",
  none: "M2 8h12",
}
const SVG = "http://www.w3.org/2000/svg"

function drawn(light) {
  const known = Object.hasOwn(SHAPES, light) ? light : "none"
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", "0 0 16 16")
  svg.setAttribute("class", `light ${known}`)
  svg.setAttribute("aria-hidden", "true")
  const path = document.createElementNS(SVG, "path")
  path.setAttribute("d", SHAPES[known])
  svg.append(path)
  return svg
}

function made(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}
