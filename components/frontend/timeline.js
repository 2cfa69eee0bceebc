function entryBox(root, data, entry) {
  const item = made("li", `entry ${entry.kind}`)
  const head = made("div", "head")
  head.append(made("strong", "", entry.move))
  if (entry.tag) head.append(made("span", "tag", entry.tag))
  head.append(made("span", "when", entry.at))
  item.append(head)
  const who = [entry.who, entry.org].filter(Boolean).join(" · ")
  if (who) item.append(made("div", "who", who))
  if (entry.note) item.append(made("p", "note", entry.note))
  if (entry.changes.length) {
    const list = made("dl")
    for (const [label, value] of entry.changes) list.append(made("dt", "", label), made("dd", "", value))
    item.append(list)
  }
  if (entry.photos.length) {
    const row = made("div", "row")
    const list = entry.photos.map((id, i) => ({ id, caption: `${entry.move} ${entry.at} (${i + 1}/${entry.photos.length})` }))
    list.forEach((_, i) => row.append(thumb(root, data.words, list, i)))
    item.append(row)
  }
  return item
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".gd-timeline")
  if (!root || !data) return
  const list = made("ol", "entries")
  list.append(...data.entries.map((entry) => entryBox(root, data, entry)))
  root.querySelectorAll(":scope > .entries").forEach((old) => old.remove())
  root.prepend(list)
}
