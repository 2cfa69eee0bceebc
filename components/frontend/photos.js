export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".gd-photos")
  if (!root || !data) return
  const all = data.groups.flatMap((group) => group.photos)
  let at = 0
  const groups = data.groups.map((group) => {
    const box = made("section", "group")
    if (group.title) box.append(made("h3", "", group.title))
    const row = made("div", "row")
    for (const photo of group.photos) {
      const figure = made("figure")
      figure.append(thumb(root, data.words, all, at++), made("figcaption", "", photo.caption))
      row.append(figure)
    }
    if (!group.photos.length) row.append(made("p", "nothing", data.words.nothing))
    box.append(row)
    return box
  })
  root.querySelectorAll(":scope > .groups").forEach((old) => old.remove())
  const holder = made("div", "groups")
  holder.append(...groups)
  root.prepend(holder)
}
